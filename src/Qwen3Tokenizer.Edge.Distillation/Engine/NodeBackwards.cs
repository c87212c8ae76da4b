using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Distillation.Engine;

/// <summary>Which node types have no backward pass, and why no student needs one.</summary>
public static class NodeBackwards
{
    private const string Source = "the sources are given while training: no gradient passes through oscillator and noise (edge-codec.md, section 13)";
    private const string FrontEnd = "no weights stand before it: the log-mel front-end is computed once a segment, by MelFrontEnd";
    private const string Teacher = "only the full-size model has it, which teaches and is not trained";

    /// <summary>The reasons.</summary>
    public static IReadOnlyDictionary<Type, string> Without { get; } = new Dictionary<Type, string>
    {
        [typeof(InputNode)] = "it is given, not computed; the executor hands out the gradient by it where it is wanted",
        [typeof(QuantizeNode)] = "its steps have no slope: the trainer passes gradients straight through (van den Oord et al. 2017)",
        [typeof(DelayNode)] = "it lines sources and filters up in a stream; the training graph is built without it",
        [typeof(OscillatorNode)] = Source,
        [typeof(NoiseNode)] = Source,
        [typeof(StftNode)] = FrontEnd,
        [typeof(MagnitudeNode)] = FrontEnd,
        [typeof(LogNode)] = FrontEnd,
        [typeof(MultiplyNode)] = Teacher,
        [typeof(SnakeNode)] = Teacher,
        [typeof(RmsNormNode)] = Teacher,
        [typeof(AttentionNode)] = Teacher,
        [typeof(ConvTransposeNode)] = Teacher,
    };
}
