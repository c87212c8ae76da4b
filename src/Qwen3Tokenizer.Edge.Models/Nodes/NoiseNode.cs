using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>
/// Uniform white noise of zero mean and unit variance from a linear congruential generator: s = s * 1664525 + 1013904223 mod 2^32 (Numerical Recipes),
/// value = int32(s) * 2^-31 * sqrt 3. One step per sample, always, so the noise does not depend on the signal.
/// </summary>
public sealed class NoiseNode : Node
{
    /// <summary>Creates the node. <paramref name="clock"/> only gives the number of rows.</summary>
    public NoiseNode(string name, Node clock, int samples, uint seed)
        : base(name, [clock], new TensorShape(clock.Shape.Rows, samples)) => Seed = seed;

    /// <summary>State before the first step.</summary>
    public uint Seed { get; }

    /// <inheritdoc/>
    public override object CreateState() => new Generator { Value = Seed };

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        var generator = (Generator)state!;
        uint s = generator.Value;
        for (int i = 0; i < output.Data.Length; i++)
        {
            s = unchecked((s * 1664525u) + 1013904223u);
            output.Data[i] = (float)((int)s * (Math.Sqrt(3) / 2147483648.0));
        }

        generator.Value = s;
    }

    private sealed class Generator
    {
        public uint Value;
    }
}
