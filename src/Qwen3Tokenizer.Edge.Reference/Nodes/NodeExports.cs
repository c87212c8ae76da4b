using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;

namespace Qwen3Tokenizer.Edge.Reference.Nodes;

/// <summary>Appends one kind of node to an ONNX graph.</summary>
internal delegate void NodeExport(Node node, ExportContext context);

/// <summary>Which node types export to ONNX, and why the others do not.</summary>
internal static class NodeExports
{
    private const string Head = "only the source-filter head of the edge models has it, whose sources have no ONNX form; the float executor and the emitted library run that head";

    /// <summary>Exporters by node type.</summary>
    public static IReadOnlyDictionary<Type, NodeExport> ByType { get; } = new Dictionary<Type, NodeExport>
    {
        [typeof(InputNode)] = InputExport.Append,
        [typeof(ActivationNode)] = ActivationExport.Append,
        [typeof(AddNode)] = ArithmeticExport.AppendAdd,
        [typeof(AffineNode)] = AffineExport.Append,
        [typeof(AttentionNode)] = AttentionExport.Append,
        [typeof(ConvNode)] = ConvExport.Append,
        [typeof(ConvTransposeNode)] = ConvTransposeExport.Append,
        [typeof(DelayNode)] = DelayExport.Append,
        [typeof(EmbedNode)] = EmbedExport.Append,
        [typeof(FoldNode)] = FoldExport.Append,
        [typeof(KnotsNode)] = KnotsExport.Append,
        [typeof(LayerNormNode)] = LayerNormExport.Append,
        [typeof(LogNode)] = LogExport.Append,
        [typeof(MagnitudeNode)] = MagnitudeExport.Append,
        [typeof(MultiplyNode)] = ArithmeticExport.AppendMultiply,
        [typeof(QuantizeNode)] = QuantizeExport.Append,
        [typeof(RmsNormNode)] = RmsNormExport.Append,
        [typeof(SliceNode)] = SliceExport.Append,
        [typeof(SnakeNode)] = SnakeExport.Append,
        [typeof(StftNode)] = StftExport.Append,
    };

    /// <summary>Node types without an ONNX form, with the reason.</summary>
    public static IReadOnlyDictionary<Type, string> Without { get; } = new Dictionary<Type, string>
    {
        [typeof(OscillatorNode)] = "its phase is a sum in float64 that wraps at every sample and stands still in unvoiced rows: a recurrence, which ONNX can only express as a loop of single samples",
        [typeof(NoiseNode)] = "its generator is a recurrence in uint32, whose products ONNX does not define to wrap",
        [typeof(SpectralFilterNode)] = Head,
        [typeof(InverseStftNode)] = Head,
    };
}
