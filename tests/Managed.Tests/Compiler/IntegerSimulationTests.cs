using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Lowering.Simulation;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Tests.Oracle;
using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>The simulation of the integers in float against the integer oracle, which is written from native/ARITHMETIC.md alone.</summary>
public sealed class IntegerSimulationTests(RealPrograms programs, ITestOutputHelper output) : IClassFixture<RealPrograms>
{
    private const int Frames = 25;

    /// <summary>Every operation on the oracle's own inputs: what is left is float32's rounding of sums near a tie, and the interpolation of the tables.</summary>
    [Theory]
    [InlineData("edge-meter")]
    [InlineData("edge-light")]
    public void Every_operation_gives_the_oracles_integers_but_for_values_near_a_tie(string name)
    {
        EdgeModel model = EdgeModel.Load(name);
        TokenClip clip = CalibrationClips.Load(model)[1];
        Traced traced = new(model.Decoder, "decoder.head", programs[name], EdgeCodec.CodesOf(model, clip, 0, Math.Min(Frames, clip.Frames)));
        CheckOperations(traced);

        // Through the whole network a flipped integer moves all that follow a little.
        double simulated = traced.Decibels(traced.Simulation.Graph), exact = traced.Decibels(traced.Network);
        output.WriteLine($"head rows: the simulation is {simulated:F1} dB from the oracle, float {exact:F1} dB");
        Assert.True(simulated > exact + 10, $"The simulation is {simulated} dB from the oracle, float {exact} dB.");
    }

    [Theory]
    [InlineData(true, 25)]
    [InlineData(false, 25)]
    public void Operations_of_a_small_decoder_in_8_or_16_bits_agree_with_the_oracle(bool concatenate, double threshold)
    {
        var small = new SmallDecoder { Concatenate = concatenate };
        Graph graph = small.Build();
        CheckOperations(new Traced(graph, "head", small.Lower(graph, new LoweringOptions { ActivationSqnr = threshold }).Program, SmallDecoder.CodesOf(40, 3)));
    }

    [Fact]
    public void A_program_of_changed_weights_changes_the_simulation_in_place()
    {
        var small = new SmallDecoder();
        Graph graph = small.Build();
        CalibrationStatistics statistics = small.Statistics(graph);
        var network = new Graph("network", graph["head"]);
        var simulation = new IntegerSimulation(network, GraphLowering.Lower(graph, statistics).Program);
        foreach (Parameter parameter in network.Nodes.SelectMany(n => n.Parameters).Where(p => p.Name == "b1.pw1.weight"))
        {
            parameter.Values.AsSpan().Reverse();
        }

        IntegerProgram program = GraphLowering.Lower(graph, statistics).Program;
        simulation.Update(program);
        float[] updated = Run(simulation.Graph), fresh = Run(new IntegerSimulation(network, program).Graph);
        Assert.Equal(fresh, updated);

        static float[] Run(Graph g) => new FloatExecutor(g).Run(9, new Dictionary<string, FloatTensor> { ["codes"] = SmallDecoder.CodesOf(9, 4) })[0].Data;
    }

    [Fact]
    public void Rounding_is_half_up_saturates_and_lets_gradients_through_inside_its_range_only()
    {
        var input = new InputNode("x", 1, 9);
        var rounding = new RoundingNode("y", input);
        rounding.Set([4], 1, [0.25], -8, 7);
        var x = new FloatTensor(1, 9, [0.124f, 0.125f, -0.125f, -0.126f, 1.75f, 1.9f, -2, -2.2f, 0]);
        FloatTensor y = new(1, 9), dx = new(1, 9), dy = new(1, 9);
        dy.Data.AsSpan().Fill(3);
        var pass = new NodePass(1, [x], y, dy, [dx], [], ManagedMatMul.Instance);
        rounding.ForwardBatch(pass);
        rounding.Backward(pass);
        Assert.Equal([0, 0.25f, 0, -0.25f, 1.75f, 1.75f, -2, -2, 0], y.Data);
        Assert.Equal([3f, 3, 3, 3, 3, 0, 3, 0, 3], dx.Data);
    }

    // rsqrt31 interpolates to 2.3e-5, which is 0.4 steps of a normalized value in 16 bits and 0.003 in 8; a head's pitch and voicing are two integers, each rounded; GELU is rounded to its fraction first.
    private void CheckOperations(Traced traced)
    {
        foreach ((string operation, long values, long other, int worst) in traced.Differences())
        {
            output.WriteLine($"{operation}: {other} of {values} differ, by {worst} at most");
            bool twice = operation.EndsWith("head", StringComparison.Ordinal) || operation.EndsWith("norm", StringComparison.Ordinal) || operation.EndsWith("gelu", StringComparison.Ordinal);
            Assert.InRange(other, 0, twice ? values / 20 : 2 + (values / 2000));
            Assert.InRange(worst, 0, 1);
        }
    }

    /// <summary>A network, its simulation, and what the oracle gave for some codes.</summary>
    private sealed class Traced
    {
        private readonly Dictionary<string, (int[] Integers, double[] Steps, int Zero)> _stored = [];
        private readonly FloatTensor _codes;

        public Traced(Graph decoder, string head, IntegerProgram program, FloatTensor codes)
        {
            (Network, _codes) = (new Graph("network", decoder[head]), codes);
            Simulation = new IntegerSimulation(Network, program);
            var integers = new Dictionary<string, List<int>>();
            var oracle = new IntegerOracle(program);
            for (int t = 0; t < codes.Rows; t++)
            {
                var trace = new List<TraceEntry>();
                oracle.DecodeFrame([.. codes.Row(t).ToArray().Select(c => (ushort)c)], trace);
                foreach (TraceEntry entry in trace)
                {
                    if (program.Operations.FirstOrDefault(o => o.Name == entry.Name) is { } operation and not (WindowOperation or SourceFilterOperation))
                    {
                        string node = operation is LinearGeluOperation ? operation.Output.Name : operation.Name;
                        integers.TryAdd(node, []);
                        integers[node].AddRange(operation.Output.Type == ElementType.Int8
                            ? MemoryMarshal.Cast<byte, sbyte>(entry.Data).ToArray().Select(v => (int)v)
                            : MemoryMarshal.Cast<byte, short>(entry.Data).ToArray().Select(v => (int)v));
                        int columns = decoder[node].Shape.Channels;
                        _stored[node] = node == head ? ([], HeadSteps(columns), 0) : ([], [.. Enumerable.Repeat(operation.Output.Scale, columns)], operation.Output.ZeroPoint);
                    }
                }
            }

            foreach ((string node, List<int> values) in integers)
            {
                _stored[node] = _stored[node] with { Integers = node == head ? Joined([.. values], decoder[head].Shape.Channels, program.Operations[^2].Output.Channels) : [.. values] };
            }
        }

        public Graph Network { get; }

        public IntegerSimulation Simulation { get; }

        /// <summary>Every stored value, computed from the oracle's.</summary>
        public IEnumerable<(string Operation, long Values, long Other, int Worst)> Differences()
        {
            var values = new Dictionary<Node, FloatTensor>();
            foreach (Node node in Simulation.Graph.Nodes)
            {
                FloatTensor[] inputs = [.. node.Inputs.Select(i => values[i])];
                FloatTensor value = node is InputNode ? _codes : new FloatTensor(node.RowsFrom(inputs[0].Rows), node.Shape.Channels);
                if (node is not InputNode)
                {
                    node.Forward(inputs, value, node.CreateState(), ManagedMatMul.Instance);
                }

                values[node] = value;
                if (node is RoundingNode && _stored.TryGetValue(node.Inputs[0].Name, out var expected))
                {
                    long other = 0;
                    int worst = 0;
                    for (int i = 0; i < value.Data.Length; i++)
                    {
                        double step = expected.Steps[i % expected.Steps.Length];
                        int difference = Math.Abs((int)Math.Round(value.Data[i] / step) + expected.Zero - expected.Integers[i]);
                        other += difference > 0 ? 1 : 0;
                        worst = Math.Max(worst, difference);
                        value.Data[i] = (float)((expected.Integers[i] - expected.Zero) * step);
                    }

                    yield return (node.Inputs[0].Name, value.Data.Length, other, worst);
                }
            }
        }

        /// <summary>Signal-to-noise ratio of a graph's head rows against the oracle's.</summary>
        public double Decibels(Graph graph)
        {
            float[] rows = new FloatExecutor(graph).Run(_codes.Rows, new Dictionary<string, FloatTensor> { ["codes"] = _codes })[0].Data;
            (int[] integers, double[] steps, _) = _stored[Network.Outputs[0].Name];
            double signal = 0, noise = 0;
            for (int i = 0; i < rows.Length; i++)
            {
                double expected = integers[i] * steps[i % steps.Length];
                signal += expected * expected;
                noise += (rows[i] - expected) * (rows[i] - expected);
            }

            return 10 * Math.Log10(signal / noise);
        }

        // The formats of native/ARITHMETIC.md, section 4.
        private static double[] HeadSteps(int columns)
        {
            int knots = (columns - 2) / 3;
            return [.. Enumerable.Range(0, columns).Select(c => c < 2 * knots ? Math.Log(2) / 1024 : c < 3 * knots ? 2 * Math.PI / 2048 : c == 3 * knots ? 1.0 / 16384 : 1.0 / 1024)];
        }

        // The low parts of pitch and voicing are added to the high ones.
        private static int[] Joined(int[] rows, int columns, int stride) =>
            [.. Enumerable.Range(0, rows.Length / stride * columns).Select(i =>
            {
                int row = i / columns * stride, c = i % columns;
                return rows[row + c] + (stride > columns && c >= columns - 2 ? rows[row + c + 2] : 0);
            })];
    }
}
