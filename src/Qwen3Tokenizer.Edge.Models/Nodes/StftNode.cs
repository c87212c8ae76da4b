using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>
/// Causal short-time Fourier transform: row t is the transform of the last window.Length samples up to the end of hop t, placed in the middle of a zeroed
/// buffer of n_fft. Values are interleaved (re, im) of bins 0..n_fft/2. Before the start there are zeros.
/// </summary>
public sealed class StftNode : Node
{
    private readonly RealFft _fft;

    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="samples">[rows, hop samples].</param>
    /// <param name="window">At least one hop and at most <paramref name="transformLength"/> values.</param>
    /// <param name="transformLength">n_fft, even.</param>
    public StftNode(string name, Node samples, float[] window, int transformLength)
        : base(name, [samples], new TensorShape(samples.Shape.Rows, transformLength + 2))
    {
        Require(transformLength >= 2 && transformLength % 2 == 0, $"transform length {transformLength} must be even");
        Require(window.Length >= samples.Shape.Channels && window.Length <= transformLength, $"window of {window.Length} must lie between the hop {samples.Shape.Channels} and the transform {transformLength}");
        Require((transformLength - window.Length) % 2 == 0, $"window of {window.Length} cannot be centred in {transformLength}");
        (Window, TransformLength) = (window, transformLength);
        _fft = new RealFft(transformLength);
    }

    /// <summary>Window.</summary>
    public float[] Window { get; }

    /// <summary>n_fft.</summary>
    public int TransformLength { get; }

    /// <inheritdoc/>
    public override object CreateState() => new RowHistory(Window.Length - Inputs[0].Shape.Channels, 1);

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        FloatTensor x = inputs[0];
        float[] samples = ((RowHistory)state!).Extend(new FloatTensor(x.Data.Length, 1, x.Data));
        int offset = (TransformLength - Window.Length) / 2;
        double[] buffer = new double[TransformLength], re = new double[_fft.Bins], im = new double[_fft.Bins];
        for (int t = 0; t < output.Rows; t++)
        {
            for (int n = 0; n < Window.Length; n++)
            {
                buffer[offset + n] = (double)samples[(t * x.Channels) + n] * Window[n];
            }

            _fft.Forward(buffer, re, im);
            Span<float> y = output.Row(t);
            for (int k = 0; k < _fft.Bins; k++)
            {
                (y[2 * k], y[(2 * k) + 1]) = ((float)re[k], (float)im[k]);
            }
        }
    }
}
