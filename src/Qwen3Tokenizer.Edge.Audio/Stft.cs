using System.Numerics.Tensors;

namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>Short-time Fourier transforms.</summary>
public static class Stft
{
    /// <summary>Magnitude spectrogram: frame <c>t</c> is <c>|rfft(x[hop t .. hop t + window length) * window)|</c>, zero-padded to <paramref name="fftSize"/>; only whole frames are taken.</summary>
    /// <param name="x">Samples.</param>
    /// <param name="window">Window, 1 to <paramref name="fftSize"/> points.</param>
    /// <param name="hop">Samples between frames, at least 1.</param>
    /// <param name="fftSize">Transform length, at least the window's.</param>
    /// <returns>[frames, fftSize / 2 + 1]; no frame when the signal is shorter than the window.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Window, hop and transform length do not fit together.</exception>
    public static Spectrogram Magnitude(ReadOnlySpan<float> x, ReadOnlySpan<double> window, int hop, int fftSize)
    {
        Spectrogram power = Power(x, window, hop, fftSize);
        TensorPrimitives.Sqrt<double>(power.Values, power.Values);
        return power;
    }

    /// <summary>Power spectrogram: the square of <see cref="Magnitude"/>.</summary>
    /// <inheritdoc cref="Magnitude"/>
    public static Spectrogram Power(ReadOnlySpan<float> x, ReadOnlySpan<double> window, int hop, int fftSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window.Length, 1, nameof(window));
        ArgumentOutOfRangeException.ThrowIfLessThan(hop, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(fftSize, window.Length);
        var fft = new RealFft(fftSize);
        int frames = x.Length < window.Length ? 0 : ((x.Length - window.Length) / hop) + 1;
        var result = new Spectrogram(frames, fft.Bins);
        double[] frame = new double[fftSize], re = new double[fft.Bins], im = new double[fft.Bins];
        for (int t = 0; t < frames; t++)
        {
            ReadOnlySpan<float> part = x.Slice(t * hop, window.Length);
            for (int i = 0; i < part.Length; i++)
                frame[i] = part[i] * window[i];

            fft.Forward(frame, re, im);
            Span<double> bins = result.Frame(t);
            for (int k = 0; k < bins.Length; k++)
                bins[k] = (re[k] * re[k]) + (im[k] * im[k]);
        }

        return result;
    }
}
