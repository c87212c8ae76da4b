using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Nodes;

/// <summary>Every node type gives the same bits however a signal is cut into calls.</summary>
public sealed class StreamingTests
{
    private const int Frames = 40;

    // A node type may have several cases; [^ ]* before the space is its class.
    private static readonly Dictionary<string, Func<Node>> Cases = new()
    {
        ["ActivationNode gelu"] = () => new ActivationNode("y", In(2, 5), ActivationKind.Gelu),
        ["ActivationNode elu"] = () => new ActivationNode("y", In(1, 3), ActivationKind.Elu),
        ["ActivationNode silu"] = () => new ActivationNode("y", In(3, 1), ActivationKind.Silu),
        ["AddNode"] = () => new AddNode("y", In(3, 7), In(3, 7, "b")),
        ["AffineNode"] = () => new AffineNode("y", In(2, 5), W(5), W(5)),
        ["AttentionNode window"] = () => new AttentionNode("y", In(2, 24), In(2, 12, "b"), In(2, 12, "c"), 4, 2, 6, 10000, 9),
        ["AttentionNode window of one"] = () => new AttentionNode("y", In(1, 4), In(1, 4, "b"), In(1, 4, "c"), 2, 2, 2, 100, 1),
        ["AttentionNode whole past"] = () => new AttentionNode("y", In(3, 20), In(3, 10, "b"), In(3, 10, "c"), 2, 1, 10, 10000),
        ["ConvNode linear"] = () => new ConvNode("y", In(3, 19), W(19 * 7), W(7), 7),
        ["ConvNode dilated"] = () => new ConvNode("y", In(2, 5), W(6 * 5 * 7), W(6), 6, 7, dilation: 9),
        ["ConvNode strided"] = () => new ConvNode("y", In(8, 4), W(6 * 4 * 16), W(6), 6, 16, stride: 8),
        ["ConvNode stride and dilation"] = () => new ConvNode("y", In(6, 4), W(6 * 4 * 3), W(6), 6, 3, stride: 2, dilation: 4),
        ["ConvNode grouped"] = () => new ConvNode("y", In(2, 6), W(9 * 2 * 3), [], 9, 3, groups: 3),
        ["ConvNode depthwise"] = () => new ConvNode("y", In(2, 13), W(13 * 7), W(13), 13, 7, groups: 13),
        ["ConvNode replicate"] = () => new ConvNode("y", In(2, 5), W(5 * 5 * 4), [], 5, 4, stride: 2, padding: ConvPadding.Replicate),
        ["ConvTransposeNode"] = () => new ConvTransposeNode("y", In(2, 6), W(6 * 5 * 16), W(5), 5, 16, 8),
        ["ConvTransposeNode long tail"] = () => new ConvTransposeNode("y", In(1, 3), W(3 * 2 * 11), [], 2, 11, 3),
        ["ConvTransposeNode without tail"] = () => new ConvTransposeNode("y", In(1, 3), W(3 * 2 * 2), W(2), 2, 2, 2),
        ["ConvTransposeNode grouped"] = () => new ConvTransposeNode("y", In(1, 6), W(6 * 2 * 6), W(4), 4, 6, 3, 2),
        ["DelayNode"] = () => new DelayNode("y", In(2, 3), 5),
        ["EmbedNode sum"] = () => new EmbedNode("y", In(1, 4, "codes"), W(3 * 50 * 6), 3, 50, 6, EmbedCombination.Sum),
        ["EmbedNode concatenate"] = () => new EmbedNode("y", In(1, 4, "codes"), W(4 * 50 * 6), 4, 50, 6, EmbedCombination.Concatenate),
        ["FoldNode split"] = () => new FoldNode("y", In(1, 12), 4),
        ["FoldNode join"] = () => new FoldNode("y", In(4, 3), 1),
        ["InputNode"] = () => In(2, 3),
        ["InverseStftNode"] = () => new InverseStftNode("y", In(2, 34), W(16), 1),
        ["KnotsNode"] = () => new KnotsNode("y", In(2, 3), [0, 1, 1, 0], [0, 0.25f, 1, 0.5f]),
        ["LayerNormNode"] = () => new LayerNormNode("y", In(2, 19), 1e-5, W(19), W(19)),
        ["LogNode"] = () => new LogNode("y", In(2, 19), 1e-5f),
        ["MagnitudeNode"] = () => new MagnitudeNode("y", In(2, 10)),
        ["MultiplyNode"] = () => new MultiplyNode("y", In(3, 7), In(3, 7, "b")),
        ["NoiseNode"] = () => new NoiseNode("y", In(2, 1), 9, 7),
        ["OscillatorNode"] = () => new OscillatorNode("y", In(2, 1), In(2, 1, "b"), 80, 8000, 150, 50, 500, 3900, 1e-4),
        ["QuantizeNode"] = () => new QuantizeNode("y", In(2, 6), W(4 * 32 * 6), 4, 32),
        ["RmsNormNode"] = () => new RmsNormNode("y", In(2, 19), 1e-5, W(19)),
        ["SliceNode"] = () => new SliceNode("y", In(2, 9), 2, 3, -0.5f, 0.5f),
        ["SnakeNode"] = () => new SnakeNode("y", In(2, 19), W(19), [.. W(19).Select(MathF.Abs)]),
        ["SpectralFilterNode"] = () => new SpectralFilterNode("y", In(2, 18), In(2, 18, "b"), In(2, 9, "c"), In(2, 9, "d"), In(2, 9, "e"), In(2, 1, "f")),
        ["StftNode"] = () => new StftNode("y", In(2, 10), W(24), 32),
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Random_splits_into_calls_give_the_bits_of_one_call(string name)
    {
        Node node = Cases[name]();
        Assert.Equal(name.Split(' ')[0], node.GetType().Name);
        (string, FloatTensor)[] inputs = [.. InputsOf(node)];
        FloatTensor whole = NodeRun.Whole(node, inputs);
        Assert.Equal(Frames * node.Shape.Rows, whole.Rows);
        Assert.DoesNotContain(whole.Data, float.IsNaN);
        for (int seed = 0; seed < 8; seed++)
        {
            FloatTensor split = NodeRun.Pieces(node, Split(seed), inputs);
            Assert.Equal(Bits(whole), Bits(split));
        }
    }

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void A_reset_executor_starts_again(string name)
    {
        Node node = Cases[name]();
        var executor = new FloatExecutor(new Graph("test", node));
        Dictionary<string, FloatTensor> inputs = InputsOf(node).ToDictionary(i => i.Name, i => i.Value);
        float[] first = (float[])executor.Run(Frames, inputs)[0].Data.Clone();
        executor.Reset();
        Assert.Equal(first, executor.Run(Frames, inputs)[0].Data);
    }

    [Fact]
    public void Every_node_type_has_a_case_here()
    {
        IEnumerable<string> types = typeof(Node).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Node)) && !t.IsAbstract).Select(t => t.Name);
        Assert.Equal(types.Order(), Cases.Keys.Select(k => k.Split(' ')[0]).Distinct().Order());
    }

    // Pieces of 0 to 7 frames; the first seed goes frame by frame.
    private static IEnumerable<int> Split(int seed)
    {
        var random = new Random(seed);
        for (int left = Frames; left > 0;)
        {
            int piece = Math.Min(left, seed == 0 ? 1 : random.Next(8));
            left -= piece;
            yield return piece;
        }
    }

    private static IEnumerable<(string Name, FloatTensor Value)> InputsOf(Node node)
    {
        foreach (Node input in new Graph("test", node).Nodes.OfType<InputNode>())
        {
            FloatTensor value = NodeRun.Normal(input.Name[0], Frames * input.Shape.Rows, input.Shape.Channels);
            for (int i = 0; i < value.Data.Length && input.Name == "codes"; i++)
            {
                value.Data[i] = (int)Math.Abs(value.Data[i] * 10);
            }

            yield return (input.Name, value);
        }
    }

    private static int[] Bits(FloatTensor tensor) => Array.ConvertAll(tensor.Data, BitConverter.SingleToInt32Bits);

    private static InputNode In(int rows, int channels, string name = "a") => new(name, rows, channels);

    private static float[] W(int count) => NodeRun.Normal(count, count, 0.5);
}
