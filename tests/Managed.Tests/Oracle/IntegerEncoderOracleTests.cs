using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>The encoder's interpreter on a small program: order, streaming, joined rows, flush. The arithmetic itself has tests of its own.</summary>
public class IntegerEncoderOracleTests
{
    private const int Frame = TinyEncoder.Hops * TinyEncoder.Hop, Frames = 7;
    private static readonly TinyEncoder Tiny = new();
    private static readonly short[] Clip = [.. Enumerable.Range(0, Frames * Frame).Select(n => (short)(9000 * Math.Sin(0.001 * n * n) * Math.Sin(0.01 * n)))];

    [Fact]
    public void The_trace_names_every_operation_in_order_with_its_whole_output()
    {
        var oracle = new IntegerEncoderOracle(Tiny.Program);
        Assert.Equal(Frame, oracle.FrameSamples);
        var trace = new List<TraceEntry>();
        ushort[] codes = oracle.EncodeFrame(Clip.AsSpan(Frame, Frame), 3, trace);
        Assert.Equal(
            [
                ("frontend.magnitude", 260), ("frontend.magnitude", 260), ("frontend", 20), ("gather", 60), ("conv", 24), ("depthwise1", 24), ("norm1", 12), ("gelu1", 16),
                ("residual", 24), ("norm2", 12), ("merge", 14), ("depthwise2", 14), ("norm3", 7), ("proj", 8), ("codes", 6),
            ],
            trace.Select(entry => (entry.Name, entry.Data.Length)));
        Assert.Equal(codes, MemoryMarshal.Cast<byte, ushort>(trace[^1].Data).ToArray());
    }

    [Fact]
    public void The_rows_of_the_front_end_and_the_codes_are_those_of_the_parts()
    {
        var front = (FrontEndOperation)Tiny.Program.Operations[0];
        var search = (SearchOperation)Tiny.Program.Operations[^1];
        var part = new FrontEndOracle(front.Constants);
        int[] rows = Words("frontend"), latent = Words("proj"), codes = Words("codes");
        for (int t = 0; t < 2 * Frames; t++)
        {
            var row = new int[TinyEncoder.Bands];
            part.Hop(Clip.AsSpan(t * TinyEncoder.Hop, TinyEncoder.Hop), row);
            Assert.Equal(row, rows[(t * 5)..((t + 1) * 5)]);
        }

        for (int t = 0; t < Frames; t++)
            Assert.Equal(CodebookSearch.Run(search, latent.AsSpan(t * 4, 4), 3).Select(c => (int)c), codes[(t * 3)..((t + 1) * 3)]);
    }

    /// <summary>The matrix reads both rows of a frame, the older one first, as one.</summary>
    [Fact]
    public void Merge_reads_the_rows_of_a_frame_as_one()
    {
        int[] x = [.. Bytes("norm2").Select(v => (int)(sbyte)v)], actual = Words("merge");
        IntegerMatrix m = Tiny.Merge.Matrix;
        Assert.Equal((Frames * 12, Frames * 7), (x.Length, actual.Length));
        for (int t = 0; t < Frames; t++)
        {
            for (int o = 0; o < 7; o++)
            {
                long acc = m.Bias[o] + Enumerable.Range(0, 12).Sum(i => (long)m.Weight[o * 12 + i] * x[t * 12 + i]);
                Assert.Equal((int)Math.Clamp(((acc << m.LeftShift) * m.Multiplier[o] + (1L << 31)) >> 32, short.MinValue, short.MaxValue), actual[t * 7 + o]);
            }
        }
    }

    [Fact]
    public void The_values_exercise_their_types()
    {
        foreach (string name in new[] { "frontend", "conv", "depthwise1", "residual", "merge", "depthwise2", "proj" })
            Assert.True(Words(name).Max(Math.Abs) > 200, name);
        foreach (string name in new[] { "norm1", "norm2", "norm3" })
            Assert.Contains(Bytes(name), v => (sbyte)v < -20);
        for (int l = 0; l < 3; l++)
            Assert.True(Words("codes").Where((_, i) => i % 3 == l).Distinct().Count() > 2);
    }

    [Fact]
    public void A_reset_forgets_everything_and_a_frame_depends_on_those_before()
    {
        var oracle = new IntegerEncoderOracle(Tiny.Program);
        List<ushort[]> first = Encode(oracle, Frames);
        var trace = new List<TraceEntry>();
        oracle.EncodeFrame(Clip.AsSpan(0, Frame), 3, trace);
        int[] later = MemoryMarshal.Cast<byte, short>(trace.Single(entry => entry.Name == "proj").Data).ToArray().Select(v => (int)v).ToArray();
        Assert.NotEqual(Words("proj")[..4], later);
        oracle.Reset();
        Assert.Equal(first, Encode(oracle, Frames));
    }

    [Fact]
    public void Fewer_layers_give_the_first_codes()
    {
        IntegerEncoderOracle all = new(Tiny.Program), one = new(Tiny.Program);
        for (int t = 0; t < Frames; t++)
            Assert.Equal(all.EncodeFrame(Clip.AsSpan(t * Frame, Frame), 3)[..1], one.EncodeFrame(Clip.AsSpan(t * Frame, Frame), 1));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 1)]
    [InlineData(1, 79, 1)]
    [InlineData(1, 80, 2)]
    [InlineData(79, 52, 2)]
    [InlineData(79, 200, 4)]
    public void Flush_covers_the_delayed_rest_with_zeros(int rest, int delay, int frames)
    {
        IntegerEncoderOracle oracle = new(Tiny.Program), plain = new(Tiny.Program);
        Encode(oracle, 3);
        Encode(plain, 3);
        ushort[][] flushed = [.. oracle.Flush(Clip.AsSpan(3 * Frame, rest), delay, 3)];
        short[] padded = [.. Clip[(3 * Frame)..(3 * Frame + rest)], .. new short[frames * Frame - rest]];
        Assert.Equal([.. Enumerable.Range(0, frames).Select(i => plain.EncodeFrame(padded.AsSpan(i * Frame, Frame), 3))], flushed);
    }

    [Fact]
    public void A_program_or_a_call_that_contradicts_itself_is_refused()
    {
        IReadOnlyList<IntegerOperation> operations = Tiny.Program.Operations;
        Assert.Throws<ArgumentException>(() => Encode(operations.Skip(1)));
        Assert.Throws<ArgumentException>(() => Encode(operations.SkipLast(1)));
        Assert.Throws<ArgumentException>(() => Encode(operations.Select(op => op is FrontEndOperation f ? f with { Output = f.Output with { Rows = 3 } } : op)));
        Assert.Throws<InvalidOperationException>(() => Encode(operations.Select(op => op == Tiny.Merge ? Tiny.Merge with { Matrix = Tiny.Latent.Matrix } : op)));
        Assert.Throws<InvalidOperationException>(() => Encode(operations.Where(op => op != Tiny.Merge)));
        Assert.Throws<NotSupportedException>(() => Encode([.. operations.Take(2), operations[0] with { Name = "again" }, .. operations.Skip(2)]));

        var oracle = new IntegerEncoderOracle(Tiny.Program);
        Assert.Throws<ArgumentException>(() => oracle.EncodeFrame(new short[Frame - 1], 3));
        Assert.Throws<ArgumentException>(() => oracle.EncodeFrame(new short[Frame], 4));
        Assert.Throws<ArgumentException>(() => oracle.Flush(new short[Frame], 0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => oracle.Flush([], -1, 3));

        static ushort[] Encode(IEnumerable<IntegerOperation> changed) =>
            new IntegerEncoderOracle(new IntegerProgram("changed", TinyEncoder.Hops, [.. changed])).EncodeFrame(new short[Frame], 3);
    }

    private static List<ushort[]> Encode(IntegerEncoderOracle oracle, int frames) =>
        [.. Enumerable.Range(0, frames).Select(t => oracle.EncodeFrame(Clip.AsSpan(t * Frame, Frame), 3))];

    // All frames of one traced operation.
    private static byte[] Bytes(string name)
    {
        var oracle = new IntegerEncoderOracle(Tiny.Program);
        var trace = new List<TraceEntry>();
        for (int t = 0; t < Frames; t++)
            oracle.EncodeFrame(Clip.AsSpan(t * Frame, Frame), 3, trace);
        return [.. trace.Where(entry => entry.Name == name).SelectMany(entry => entry.Data)];
    }

    private static int[] Words(string name) => Array.ConvertAll(MemoryMarshal.Cast<byte, short>(Bytes(name)).ToArray(), v => (int)v);
}
