using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

/// <summary>Gradients against PyTorch's in float64 (tests/data/training/make_network_vectors.py), and against differences for what that network lacks.</summary>
public sealed class BatchExecutorTests : IDisposable
{
    private const int Sequences = 3;
    private const int Frames = 5;

    private readonly SafetensorsFile _file = SafetensorsFile.Open(TestData.Path("training/network.safetensors"));

    public static TheoryData<string> Products => OpenBlas.Instance is null ? ["managed"] : ["managed", "openblas"];

    [Theory]
    [MemberData(nameof(Products))]
    public void A_decoder_network_has_the_values_and_gradients_of_PyTorch(string products)
    {
        IMatMul matMul = products == "managed" ? ManagedMatMul.Instance : OpenBlas.Instance!;
        var executor = new BatchExecutor(Network(), Sequences, Frames, matMul);
        _file.ToFloat32("codes").CopyTo(executor.Value("codes").Data, 0);

        // Twice: what the first step leaves behind must not show in the second.
        for (int step = 0; step < 2; step++)
        {
            executor.Forward();
            Assert.InRange(Distance(_file.ToFloat32("head"), executor.Value("decoder.head").Data), 0, 1e-6);
            executor.ClearGradients();
            _file.ToFloat32("target").CopyTo(executor.Gradient("decoder.head").Data, 0);
            executor.Backward();
        }

        Assert.Equal(_file.Tensors.Keys.Count(k => k.StartsWith("gradient/", StringComparison.Ordinal)), executor.Parameters.Count);
        foreach ((Parameter parameter, float[] gradient) in executor.Parameters)
        {
            string name = parameter.Name == "decoder.input.table" ? "decoder.embeddings" : parameter.Name;
            Assert.InRange(Distance(_file.ToFloat32("gradient/" + name), gradient), 0, 2e-6);
        }
    }

    [Fact]
    public void Training_computes_what_the_float_executor_computes()
    {
        Graph graph = Network();
        var executor = new BatchExecutor(graph, Sequences, Frames, ManagedMatMul.Instance);
        float[] codes = _file.ToFloat32("codes");
        codes.CopyTo(executor.Value("codes").Data, 0);
        executor.Forward();
        int length = executor.Value("decoder.head").Data.Length / Sequences;
        for (int s = 0; s < Sequences; s++)
        {
            var input = new FloatTensor(Frames, 2, codes.AsSpan(s * Frames * 2, Frames * 2).ToArray());
            float[] expected = new FloatExecutor(graph).Run(Frames, new Dictionary<string, FloatTensor> { ["codes"] = input })[0].Data;
            Assert.InRange(Distance(expected, executor.Value("decoder.head").Data.AsSpan(s * length, length)), 0, 1e-6);
        }
    }

    [Fact]
    public void Frozen_parameters_get_no_gradients_and_the_others_the_same()
    {
        Graph graph = Network();
        BatchExecutor all = new(graph, Sequences, Frames, ManagedMatMul.Instance), some = new(graph, Sequences, Frames, ManagedMatMul.Instance, n => n.Name.StartsWith("decoder.blocks1", StringComparison.Ordinal));
        foreach (BatchExecutor executor in (BatchExecutor[])[all, some])
        {
            _file.ToFloat32("codes").CopyTo(executor.Value("codes").Data, 0);
            executor.Forward();
            executor.ClearGradients();
            _file.ToFloat32("target").CopyTo(executor.Gradient("decoder.head").Data, 0);
            executor.Backward();
        }

        Assert.Equal(6, some.Parameters.Count);
        Assert.All(some.Parameters, p => Assert.Equal(all.Parameters.Single(a => a.Parameter.Name == p.Parameter.Name).Gradient, p.Gradient));
        Assert.Throws<ArgumentException>(() => some.Gradient("decoder.conv_in"));
    }

    [Fact]
    public void A_step_allocates_nothing_once_it_is_warm()
    {
        var executor = new BatchExecutor(Network(), Sequences, Frames, ManagedMatMul.Instance);
        _file.ToFloat32("codes").CopyTo(executor.Value("codes").Data, 0);
        long Step()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            executor.Forward();
            executor.ClearGradients();
            executor.Backward();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Step();
        Step();
        Assert.InRange(Step(), 0, 2048);
    }

    public static TheoryData<string> Others => ["elu", "silu", "strided", "dilated", "normalized", "affine"];

    [Theory]
    [MemberData(nameof(Others))]
    public void Other_nodes_have_the_gradients_that_differences_give(string kind)
    {
        var random = new Random(5);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        var input = new InputNode("x", 4, 6);
        Node node = kind switch
        {
            "elu" => new ActivationNode("y", input, ActivationKind.Elu),
            "silu" => new ActivationNode("y", input, ActivationKind.Silu),
            "strided" => new ConvNode("y", input, Numbers(5 * 6 * 3), Numbers(5), 5, kernel: 3, stride: 2),
            "dilated" => new ConvNode("y", input, Numbers(6 * 3), Numbers(6), 6, kernel: 3, dilation: 2, groups: 6),
            "affine" => new AffineNode("y", input, Numbers(6), Numbers(6)),
            _ => new LayerNormNode("y", input, 1e-5, Numbers(6), Numbers(6)),
        };
        var executor = new BatchExecutor(new Graph("g", node), 2, 3, ManagedMatMul.Instance, null, "x");
        Numbers(executor.Value("x").Data.Length).CopyTo(executor.Value("x").Data, 0);
        float[] direction = Numbers(executor.Value("y").Data.Length);
        double Loss()
        {
            executor.Forward();
            return executor.Value("y").Data.Zip(direction, (y, d) => (double)y * d).Sum();
        }

        Loss();
        executor.ClearGradients();
        direction.CopyTo(executor.Gradient("y").Data, 0);
        executor.Backward();
        Check(executor.Value("x").Data, executor.Gradient("x").Data);
        foreach ((Parameter parameter, float[] gradient) in executor.Parameters)
        {
            Check(parameter.Values, gradient);
        }

        void Check(Span<float> values, float[] gradient)
        {
            for (int i = 0; i < values.Length; i++)
            {
                const float step = 1e-2f;
                float own = values[i];
                values[i] = own + step;
                node.WeightsChanged();
                double up = Loss();
                values[i] = own - step;
                node.WeightsChanged();
                double down = Loss();
                values[i] = own;
                node.WeightsChanged();
                Assert.InRange(gradient[i] - ((up - down) / (2 * step)), -2e-3, 2e-3);
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private static double Distance(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0, energy = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow(expected[i] - (double)actual[i], 2);
            energy += Math.Pow(expected[i], 2);
        }

        return Math.Sqrt(difference / energy);
    }

    private Graph Network()
    {
        Node x = new EmbedNode("decoder.input", new InputNode("codes", 1, 2), _file.ToFloat32("decoder.embeddings"), 2, 7, 6, EmbedCombination.Concatenate);
        x = Conv("decoder.conv_in", x, 12, 3);
        x = Block("decoder.blocks1.0", x, 2);
        x = new FoldNode("decoder.frames", Conv("decoder.split", x, 40, 1), 4);
        x = Block("decoder.blocks2.0", x, 3);
        return new Graph("small", Conv("decoder.head", new LayerNormNode("decoder.norm", x, 1e-6), 11, 1));
    }

    private ConvNode Conv(string name, Node x, int outputs, int kernel, int groups = 1) =>
        new(name, x, _file.ToFloat32($"{name}.weight"), _file.ToFloat32($"{name}.bias"), outputs, kernel, groups: groups);

    private AddNode Block(string name, Node x, int expansion)
    {
        int channels = x.Shape.Channels;
        Node y = new LayerNormNode($"{name}.norm", Conv($"{name}.dwconv", x, channels, 7, channels), 1e-6);
        y = new ActivationNode($"{name}.gelu", Conv($"{name}.pw1", y, channels * expansion, 1), ActivationKind.Gelu);
        return new AddNode(name, x, Conv($"{name}.pw2", y, channels, 1));
    }
}
