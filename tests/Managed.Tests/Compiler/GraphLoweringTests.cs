using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>Lowered graphs, executed by the integer oracle, against the float executor on codes that calibration did not see.</summary>
public class GraphLoweringTests
{
    private const int Frames = 40;
    private const double CentsPerOctave = 1200;

    // Rounding of one matrix relative to its result: normal weights reach about 3 deviations, so their step is 3/127 of one; step^2 / 12 is -43.3 dB.
    private static readonly double WeightNoise = Math.Pow(3 / 127.0, 2) / 12;

    public static TheoryData<bool, int, double> Cases => new()
    {
        // Sum and concatenation; few and many hops; all 8 bits, as measured, all 16 bits.
        { false, 4, 20 }, { false, 4, 33 }, { false, 2, 200 }, { true, 4, 33 }, { true, 8, 200 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_operation_follows_its_float_node(bool concatenate, int hops, double threshold)
    {
        var decoder = new SmallDecoder { Concatenate = concatenate, Hops = hops };
        Graph graph = decoder.Build();
        LoweredGraph lowered = decoder.Lower(graph, new LoweringOptions { ActivationSqnr = threshold });
        Dictionary<string, double[]> expected = Float(graph), got = Integer(lowered.Program, graph);

        // Noise adds up at worst: one rounding of an 8-bit activation (at least the measured ratio) and of weights per matrix so far.
        double activation = lowered.Decisions.Values.Where(d => d.Type == ElementType.Int8).Select(d => Math.Pow(10, -d.Int8Sqnr / 10)).DefaultIfEmpty(0).Max(), noise = 0;
        int compared = 0;
        foreach (IntegerOperation operation in lowered.Program.Operations)
        {
            noise += operation is LinearOperation or LinearAddOperation or LinearGeluOperation or EmbedOperation ? activation + WeightNoise : 0;
            string node = operation is LinearGeluOperation ? operation.Output.Name : operation.Name;
            if (operation is not (WindowOperation or SourceFilterOperation))
            {
                double sqnr = Sqnr(expected[node], got[operation.Name]);
                Assert.True(sqnr >= -10 * Math.Log10(noise), $"{operation.Name}: {sqnr:F1} dB, {-10 * Math.Log10(noise):F1} dB were expected");
                compared++;
            }
        }

        Assert.Equal(13, compared);
        int wide = lowered.Decisions.Values.Count(d => d.Type == ElementType.Int16);
        Assert.True(threshold switch { > 100 => wide == 5, < 21 => wide <= 1, _ => true }, $"{wide} activations have 16 bits");
    }

    [Fact]
    public void The_rows_of_the_head_have_the_formats_of_the_arithmetic()
    {
        var decoder = new SmallDecoder();
        Graph graph = decoder.Build();
        LoweredGraph lowered = decoder.Lower(graph, new LoweringOptions { PitchCents = 0 });
        double[] expected = Float(graph)["head"], got = Integer(lowered.Program, graph)["head"];
        int rows = (3 * decoder.Knots) + 2;

        double[] cents = [.. Column(expected, rows, rows - 2).Zip(Column(got, rows, rows - 2), (a, b) => Math.Abs(a - b) * CentsPerOctave).Order()];
        double[] voicing = [.. Column(expected, rows, rows - 1).Zip(Column(got, rows, rows - 1), (a, b) => Math.Abs(a - b))];

        Assert.True(lowered.Program.Operations[^1] is SourceFilterOperation { Constants.SplitRows: true });
        Assert.Equal(ElementType.Int16, lowered.Decisions["norm"].Type);
        Assert.InRange(cents[cents.Length / 2], 0, 20);
        Assert.InRange(voicing.Max(), 0, 0.3);
    }

    [Theory]
    [InlineData(1e-9, true)]
    [InlineData(1e9, false)]
    public void Pitch_rows_are_split_where_8_bits_cost_more_cents_than_allowed(double cents, bool split)
    {
        var decoder = new SmallDecoder();
        Graph graph = decoder.Build();

        IntegerProgram program = decoder.Lower(graph, new LoweringOptions { PitchWeightCents = cents }).Program;

        var filter = (SourceFilterOperation)program.Operations[^1];
        Assert.Equal(split, filter.Constants.SplitRows);
        Assert.Equal((3 * decoder.Knots) + (split ? 4 : 2), filter.Input.Channels);
        Assert.InRange(Sqnr(Float(graph)["head"], Integer(program, graph)["head"]), 20, 200);
    }

    [Fact]
    public void Split_rows_carry_sixteen_bits_of_the_pitch_weights()
    {
        var decoder = new SmallDecoder();
        Graph graph = decoder.Build();
        IntegerMatrix matrix = ((LinearOperation)decoder.Lower(graph, new LoweringOptions { PitchWeightCents = 0 }).Program.Operations[^2]).Matrix;
        var head = (ConvNode)graph["head"];
        int rows = head.Shape.Channels, inputs = matrix.In, pitch = rows - 2;
        float[] weight = head.Weight.ToArray();

        double largest = weight.Skip(pitch * inputs).Take(inputs).Max(w => Math.Abs(w)), high = largest / 127;
        double low = Enumerable.Range(0, inputs).Max(i => Math.Abs(weight[(pitch * inputs) + i] - (matrix.Weight[(pitch * inputs) + i] * high))) / 127;
        for (int i = 0; i < inputs; i++)
        {
            double value = (matrix.Weight[(pitch * inputs) + i] * high) + (matrix.Weight[(rows * inputs) + i] * low);
            Assert.InRange(value - weight[(pitch * inputs) + i], (-0.51 * low) - (1e-6 * largest), (0.51 * low) + (1e-6 * largest));
        }
    }

    [Fact]
    public void The_constants_of_the_source_filter_are_those_of_the_arithmetic()
    {
        var decoder = new SmallDecoder();
        SourceFilterConstants c = ((SourceFilterOperation)decoder.Lower(decoder.Build()).Program.Operations[^1]).Constants;

        Assert.Equal((40, 7, 6, 99u), (c.Hop, c.Log2Fft, c.Knots, c.NoiseSeed));
        Assert.Equal((-17728, 4432), (c.MagnitudeLow, c.MagnitudeHigh)); // -12 and 3 nepers in 1/1024 octaves
        Assert.Equal((-25968, 28458), (c.PitchLow, c.PitchHigh)); // 50 and 500 Hz over 150 Hz in 1/16384 octaves
        Assert.Equal((int)Math.Round(Math.Log2(Math.Pow(2, 32) * 150 / 8000) * 1048576), c.PitchBase);
        Assert.Equal(1717986918, c.SlopeScale); // 2^36 / 40
        Assert.Equal(2093796557u, c.HarmonicLimit); // 2^32 * 3900 / 8000
        Assert.Equal(78, c.HarmonicMax); // 3900 / 50
        Assert.Equal(214748, c.DirichletMin); // 1e-4 * 2^31
        Assert.Equal(80, c.Window.Length);
        Assert.All(c.Window.Zip(SmallHead.Window(40)), p => Assert.Equal(Math.Min(p.Second * 2147483648.0, int.MaxValue), p.First, 0.5));
        Assert.Equal((65, 65), (c.Knot.Length, c.Weight.Length));
    }

    [Fact]
    public void Codes_of_fewer_layers_give_the_sum_over_those_present()
    {
        var decoder = new SmallDecoder();
        Graph graph = decoder.Build();
        var operation = (EmbedOperation)decoder.Lower(graph).Program.Operations[0];
        var embed = (EmbedNode)graph["input"];
        for (int layers = 1; layers <= SmallDecoder.Layers; layers++)
        {
            ushort[] codes = [.. Enumerable.Range(0, layers).Select(l => (ushort)(5 * l))];
            int[] y = NetworkOperations.Embed(operation, codes);
            for (int d = 0; d < SmallDecoder.Dim; d++)
            {
                double sum = 0, bound = operation.Output.Scale;
                for (int l = 0; l < layers; l++)
                {
                    int entry(int code) => (((l * SmallDecoder.Entries) + code) * SmallDecoder.Dim) + d;
                    sum += embed.Table.Span[entry(codes[l])];
                    bound += Enumerable.Range(0, SmallDecoder.Entries).Max(code => Math.Abs(embed.Table.Span[entry(code)])) / 254.0;
                }

                Assert.InRange((y[d] * operation.Output.Scale) - sum, -bound, bound);
            }
        }
    }

    [Fact]
    public void Lowering_is_deterministic()
    {
        var decoder = new SmallDecoder();
        Assert.Equal(Constants(new SmallDecoder()), Constants(new SmallDecoder()));

        static List<int> Constants(SmallDecoder decoder) => [.. decoder.Lower(decoder.Build()).Program.Operations.OfType<LinearGeluOperation>()
            .SelectMany(o => o.Matrix.Multiplier.Concat(o.Matrix.Bias).Concat(o.Matrix.Weight.Select(w => (int)w)).Append(o.Gain).Append(o.Shift).Append(o.Output.ZeroPoint))];
    }

    private static Dictionary<string, double[]> Float(Graph graph)
    {
        var values = new Dictionary<string, double[]>();
        var inputs = new Dictionary<string, FloatTensor> { ["codes"] = SmallDecoder.CodesOf(Frames, 11) };
        new FloatExecutor(graph).Run(Frames, inputs, (node, value) => values[node.Name] = Array.ConvertAll(value.Data, v => (double)v));
        return values;
    }

    private static Dictionary<string, double[]> Integer(IntegerProgram program, Graph graph)
    {
        var oracle = new IntegerOracle(program);
        FloatTensor codes = SmallDecoder.CodesOf(Frames, 11);
        var values = program.Operations.ToDictionary(o => o.Name, _ => new List<double>());
        for (int f = 0; f < Frames; f++)
        {
            var trace = new List<TraceEntry>();
            oracle.DecodeFrame(Array.ConvertAll(codes.Row(f).ToArray(), c => (ushort)c), trace);
            foreach (TraceEntry entry in trace.Where(t => values.ContainsKey(t.Name)))
            {
                IntegerOperation operation = program.Operations.Single(o => o.Name == entry.Name);
                values[entry.Name].AddRange(operation.Name == "head" ? HeadValues(entry, operation, graph["head"].Shape.Channels) : Values(entry, operation.Output));
            }
        }

        return values.ToDictionary(v => v.Key, v => v.Value.ToArray());
    }

    private static IEnumerable<double> Values(TraceEntry entry, IntegerBuffer buffer) => Integers(entry, buffer).Select(q => (q - buffer.ZeroPoint) * buffer.Scale);

    private static int[] Integers(TraceEntry entry, IntegerBuffer buffer) => buffer.Type == ElementType.Int8
        ? Array.ConvertAll(entry.Data, b => (int)(sbyte)b)
        : Array.ConvertAll(MemoryMarshal.Cast<byte, short>(entry.Data).ToArray(), v => (int)v);

    // ARITHMETIC.md section 4: Q10 octaves of magnitude, Q11 turns, Q14 octaves of pitch; the voicing logit at the scale that lowering chose, 1/1024.
    private static IEnumerable<double> HeadValues(TraceEntry entry, IntegerOperation operation, int rows)
    {
        int knots = (rows - 2) / 3;
        foreach (int[] row in Integers(entry, operation.Output).Chunk(operation.Output.Channels))
        {
            for (int c = 0; c < rows; c++)
            {
                int q = row[c] + (row.Length > rows && c >= rows - 2 ? row[c + 2] : 0);
                yield return c < 2 * knots ? q / 1024.0 * Math.Log(2) : c < 3 * knots ? q / 2048.0 * 2 * Math.PI : c == rows - 2 ? q / 16384.0 : q / 1024.0;
            }
        }
    }

    private static IEnumerable<double> Column(double[] values, int columns, int column) => values.Where((_, i) => i % columns == column);

    private static double Sqnr(double[] expected, double[] got)
    {
        Assert.Equal(expected.Length, got.Length);
        return 10 * Math.Log10(expected.Sum(v => v * v) / Math.Max(expected.Zip(got, (a, b) => (a - b) * (a - b)).Sum(), 1e-30));
    }
}
