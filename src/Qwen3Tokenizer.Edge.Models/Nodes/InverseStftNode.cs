using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>
/// Inverse short-time Fourier transform by overlap-add with hop = window / 2: the middle of the inverse transform, windowed, is added at its place; row t gives the hop
/// that frame t completes. There is no normalization: the window's squares must overlap to one.
/// </summary>
public sealed class InverseStftNode : Node
{
    private readonly RealFft _fft;

    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="spectrum">[rows, n_fft + 2] interleaved bins 0..n_fft/2.</param>
    /// <param name="window">2 hops.</param>
    /// <param name="mute">Leading rows whose output is zero: their spectra are not those of real frames.</param>
    public InverseStftNode(string name, Node spectrum, float[] window, int mute)
        : base(name, [spectrum], new TensorShape(spectrum.Shape.Rows, Math.Max(1, window.Length / 2)))
    {
        Require(spectrum.Shape.Channels >= 4 && spectrum.Shape.Channels % 2 == 0, $"has {spectrum.Shape.Channels} channels, n_fft + 2 was expected");
        Require(window.Length >= 2 && window.Length % 2 == 0 && window.Length <= spectrum.Shape.Channels - 2, $"window of {window.Length} does not fit {spectrum.Shape}");
        Require(mute >= 0, $"mute {mute} must not be negative");
        (Window, Mute) = (window, mute);
        _fft = new RealFft(spectrum.Shape.Channels - 2);
    }

    /// <summary>Window.</summary>
    public float[] Window { get; }

    /// <summary>Leading rows whose frames are ignored.</summary>
    public int Mute { get; }

    /// <inheritdoc/>
    public override object CreateState() => new Overlap { Tail = new double[Shape.Channels], Mute = Mute };

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        var overlap = (Overlap)state!;
        int length = inputs[0].Channels - 2, hop = Shape.Channels, offset = (length - Window.Length) / 2;
        double[] re = new double[_fft.Bins], im = new double[_fft.Bins], x = new double[length];
        for (int t = 0; t < output.Rows; t++)
        {
            if (overlap.Mute > 0)
            {
                overlap.Mute--;
                continue;
            }

            ReadOnlySpan<float> y = inputs[0].Row(t);
            for (int k = 0; k < _fft.Bins; k++)
            {
                (re[k], im[k]) = (y[2 * k], y[(2 * k) + 1]);
            }

            _fft.Inverse(re, im, x);
            Span<float> samples = output.Row(t);
            for (int n = 0; n < hop; n++)
            {
                samples[n] = (float)(overlap.Tail[n] + (x[offset + n] * Window[n]));
                overlap.Tail[n] = x[offset + hop + n] * Window[hop + n];
            }
        }
    }

    private sealed class Overlap
    {
        public required double[] Tail;
        public int Mute;
    }
}
