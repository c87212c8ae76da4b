using System.Numerics;
using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>Spectrograms as pictures: time to the right, 0 Hz to half the sample rate upwards, colour for the level.</summary>
public static class SpectrogramPicture
{
    /// <summary>Decibels from the darkest colour to the brightest.</summary>
    public const double RangeDb = 80;

    private const double WindowSeconds = 0.032;
    private const double HopSeconds = 0.004;
    private const int MaxColumns = 1400;
    private const int MinTransform = 512;

    /// <summary>Power [column, bin]; column <c>t</c> is centred at <c>t</c> hops.</summary>
    /// <param name="samples">At least one.</param>
    /// <param name="rate">Samples per second.</param>
    /// <param name="maxColumns">Columns that it may have, about.</param>
    public static Spectrogram Measure(ReadOnlySpan<float> samples, int rate, int maxColumns = MaxColumns)
    {
        int window = Math.Max(16, (int)(rate * WindowSeconds));
        int hop = Math.Max(Math.Max(1, (int)(rate * HopSeconds)), (samples.Length + maxColumns - 1) / maxColumns);
        var padded = new float[samples.Length + window];
        samples.CopyTo(padded.AsSpan(window / 2));
        int transform = Math.Max(MinTransform, (int)BitOperations.RoundUpToPowerOf2((uint)window));
        return Stft.Power(padded, Windows.PeriodicHann(window), hop, transform);
    }

    /// <summary>The loudest value of a spectrogram.</summary>
    /// <param name="power">What <see cref="Measure"/> gave.</param>
    public static double Peak(Spectrogram power) => TensorPrimitives.Max<double>(power.Values);

    /// <summary>Draws a spectrogram as PNG.</summary>
    /// <param name="power">What <see cref="Measure"/> gave.</param>
    /// <param name="peak">Power of the brightest colour.</param>
    public static byte[] Draw(Spectrogram power, double peak)
    {
        var pixels = new byte[power.Frames * power.Bins];
        double reference = Math.Max(peak, double.Epsilon);
        for (int t = 0; t < power.Frames; t++)
        {
            ReadOnlySpan<double> bins = power.Frame(t);
            for (int k = 0; k < bins.Length; k++)
            {
                double level = 1 + (10 * Math.Log10(Math.Max(bins[k] / reference, 1e-30)) / RangeDb);
                int row = bins.Length - 1 - k;
                pixels[(row * power.Frames) + t] = (byte)Math.Round(Math.Clamp(level, 0, 1) * (ColourMap.Steps - 1));
            }
        }

        return PngImage.Encode(power.Frames, pixels, ColourMap.Palette);
    }
}
