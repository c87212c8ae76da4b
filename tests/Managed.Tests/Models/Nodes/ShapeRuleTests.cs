using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Nodes;

/// <summary>Nodes that cannot be: each is refused with its name.</summary>
public sealed class ShapeRuleTests
{
    private static readonly Dictionary<string, Func<Node>> Cases = new()
    {
        ["ActivationNode of no kind"] = () => new ActivationNode("bad", In(1, 4), (ActivationKind)99),
        ["AddNode of different widths"] = () => new AddNode("bad", In(1, 4), In(1, 5)),
        ["AddNode of different rates"] = () => new AddNode("bad", In(1, 4), In(2, 4)),
        ["AffineNode with too few gains"] = () => new AffineNode("bad", In(1, 4), new float[4], new float[3]),
        ["AttentionNode with heads that do not share"] = () => new AttentionNode("bad", In(1, 12), In(1, 8), In(1, 8), 3, 2, 4, 100),
        ["AttentionNode with an odd head"] = () => new AttentionNode("bad", In(1, 3), In(1, 3), In(1, 3), 1, 1, 3, 100),
        ["AttentionNode with a narrow query"] = () => new AttentionNode("bad", In(1, 4), In(1, 8), In(1, 8), 2, 2, 4, 100),
        ["AttentionNode with a wide key"] = () => new AttentionNode("bad", In(1, 8), In(1, 12), In(1, 8), 2, 2, 4, 100),
        ["AttentionNode with values at another rate"] = () => new AttentionNode("bad", In(1, 8), In(1, 8), In(2, 8), 2, 2, 4, 100),
        ["AttentionNode without frequencies"] = () => new AttentionNode("bad", In(1, 8), In(1, 8), In(1, 8), 2, 2, 4, 0),
        ["AttentionNode with a negative window"] = () => new AttentionNode("bad", In(1, 8), In(1, 8), In(1, 8), 2, 2, 4, 100, -1),
        ["AttentionNode whose width overflows"] = () => new AttentionNode("bad", In(1, 4), In(1, 4), In(1, 4), 1 << 20, 1 << 20, 1 << 20, 100),
        ["ConvNode with a short weight"] = () => new ConvNode("bad", In(1, 4), new float[11], [], 3),
        ["ConvNode with a long bias"] = () => new ConvNode("bad", In(1, 4), new float[12], new float[4], 3),
        ["ConvNode whose stride does not divide"] = () => new ConvNode("bad", In(3, 4), new float[24], [], 3, 2, stride: 2),
        ["ConvNode that skips rows"] = () => new ConvNode("bad", In(4, 4), new float[12], [], 3, 1, stride: 2),
        ["ConvNode with groups that do not divide"] = () => new ConvNode("bad", In(1, 4), new float[12], [], 3, groups: 2),
        ["ConvNode without dilation"] = () => new ConvNode("bad", In(1, 4), new float[24], [], 3, 2, dilation: 0),
        ["ConvNode without outputs"] = () => new ConvNode("bad", In(1, 4), default, [], 0),
        ["ConvTransposeNode with gaps"] = () => new ConvTransposeNode("bad", In(1, 4), new float[12], [], 3, 1, 2),
        ["ConvTransposeNode with a short weight"] = () => new ConvTransposeNode("bad", In(1, 4), new float[23], [], 3, 2, 2),
        ["ConvTransposeNode with a short bias"] = () => new ConvTransposeNode("bad", In(1, 4), new float[24], new float[2], 3, 2, 2),
        ["ConvTransposeNode with groups that do not divide"] = () => new ConvTransposeNode("bad", In(1, 4), new float[24], [], 3, 2, 2, 4),
        ["ConvTransposeNode without stride"] = () => new ConvTransposeNode("bad", In(1, 4), new float[24], [], 3, 2, 0),
        ["DelayNode without delay"] = () => new DelayNode("bad", In(1, 4), 0),
        ["EmbedNode with too few columns"] = () => new EmbedNode("bad", In(1, 2), new float[3 * 4 * 5], 3, 4, 5, EmbedCombination.Sum),
        ["EmbedNode with a short table"] = () => new EmbedNode("bad", In(1, 3), new float[3 * 4 * 4], 3, 4, 5, EmbedCombination.Sum),
        ["FoldNode that does not come out even"] = () => new FoldNode("bad", In(1, 10), 3),
        ["InputNode without rows"] = () => new InputNode("bad", 0, 4),
        ["InverseStftNode with an odd spectrum"] = () => new InverseStftNode("bad", In(1, 17), new float[8], 0),
        ["InverseStftNode with a long window"] = () => new InverseStftNode("bad", In(1, 18), new float[18], 0),
        ["InverseStftNode with a negative mute"] = () => new InverseStftNode("bad", In(1, 18), new float[8], -1),
        ["KnotsNode with an index outside"] = () => new KnotsNode("bad", In(1, 3), [0, 2], [0, 0]),
        ["KnotsNode with a weight outside"] = () => new KnotsNode("bad", In(1, 3), [0, 1], [0, 1.5f]),
        ["KnotsNode with fewer weights"] = () => new KnotsNode("bad", In(1, 3), [0, 1], [0]),
        ["LayerNormNode without epsilon"] = () => new LayerNormNode("bad", In(1, 4), 0),
        ["LayerNormNode with a short gain"] = () => new LayerNormNode("bad", In(1, 4), 1e-5, new float[3]),
        ["LayerNormNode with a long bias"] = () => new LayerNormNode("bad", In(1, 4), 1e-5, new float[4], new float[5]),
        ["LogNode without floor"] = () => new LogNode("bad", In(1, 4), 0),
        ["LogNode with a floor that is no number"] = () => new LogNode("bad", In(1, 4), float.NaN),
        ["MagnitudeNode of an odd width"] = () => new MagnitudeNode("bad", In(1, 5)),
        ["MultiplyNode of different widths"] = () => new MultiplyNode("bad", In(1, 4), In(1, 5)),
        ["NoiseNode without samples"] = () => new NoiseNode("bad", In(1, 1), 0, 1),
        ["OscillatorNode of a wide pitch"] = () => new OscillatorNode("bad", In(1, 2), In(1, 1), 80, 8000, 150, 50, 500, 3900, 1e-4),
        ["OscillatorNode above half the rate"] = () => new OscillatorNode("bad", In(1, 1), In(1, 1), 80, 8000, 150, 50, 500, 4001, 1e-4),
        ["OscillatorNode with pitches the wrong way"] = () => new OscillatorNode("bad", In(1, 1), In(1, 1), 80, 8000, 150, 500, 50, 3900, 1e-4),
        ["OscillatorNode without epsilon"] = () => new OscillatorNode("bad", In(1, 1), In(1, 1), 80, 8000, 150, 50, 500, 3900, 0),
        ["QuantizeNode with short codebooks"] = () => new QuantizeNode("bad", In(1, 4), new float[31], 2, 4),
        ["RmsNormNode without epsilon"] = () => new RmsNormNode("bad", In(1, 4), -1),
        ["RmsNormNode with a short gain"] = () => new RmsNormNode("bad", In(1, 4), 1e-5, new float[3]),
        ["SliceNode outside"] = () => new SliceNode("bad", In(1, 4), 2, 3),
        ["SliceNode of an empty range"] = () => new SliceNode("bad", In(1, 4), 0, 1, 1, -1),
        ["SnakeNode with too few alphas"] = () => new SnakeNode("bad", In(1, 4), new float[3], new float[4]),
        ["SnakeNode with a negative beta"] = () => new SnakeNode("bad", In(1, 1), [1], [-1]),
        ["SnakeNode with an infinite alpha"] = () => new SnakeNode("bad", In(1, 1), [float.PositiveInfinity], [1]),
        ["SpectralFilterNode of different spectra"] = () => new SpectralFilterNode("bad", In(1, 18), In(1, 16), In(1, 9), In(1, 9), In(1, 9), In(1, 1)),
        ["SpectralFilterNode with a narrow filter"] = () => new SpectralFilterNode("bad", In(1, 18), In(1, 18), In(1, 9), In(1, 8), In(1, 9), In(1, 1)),
        ["SpectralFilterNode with wide voicing"] = () => new SpectralFilterNode("bad", In(1, 18), In(1, 18), In(1, 9), In(1, 9), In(1, 9), In(1, 2)),
        ["StftNode of an odd length"] = () => new StftNode("bad", In(1, 4), new float[5], 9),
        ["StftNode with a window under a hop"] = () => new StftNode("bad", In(1, 4), new float[2], 8),
        ["StftNode with a long window"] = () => new StftNode("bad", In(1, 4), new float[10], 8),
        ["StftNode with a window off centre"] = () => new StftNode("bad", In(1, 4), new float[5], 8),
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void An_impossible_node_is_refused_by_name(string name)
    {
        GraphException e = Assert.Throws<GraphException>(Cases[name]);
        Assert.StartsWith($"Node 'bad' ({name.Split(' ')[0]}): ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_node_type_has_a_case_here()
    {
        IEnumerable<string> types = typeof(Node).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Node)) && !t.IsAbstract).Select(t => t.Name);
        Assert.Equal(types.Order(), Cases.Keys.Select(k => k.Split(' ')[0]).Distinct().Order());
    }

    private static InputNode In(int rows, int channels) => new("x", rows, channels);
}
