namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>Triangular filters, equally spaced on the HTK mel scale <c>2595 log10(1 + f / 700)</c>.</summary>
public static class MelFilterbank
{
    /// <summary>Hertz to mel.</summary>
    /// <param name="hertz">Frequency, at least 0.</param>
    public static double HertzToMel(double hertz) => 2595 * Math.Log10(1 + (hertz / 700));

    /// <summary>Mel to hertz.</summary>
    /// <param name="mel">Pitch, at least 0.</param>
    public static double MelToHertz(double mel) => 700 * (Math.Pow(10, mel / 2595) - 1);

    /// <summary>The <c>bands + 2</c> corner frequencies: band <c>b</c> rises from corner b, peaks at b + 1, falls to b + 2.</summary>
    /// <param name="bands">Number of bands, at least 1.</param>
    /// <param name="minHz">Lower end of the first band.</param>
    /// <param name="maxHz">Upper end of the last band, above <paramref name="minHz"/>.</param>
    public static double[] Corners(int bands, double minHz, double maxHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bands, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(minHz);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(maxHz, minHz);
        double low = HertzToMel(minHz), high = HertzToMel(maxHz);
        var corners = new double[bands + 2];
        for (int i = 0; i < corners.Length; i++)
            corners[i] = MelToHertz(low + ((high - low) * i / (bands + 1)));

        return corners;
    }

    /// <summary>Filter matrix [bands, fftSize / 2 + 1]: triangles evaluated at the bin frequencies; a triangle that meets no bin takes its nearest bin; each row is divided by its sum.</summary>
    /// <param name="bands">Number of bands, at least 1.</param>
    /// <param name="fftSize">Transform length, at least 2.</param>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="minHz">Lower end of the first band.</param>
    /// <param name="maxHz">Upper end of the last band; half the sample rate when not given.</param>
    public static double[][] Create(int bands, int fftSize, int sampleRate, double minHz = 0, double? maxHz = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fftSize, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        double[] corners = Corners(bands, minHz, maxHz ?? sampleRate / 2.0);
        int bins = (fftSize / 2) + 1;
        var rows = new double[bands][];
        for (int b = 0; b < bands; b++)
        {
            double[] row = rows[b] = new double[bins];
            double sum = 0;
            for (int k = 0; k < bins; k++)
            {
                double f = (double)k * sampleRate / fftSize;
                double rise = (f - corners[b]) / (corners[b + 1] - corners[b]), fall = (corners[b + 2] - f) / (corners[b + 2] - corners[b + 1]);
                row[k] = Math.Max(0, Math.Min(rise, fall));
                sum += row[k];
            }

            if (sum <= 0)
            {
                int nearest = Math.Clamp((int)Math.Round(corners[b + 1] * fftSize / sampleRate), 0, bins - 1);
                row[nearest] = sum = 1;
            }

            for (int k = 0; k < bins; k++)
                row[k] /= sum;
        }

        return rows;
    }
}
