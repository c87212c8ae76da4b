using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>
/// Causal transposed one-dimensional convolution: y[t*stride + j, o] += weight[i, o, j] * x[t, i], plus the bias once. An input row gives stride finished rows;
/// the kernel - stride rows that later input still adds to are carried over, so the last of them are those that an offline model trims.
/// </summary>
public sealed class ConvTransposeNode : Node
{
    // [group][tap][output of the group][input of the group]: one product gives all taps of an input row.
    private readonly Lazy<float[]> _packed;

    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="input">[rows, channels].</param>
    /// <param name="weight">[channels, outputs / groups, kernel].</param>
    /// <param name="bias">[outputs] or empty.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">Taps, at least <paramref name="stride"/>.</param>
    /// <param name="stride">Output rows per input row.</param>
    /// <param name="groups">Groups of channels that do not mix.</param>
    /// <exception cref="GraphException">The numbers do not fit together.</exception>
    public ConvTransposeNode(string name, Node input, ReadOnlyMemory<float> weight, float[] bias, int outputs, int kernel, int stride, int groups = 1)
        : base(name, [input], new TensorShape(checked(input.Shape.Rows * Math.Max(1, stride)), outputs))
    {
        int channels = input.Shape.Channels;
        Require(kernel >= 1 && stride >= 1 && groups >= 1, $"kernel {kernel}, stride {stride} and groups {groups} must be at least 1");
        Require(kernel >= stride, $"kernel {kernel} leaves gaps with stride {stride}");
        Require(channels % groups == 0 && outputs % groups == 0, $"{groups} groups do not divide {channels} inputs and {outputs} outputs");
        Require(weight.Length == checked(channels * (outputs / groups) * kernel), $"its weight has {weight.Length} values, {channels} x {outputs / groups} x {kernel} were expected");
        Require(bias.Length == 0 || bias.Length == outputs, $"its bias has {bias.Length} values, {outputs} were expected");
        (Weight, Bias, Kernel, Stride, Groups) = (weight, bias, kernel, stride, groups);
        _packed = new Lazy<float[]>(() => Pack(weight.Span, channels / groups, outputs / groups, kernel, groups));
    }

    /// <summary>[inputs, outputs / groups, kernel].</summary>
    public ReadOnlyMemory<float> Weight { get; }

    /// <summary>[outputs] or empty.</summary>
    public float[] Bias { get; }

    /// <summary>Taps.</summary>
    public int Kernel { get; }

    /// <summary>Output rows per input row.</summary>
    public int Stride { get; }

    /// <summary>Groups.</summary>
    public int Groups { get; }

    /// <summary>Unfinished output rows that are carried over.</summary>
    public int TailRows => Kernel - Stride;

    /// <inheritdoc/>
    public override long MultiplyAccumulates => (long)Inputs[0].Shape.Rows * Weight.Length;

    /// <inheritdoc/>
    public override object? CreateState() => TailRows == 0 ? null : new float[checked(TailRows * Shape.Channels)];

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        FloatTensor x = inputs[0];
        int outputs = Shape.Channels, groupIn = x.Channels / Groups, groupOut = outputs / Groups, taps = Kernel * groupOut;
        float[] tail = state as float[] ?? [];
        var sums = new float[checked(output.Data.Length + tail.Length)];
        tail.CopyTo(sums, 0);
        float[] rows = Groups == 1 ? x.Data : new float[x.Rows * groupIn];
        var products = new float[checked(x.Rows * taps)];
        for (int g = 0; g < Groups; g++)
        {
            for (int t = 0; t < x.Rows && Groups > 1; t++)
            {
                x.Row(t).Slice(g * groupIn, groupIn).CopyTo(rows.AsSpan(t * groupIn));
            }

            matMul.Multiply(rows, x.Rows, _packed.Value.AsSpan(g * taps * groupIn, taps * groupIn), [], products);

            // Oldest input row first, in every split: floating-point sums depend on their order.
            for (int t = 0; t < x.Rows; t++)
            {
                for (int j = 0; j < Kernel; j++)
                {
                    Span<float> sum = sums.AsSpan((((t * Stride) + j) * outputs) + (g * groupOut), groupOut);
                    TensorPrimitives.Add(sum, products.AsSpan((t * taps) + (j * groupOut), groupOut), sum);
                }
            }
        }

        sums.AsSpan(output.Data.Length).CopyTo(tail);
        for (int row = 0; row < output.Rows; row++)
        {
            ReadOnlySpan<float> sum = sums.AsSpan(row * outputs, outputs);
            if (Bias.Length == 0)
            {
                sum.CopyTo(output.Row(row));
            }
            else
            {
                TensorPrimitives.Add(sum, Bias, output.Row(row));
            }
        }
    }

    private static float[] Pack(ReadOnlySpan<float> weight, int groupIn, int groupOut, int kernel, int groups)
    {
        var packed = new float[weight.Length];
        for (int g = 0; g < groups; g++)
        {
            for (int i = 0; i < groupIn; i++)
            {
                for (int o = 0; o < groupOut; o++)
                {
                    for (int j = 0; j < kernel; j++)
                    {
                        packed[(((((g * kernel) + j) * groupOut) + o) * groupIn) + i] = weight[(((((g * groupIn) + i) * groupOut) + o) * kernel) + j];
                    }
                }
            }
        }

        return packed;
    }
}
