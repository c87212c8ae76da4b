using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
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
    private readonly LaneFft? _laneFft;

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
        _laneFft = LaneFft.IsSupported(_fft.Length) ? new LaneFft(_fft.Length) : null;
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

    /// <inheritdoc/>
    public override void ForwardBatch(NodePass pass)
    {
        if (_laneFft is null)
        {
            base.ForwardBatch(pass);
            return;
        }

        FloatTensor spectra = pass.Inputs[0];
        int hop = Shape.Channels, offset = (_laneFft.Length - Window.Length) / 2, length = pass.Output.Rows / pass.Sequences;
        float[] spectrum = pass.Scratch(0, _laneFft.SpectrumLength), signal = pass.Scratch(1, _laneFft.SignalLength), work = pass.Scratch(2, _laneFft.SignalLength);
        Span<float> frames = pass.Scratch(3, LaneFft.Lanes * Window.Length);
        pass.Output.Data.AsSpan().Clear();
        for (int start = 0; start < pass.Output.Rows; start += length)
        {
            for (int t = Mute; t < length; t += LaneFft.Lanes)
            {
                int rows = Math.Min(LaneFft.Lanes, length - t);
                LaneFrames.Gather(spectra.Data.AsSpan((start + t) * spectra.Channels), spectra.Channels, rows, spectra.Channels, spectrum);
                _laneFft.Inverse(spectrum, signal, work);
                LaneFrames.Scatter(signal.AsSpan(LaneFft.Lanes * offset), frames, Window.Length, rows, Window.Length);
                for (int l = 0; l < rows; l++)
                {
                    // The second half of the last frame lies behind the sequence.
                    ReadOnlySpan<float> frame = frames.Slice(l * Window.Length, t + l + 1 < length ? Window.Length : hop);
                    Span<float> samples = pass.Output.Data.AsSpan((start + t + l) * hop, frame.Length);
                    TensorPrimitives.MultiplyAdd(frame, Window.AsSpan(0, frame.Length), samples, samples);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Backward(NodePass pass)
    {
        if (pass.InputGradients[0] is not { } gradient)
        {
            return;
        }

        LaneFft fft = _laneFft ?? throw new NotSupportedException($"Node '{Name}' ({GetType().Name}) gives no gradient with transforms of {_fft.Length}: a product of 2, 3 and 5 was expected.");
        int hop = Shape.Channels, offset = (fft.Length - Window.Length) / 2, length = pass.Output.Rows / pass.Sequences;
        float[] spectrum = pass.Scratch(0, fft.SpectrumLength), work = pass.Scratch(2, fft.SignalLength), samples = pass.OutputGradient!.Data;

        // What lies beside the window stays zero.
        Span<float> frames = pass.Scratch(4, fft.SignalLength), middle = frames.Slice(LaneFft.Lanes * offset, LaneFft.Lanes * Window.Length), rowsOut = pass.Scratch(5, fft.SpectrumLength);
        for (int start = 0; start < pass.Output.Rows; start += length)
        {
            for (int t = Mute; t < length; t += LaneFft.Lanes)
            {
                int rows = Math.Min(LaneFft.Lanes, length - t), followed = Math.Min(rows, length - t - 1);
                LaneFrames.Gather(samples.AsSpan((start + t) * hop), hop, rows, hop, middle);
                Span<float> second = middle[(LaneFft.Lanes * hop)..];
                second.Clear();
                if (followed > 0)
                {
                    LaneFrames.Gather(samples.AsSpan((start + t + 1) * hop), hop, followed, hop, second);
                }

                for (int n = 0; n < Window.Length; n++)
                {
                    Span<float> lanes = middle.Slice(LaneFft.Lanes * n, LaneFft.Lanes);
                    (Vector256.Create<float>(lanes) * Vector256.Create(Window[n])).CopyTo(lanes);
                }

                fft.InverseAdjoint(frames, spectrum, work);
                LaneFrames.Scatter(spectrum, rowsOut, gradient.Channels, rows, gradient.Channels);
                Span<float> target = gradient.Data.AsSpan((start + t) * gradient.Channels, rows * gradient.Channels);
                TensorPrimitives.Add(target, rowsOut[..target.Length], target);
            }
        }
    }

    private sealed class Overlap
    {
        public required double[] Tail;
        public int Mute;
    }
}
