using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>What stands before the first row.</summary>
public enum ConvPadding
{
    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>The first row, repeated.</summary>
    Replicate,
}

/// <summary>
/// Causal one-dimensional convolution with stride, dilation and groups: y[t, o] = bias[o] + sum_{i,j} weight[o, i, j] * x[(t+1)*stride - 1 - (k-1-j)*dilation, i],
/// so that tap k-1 is the newest row. A kernel of one is a linear map; groups = channels is a depthwise convolution.
/// </summary>
public sealed class ConvNode : Node
{
    // [group][output of the group][tap][input of the group]: a row of the matrix that one window multiplies.
    private Lazy<ReadOnlyMemory<float>> _packed;

    // [tap][channel] of a depthwise convolution.
    private Lazy<float[]> _taps;

    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="input">[rows, channels]; rows a multiple of <paramref name="stride"/>.</param>
    /// <param name="weight">[outputs, channels / groups, kernel].</param>
    /// <param name="bias">[outputs] or empty.</param>
    /// <param name="outputs">Output channels.</param>
    /// <param name="kernel">Taps.</param>
    /// <param name="stride">Input rows per output row.</param>
    /// <param name="dilation">Rows between taps.</param>
    /// <param name="groups">Groups of channels that do not mix.</param>
    /// <param name="padding">What stands before the first row.</param>
    /// <exception cref="GraphException">The numbers do not fit together.</exception>
    public ConvNode(string name, Node input, ReadOnlyMemory<float> weight, float[] bias, int outputs, int kernel = 1, int stride = 1, int dilation = 1, int groups = 1, ConvPadding padding = ConvPadding.Zero)
        : base(name, [input], new TensorShape(Math.Max(1, input.Shape.Rows / Math.Max(1, stride)), outputs))
    {
        int channels = input.Shape.Channels;
        Require(kernel >= 1 && stride >= 1 && dilation >= 1 && groups >= 1, $"kernel {kernel}, stride {stride}, dilation {dilation} and groups {groups} must be at least 1");
        Require(input.Shape.Rows % stride == 0, $"stride {stride} does not divide the {input.Shape.Rows} rows a frame of its input");
        Require(channels % groups == 0 && outputs % groups == 0, $"{groups} groups do not divide {channels} inputs and {outputs} outputs");
        Require(weight.Length == checked(outputs * (channels / groups) * kernel), $"its weight has {weight.Length} values, {outputs} x {channels / groups} x {kernel} were expected");
        Require(bias.Length == 0 || bias.Length == outputs, $"its bias has {bias.Length} values, {outputs} were expected");
        Require(((kernel - 1) * dilation) + 1 >= stride, $"stride {stride} skips rows with kernel {kernel} and dilation {dilation}");
        (Weight, Bias, Kernel, Stride, Dilation, Groups, Padding) = (weight, bias, kernel, stride, dilation, groups, padding);
        WeightsChanged();
    }

    /// <summary>[outputs, inputs / groups, kernel].</summary>
    public ReadOnlyMemory<float> Weight { get; }

    /// <summary>[outputs] or empty.</summary>
    public float[] Bias { get; }

    /// <summary>Taps.</summary>
    public int Kernel { get; }

    /// <summary>Input rows per output row.</summary>
    public int Stride { get; }

    /// <summary>Rows between taps.</summary>
    public int Dilation { get; }

    /// <summary>Groups.</summary>
    public int Groups { get; }

    /// <summary>What stands before the first row.</summary>
    public ConvPadding Padding { get; }

    /// <summary>Past input rows that an output row needs.</summary>
    public int HistoryRows => ((Kernel - 1) * Dilation) + 1 - Stride;

    /// <summary>Whether every channel is a group of its own.</summary>
    public bool IsDepthwise => Groups == Inputs[0].Shape.Channels && Shape.Channels == Groups && Groups > 1;

    /// <inheritdoc/>
    public override long MultiplyAccumulates => (long)Shape.Rows * Weight.Length;

    /// <inheritdoc/>
    public override object? CreateState() => HistoryRows == 0 && Stride == 1 ? null : new RowHistory(HistoryRows, Inputs[0].Shape.Channels, Padding == ConvPadding.Replicate);

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        FloatTensor x = inputs[0];
        float[] rows = state is RowHistory history ? history.Extend(x, (output.Rows * Stride) - x.Rows) : x.Data;
        if (Kernel == 1 && Stride == 1 && Groups == 1)
        {
            matMul.Multiply(rows, x.Rows, Weight.Span, Bias, output.Data);
        }
        else if (IsDepthwise)
        {
            Depthwise(rows, output);
        }
        else
        {
            Grouped(rows, x.Channels, output, matMul);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => [.. Parameter.Of($"{Name}.weight", Weight, isMatrix: true), .. Parameter.Of($"{Name}.bias", Bias, isMatrix: false)];

    /// <inheritdoc/>
    [MemberNotNull(nameof(_packed), nameof(_taps))]
    public override void WeightsChanged()
    {
        // Rearranged when the executor first needs it: a graph that is only compiled or exported never does.
        _packed = new Lazy<ReadOnlyMemory<float>>(() => Pack(Weight, Shape.Channels, Inputs[0].Shape.Channels / Groups, Kernel));
        _taps = new Lazy<float[]>(() => Transpose(Weight.Span, Shape.Channels, Kernel));
    }

    /// <inheritdoc/>
    public override void ForwardBatch(NodePass pass)
    {
        if (Kernel == 1 && Stride == 1 && Groups == 1)
        {
            pass.MatMul.Multiply(pass.Inputs[0].Data, pass.Output.Rows, Weight.Span, Bias, pass.Output.Data);
        }
        else if (TrainsDepthwise)
        {
            DepthwiseBatch.Forward(pass, _taps.Value, Bias, Kernel, Dilation);
        }
        else
        {
            float[] windows = Windows(pass);
            pass.MatMul.Multiply(windows, pass.Output.Rows, _packed.Value.Span, Bias, pass.Output.Data);
        }
    }

    /// <inheritdoc/>
    public override void Backward(NodePass pass)
    {
        FloatTensor dy = pass.OutputGradient!;
        FloatTensor? dx = pass.InputGradients[0];
        float[][] gradients = pass.ParameterGradients;
        if (TrainsDepthwise)
        {
            DepthwiseBatch.Backward(pass, _taps.Value, Kernel, Dilation);
            return;
        }

        if (gradients.Length > 1)
        {
            for (int row = 0; row < dy.Rows; row++)
            {
                TensorPrimitives.Add(gradients[1], dy.Row(row), gradients[1]);
            }
        }

        if (Kernel == 1 && Stride == 1 && Groups == 1)
        {
            if (gradients.Length > 0)
            {
                pass.MatMul.AddWeightGradient(dy.Data, dy.Rows, pass.Inputs[0].Data, gradients[0]);
            }

            if (dx is not null)
            {
                pass.MatMul.AddInputGradient(dy.Data, dy.Rows, Weight.Span, dx.Data);
            }

            return;
        }

        if (gradients.Length > 0)
        {
            float[] packed = pass.Scratch(1, Weight.Length);
            packed.AsSpan().Clear();
            pass.MatMul.AddWeightGradient(dy.Data, dy.Rows, Windows(pass), packed);
            WindowBatch.AddUnpacked(packed, gradients[0], Inputs[0].Shape.Channels, Kernel);
        }

        if (dx is not null)
        {
            float[] windows = pass.Scratch(0, WindowLength * dy.Rows);
            windows.AsSpan().Clear();
            pass.MatMul.AddInputGradient(dy.Data, dy.Rows, _packed.Value.Span, windows.AsSpan(0, WindowLength * dy.Rows));
            WindowBatch.Add(pass, windows, dx, Kernel, Stride, Dilation);
        }
    }

    private bool TrainsDepthwise => IsDepthwise && Stride == 1 && Padding == ConvPadding.Zero;

    private int WindowLength => Kernel * Inputs[0].Shape.Channels;

    private float[] Windows(NodePass pass)
    {
        if (Groups != 1 || Padding != ConvPadding.Zero)
        {
            throw new NotSupportedException($"Node '{Name}' (ConvNode): a convolution in {Groups} groups with {Padding} padding has no training face.");
        }

        float[] windows = pass.Scratch(0, WindowLength * pass.Output.Rows);
        WindowBatch.Gather(pass, windows, Kernel, Stride, Dilation);
        return windows;
    }

    private static ReadOnlyMemory<float> Pack(ReadOnlyMemory<float> stored, int outputs, int inputs, int kernel)
    {
        if (kernel == 1)
        {
            return stored;
        }

        ReadOnlySpan<float> weight = stored.Span;
        var packed = new float[weight.Length];
        for (int o = 0; o < outputs; o++)
        {
            for (int i = 0; i < inputs; i++)
            {
                for (int j = 0; j < kernel; j++)
                {
                    packed[(((o * kernel) + j) * inputs) + i] = weight[(((o * inputs) + i) * kernel) + j];
                }
            }
        }

        return packed;
    }

    private static float[] Transpose(ReadOnlySpan<float> weight, int channels, int kernel)
    {
        var taps = new float[weight.Length];
        for (int c = 0; c < channels; c++)
        {
            for (int j = 0; j < kernel; j++)
            {
                taps[(j * channels) + c] = weight[(c * kernel) + j];
            }
        }

        return taps;
    }

    private void Depthwise(float[] rows, FloatTensor output)
    {
        int channels = output.Channels;
        float[] taps = _taps.Value;
        for (int t = 0; t < output.Rows; t++)
        {
            Span<float> y = output.Row(t);
            Bias.CopyTo(y);
            for (int j = 0; j < Kernel; j++)
            {
                ReadOnlySpan<float> x = rows.AsSpan(((t * Stride) + (j * Dilation)) * channels, channels);
                TensorPrimitives.FusedMultiplyAdd(x, taps.AsSpan(j * channels, channels), y, y);
            }
        }
    }

    private void Grouped(float[] rows, int channels, FloatTensor output, IMatMul matMul)
    {
        int groupIn = channels / Groups, groupOut = Shape.Channels / Groups, window = Kernel * groupIn;
        ReadOnlySpan<float> packed = _packed.Value.Span;
        var windows = new float[output.Rows * window];
        float[] result = Groups == 1 ? output.Data : new float[output.Rows * groupOut];
        for (int g = 0; g < Groups; g++)
        {
            for (int t = 0; t < output.Rows; t++)
            {
                for (int j = 0; j < Kernel; j++)
                {
                    rows.AsSpan((((t * Stride) + (j * Dilation)) * channels) + (g * groupIn), groupIn).CopyTo(windows.AsSpan((t * window) + (j * groupIn)));
                }
            }

            ReadOnlySpan<float> bias = Bias.Length == 0 ? [] : Bias.AsSpan(g * groupOut, groupOut);
            matMul.Multiply(windows, output.Rows, packed.Slice(g * groupOut * window, groupOut * window), bias, result);
            for (int t = 0; t < output.Rows && Groups > 1; t++)
            {
                result.AsSpan(t * groupOut, groupOut).CopyTo(output.Row(t)[(g * groupOut)..]);
            }
        }
    }
}
