using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>Lowers one kind of node to integer operations.</summary>
public delegate void NodeLowering(Node node, LoweringContext context);

/// <summary>Which node types lower to INT8, and why the others do not.</summary>
public static class NodeLowerings
{
    private const string FrontEnd = "lowered as a part of the log-mel front-end, from its AffineNode";
    private const string Head = "lowered as a part of the source-filter head, from its InverseStftNode";

    /// <summary>Lowerings by node type.</summary>
    public static IReadOnlyDictionary<Type, NodeLowering> ByType { get; } = new Dictionary<Type, NodeLowering>
    {
        [typeof(InputNode)] = static (_, _) => { },
        [typeof(EmbedNode)] = EmbedLowering.Lower,
        [typeof(ConvNode)] = ConvLowering.Lower,
        [typeof(LayerNormNode)] = LayerNormLowering.Lower,
        [typeof(FoldNode)] = FoldLowering.Lower,
        [typeof(InverseStftNode)] = SourceFilterLowering.Lower,
        [typeof(AffineNode)] = FrontEndLowering.Lower,
        [typeof(QuantizeNode)] = SearchLowering.Lower,
        [typeof(ConvTransposeNode)] = ConvTransposeLowering.Lower,
        [typeof(RmsNormNode)] = RmsNormLowering.Lower,
        [typeof(SnakeNode)] = SnakeLowering.Lower,
        [typeof(AttentionNode)] = AttentionLowering.Lower,
        [typeof(MultiplyNode)] = GateLowering.Lower,
    };

    /// <summary>Node types that occur inside a source-filter head only.</summary>
    public static IReadOnlySet<Type> HeadParts { get; } = new HashSet<Type>
    {
        typeof(SliceNode), typeof(DelayNode), typeof(KnotsNode), typeof(OscillatorNode), typeof(NoiseNode), typeof(SpectralFilterNode), typeof(StftNode),
    };

    /// <summary>Node types that occur inside a log-mel front-end only.</summary>
    public static IReadOnlySet<Type> FrontEndParts { get; } = new HashSet<Type> { typeof(StftNode), typeof(MagnitudeNode), typeof(LogNode) };

    /// <summary>Node types without a lowering of their own, with the reason.</summary>
    public static IReadOnlyDictionary<Type, string> Without { get; } = new Dictionary<Type, string>
    {
        [typeof(ActivationNode)] = "GELU is fused into the matrix before it, SiLU into the product behind it; the other functions occur only in the full-size model's encoder",
        [typeof(AddNode)] = "fused into the matrix of its branch",
        [typeof(SliceNode)] = Head,
        [typeof(DelayNode)] = Head,
        [typeof(KnotsNode)] = Head,
        [typeof(OscillatorNode)] = Head,
        [typeof(NoiseNode)] = Head,
        [typeof(SpectralFilterNode)] = Head,
        [typeof(StftNode)] = Head + "; the front-end's: " + FrontEnd,
        [typeof(MagnitudeNode)] = FrontEnd,
        [typeof(LogNode)] = FrontEnd,
    };
}
