using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>The interpreter on a small program: order, streaming, in-place and folded outputs. The arithmetic itself has tests of its own.</summary>
public class IntegerOracleTests
{
    private const int Frames = 9;
    private static readonly TinyProgram Tiny = new();

    [Fact]
    public void The_trace_names_every_operation_in_order_with_its_whole_output()
    {
        var oracle = new IntegerOracle(Tiny.Program);
        (string, int)[] network =
        [
            ("embed", 8), ("gather", 24), ("conv", 12), ("depthwise1", 12), ("norm1", 6), ("gelu1", 8), ("residual", 12),
            ("split", 20), ("depthwise2", 20), ("norm2", 20), ("gelu2", 28), ("head", 44),
        ];
        (string, int)[] source = [("source.harmonic", 160), ("source.noise", 160)], filter = [("filter.spectrum", 520), ("filter.samples", 512)], pcm = [("samples", 160)];

        var trace = new List<TraceEntry>();
        short[] first = oracle.DecodeFrame([1, 2, 3], trace);
        Assert.Equal([.. network, .. source, .. source, .. filter, .. pcm], trace.Select(entry => (entry.Name, entry.Data.Length)));
        Assert.Equal(first, MemoryMarshal.Cast<byte, short>(trace[^1].Data).ToArray());
        Assert.All(first[..40], v => Assert.Equal(0, v));

        trace.Clear();
        oracle.DecodeFrame([4, 5], trace);
        Assert.Equal([.. network, .. source, .. filter, .. source, .. filter, .. pcm], trace.Select(entry => (entry.Name, entry.Data.Length)));
    }

    /// <summary>Frame by frame, Window and Linear together are the convolution of the whole clip.</summary>
    [Fact]
    public void Window_and_linear_stream_a_convolution()
    {
        int[] input = Clip("embed"), actual = Clip("conv");
        IntegerMatrix m = Tiny.Conv.Matrix;
        for (int t = 0; t < Frames; t++)
        {
            for (int o = 0; o < 6; o++)
            {
                long acc = m.Bias[o];
                for (int i = 0; i < 12; i++)
                {
                    int row = t - 2 + i / 4;
                    acc += row < 0 ? 0 : m.Weight[o * 12 + i] * input[row * 4 + i % 4];
                }

                Assert.Equal(Requantize(acc << m.LeftShift, m.Multiplier[o]), actual[t * 6 + o]);
            }
        }
    }

    [Fact]
    public void Depthwise_streams_a_convolution_over_folded_rows()
    {
        int[] x = Clip("split"), actual = Clip("depthwise2");
        DepthwiseOperation d = Tiny.Depthwise;
        Assert.Equal(2 * Frames * 5, x.Length);
        for (int i = 0; i < x.Length; i++)
        {
            int c = i % 5;
            long acc = d.Bias[c];
            for (int k = 0; k < 4; k++)
                acc += i - (3 - k) * 5 < 0 ? 0 : (long)d.Weight[k * 5 + c] * x[i - (3 - k) * 5];
            Assert.Equal(Requantize(acc << d.LeftShift, d.Multiplier[c]), actual[i]);
        }
    }

    [Fact]
    public void The_residual_is_added_in_place_and_the_split_reads_the_sum()
    {
        int[] before = Clip("conv"), branch = Clip("gelu1", bytes: true), after = Clip("residual"), split = Clip("split");
        IntegerMatrix add = Tiny.Residual.Matrix, fold = Tiny.Split.Matrix;
        for (int t = 0; t < Frames; t++)
        {
            for (int o = 0; o < 6; o++)
            {
                long acc = add.Bias[o] + Enumerable.Range(0, 8).Sum(i => add.Weight[o * 8 + i] * branch[t * 8 + i]);
                long z = ((acc << add.LeftShift) * add.Multiplier[o] + (1L << 31)) >> 32;
                Assert.Equal(Math.Clamp(before[t * 6 + o] + z, short.MinValue, short.MaxValue), after[t * 6 + o]);
            }

            for (int o = 0; o < 10; o++)
            {
                long acc = fold.Bias[o] + Enumerable.Range(0, 6).Sum(i => (long)fold.Weight[o * 6 + i] * after[t * 6 + i]);
                Assert.Equal(Requantize(acc << fold.LeftShift, fold.Multiplier[o]), split[t * 10 + o]);
            }
        }
    }

    [Fact]
    public void The_values_exercise_their_types()
    {
        foreach (string name in new[] { "embed", "conv", "depthwise1", "residual", "split", "depthwise2", "norm2", "gelu2", "head", "samples" })
            Assert.True(Clip(name).Max(Math.Abs) > 200, name);
        Assert.Contains(Clip("norm1", bytes: true), v => v < -30);
        Assert.Contains(Clip("gelu1", bytes: true), v => v > -50); // the zero point is -90
        Assert.Contains(Clip("gelu1", bytes: true), v => v is >= -97 and < -90); // GELU's negative side
        int[] voicing = [.. Clip("head").Where((_, i) => i % 11 == 10)];
        Assert.Contains(voicing, v => v > 0);
        Assert.Contains(voicing, v => v <= 0);
    }

    [Fact]
    public void The_samples_are_those_of_the_source_filter_fed_with_the_head_rows()
    {
        int[] head = Clip("head"), samples = Clip("samples");
        var source = new SourceFilterOracle(((SourceFilterOperation)Tiny.Program.Operations[^1]).Constants);
        var hop = new int[40];
        for (int t = 0; t < 2 * Frames; t++)
        {
            source.Hop(head.AsSpan(t * 11, 11), hop);
            Assert.Equal(hop, samples[(t * 40)..((t + 1) * 40)]);
        }
    }

    [Fact]
    public void A_reset_forgets_everything_and_a_frame_depends_on_those_before()
    {
        var oracle = new IntegerOracle(Tiny.Program);
        List<short[]> first = [.. Enumerable.Range(0, Frames).Select(t => oracle.DecodeFrame(Codes(t)))];
        short[] again = oracle.DecodeFrame(Codes(0));
        Assert.NotEqual(first[0], again);
        oracle.Reset();
        for (int t = 0; t < Frames; t++)
            Assert.Equal(first[t], oracle.DecodeFrame(Codes(t)));
    }

    [Fact]
    public void A_program_that_contradicts_itself_is_refused()
    {
        IReadOnlyList<IntegerOperation> operations = Tiny.Program.Operations;
        Assert.Throws<ArgumentException>(() => new IntegerOracle(Tiny.Program with { Operations = [.. operations.SkipLast(1)] }));
        Assert.Throws<InvalidOperationException>(() => Decode(operations.Skip(1)));
        Assert.Throws<InvalidOperationException>(() => Decode(operations.Select(op => op is WindowOperation w ? w with { Taps = 2 } : op)));
        Assert.Throws<InvalidOperationException>(() => Decode(operations.Select(op => op is LinearOperation l ? l with { Output = l.Output with { Rows = 3 } } : op)));
        Assert.Throws<InvalidOperationException>(() => Decode(operations.Select(op => op is LinearOperation l ? l with { Matrix = l.Matrix with { Weight = [-128, .. l.Matrix.Weight[1..]] } } : op)));
        Assert.Throws<InvalidOperationException>(() => Decode(operations.Select(op => op is SourceFilterOperation s ? s with { Constants = s.Constants with { SplitRows = true } } : op)));

        static short[] Decode(IEnumerable<IntegerOperation> changed) => new IntegerOracle(new IntegerProgram("changed", 2, [.. changed])).DecodeFrame([0, 0, 0]);
    }

    private static ushort[] Codes(int frame) => [.. Enumerable.Range(0, 1 + frame % 3).Select(l => (ushort)((3 * frame + 5 * l) % 8))];

    // All frames of one traced operation.
    private static int[] Clip(string name, bool bytes = false)
    {
        var oracle = new IntegerOracle(Tiny.Program);
        var trace = new List<TraceEntry>();
        for (int t = 0; t < Frames; t++)
            oracle.DecodeFrame(Codes(t), trace);

        byte[] data = [.. trace.Where(entry => entry.Name == name).SelectMany(entry => entry.Data)];
        return bytes ? Array.ConvertAll(data, v => (int)(sbyte)v) : Array.ConvertAll(MemoryMarshal.Cast<byte, short>(data).ToArray(), v => (int)v);
    }

    private static int Requantize(long shifted, int multiplier) => (int)Math.Clamp((shifted * multiplier + (1L << 31)) >> 32, short.MinValue, short.MaxValue);
}
