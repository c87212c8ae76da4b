using System.Numerics.Tensors;

namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>
/// Fundamental frequency of speech, 50 to 500 Hz, on a grid of 10 ms: normalised cross-correlation (Talkin 1995, "A robust algorithm for pitch tracking")
/// of two 25 ms stretches that lie symmetrically about the frame's centre, then the best path through the candidates (Boersma 1993, "Accurate short-term analysis of the fundamental frequency").
/// </summary>
public static class PitchTracker
{
    /// <summary>Lowest frequency that is found, Hz.</summary>
    public const double MinHz = 50;

    /// <summary>Highest frequency that is found, Hz.</summary>
    public const double MaxHz = 500;

    /// <summary>Frames per second: frame <c>t</c> is centred at <c>t / 100</c> s, plus the offset that is asked for.</summary>
    public const int FramesPerSecond = 100;

    private const int Rate = 16000;
    // Harmonics up to 2.5 kHz carry the pitch. Without the rest the correlation is smooth on the grid of lags, so that its true peaks are found between them.
    private const int BandRate = 5000;
    private const int Hop = Rate / FramesPerSecond;
    private const int Stretch = Rate / 40;
    private const int MinLag = (int)(Rate / MaxHz);
    private const int MaxLag = (int)(Rate / MinHz);
    private const double MaxOffset = 0.02;
    private const int MaxCandidates = 8;
    private const double MinCorrelation = 0.3;

    // Among equally periodic lags the shortest is the period: cost per octave below the highest frequency.
    private const double OctaveCost = 0.02;
    private const double VoicingThreshold = 0.5;
    private const double SilenceThreshold = 0.03;

    /// <summary>Tracks one signal.</summary>
    /// <param name="x">Samples.</param>
    /// <param name="sampleRate">Samples per second; only what lies below 2.5 kHz is used.</param>
    /// <param name="offset">Centre of frame 0 in seconds, within 20 ms of the signal's start: for grids that do not begin with the signal.</param>
    /// <returns>One frequency in Hz per frame, 0 where unvoiced; <c>ceil(n * 100 / sampleRate)</c> frames.</returns>
    public static float[] Track(ReadOnlySpan<float> x, int sampleRate, double offset = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        if (!(Math.Abs(offset) <= MaxOffset))
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"is not within {MaxOffset} s of the signal's start.");
        int first = (int)Math.Round(offset * Rate);
        long frames = (((long)x.Length * FramesPerSecond) + sampleRate - 1) / sampleRate;
        float[] samples = Resampler.Resample(Resampler.Resample(x, sampleRate, BandRate), BandRate, Rate);
        const int Margin = Stretch + MaxLag;
        var padded = new float[samples.Length + (2 * Margin) + Hop];
        samples.CopyTo(padded, Margin);
        float peak = samples.Length == 0 ? 0 : TensorPrimitives.MaxMagnitude<float>(samples);
        if (peak == 0)
            return new float[frames];

        var sums = new PrefixSums(padded);
        var path = new PitchPath();
        var correlation = new double[MaxLag + 2];
        for (int t = 0; t < frames; t++)
        {
            int centre = Margin + first + (t * Hop);
            for (int lag = MinLag - 1; lag <= MaxLag + 1; lag++)
                correlation[lag] = Correlation(padded, sums, centre, lag);

            path.Add(Candidates(correlation), Unvoiced(padded.AsSpan(centre - (Stretch / 2), Stretch), Math.Abs(peak)));
        }

        return path.Best();
    }

    /// <summary>Correlation coefficient of the stretches that begin at <c>centre - (stretch + lag) / 2</c> and <c>lag</c> samples later, each freed of its mean.</summary>
    private static double Correlation(float[] x, PrefixSums sums, int centre, int lag)
    {
        int a = centre - ((Stretch + lag) / 2), b = a + lag;
        double meanA = sums.Mean(a, Stretch), meanB = sums.Mean(b, Stretch);
        double powerA = sums.Power(a, Stretch) - (Stretch * meanA * meanA), powerB = sums.Power(b, Stretch) - (Stretch * meanB * meanB);
        double product = TensorPrimitives.Dot<float>(x.AsSpan(a, Stretch), x.AsSpan(b, Stretch)) - (Stretch * meanA * meanB);
        return powerA < 1e-9 || powerB < 1e-9 ? 0 : product / Math.Sqrt(powerA * powerB);
    }

    /// <summary>The strongest local maxima, their lag refined by a parabola.</summary>
    private static List<PitchCandidate> Candidates(double[] r)
    {
        var found = new List<PitchCandidate>();
        for (int lag = MinLag; lag <= MaxLag; lag++)
        {
            if (r[lag] < MinCorrelation || r[lag] <= r[lag - 1] || r[lag] < r[lag + 1])
                continue;

            double curve = r[lag - 1] - (2 * r[lag]) + r[lag + 1], slope = r[lag + 1] - r[lag - 1];
            double shift = curve < 0 ? -0.5 * slope / curve : 0;
            double hertz = Math.Clamp(Rate / (lag + shift), MinHz, MaxHz), height = Math.Min(1, r[lag] + (0.25 * slope * shift));
            found.Add(new PitchCandidate(hertz, height - (OctaveCost * Math.Log2(MaxHz / hertz))));
        }

        found.Sort((a, b) => b.Strength.CompareTo(a.Strength));
        return found.Count > MaxCandidates ? found[..MaxCandidates] : found;
    }

    /// <summary>Strength of the claim that a frame has no pitch: higher for quiet frames.</summary>
    private static double Unvoiced(ReadOnlySpan<float> frame, double peak)
    {
        double relative = Math.Abs(TensorPrimitives.MaxMagnitude(frame)) / peak;
        return VoicingThreshold + Math.Max(0, 2 - (relative * (1 + VoicingThreshold) / SilenceThreshold));
    }

    private sealed class PrefixSums
    {
        private readonly double[] _sum;
        private readonly double[] _square;

        public PrefixSums(float[] x)
        {
            _sum = new double[x.Length + 1];
            _square = new double[x.Length + 1];
            for (int i = 0; i < x.Length; i++)
            {
                _sum[i + 1] = _sum[i] + x[i];
                _square[i + 1] = _square[i] + ((double)x[i] * x[i]);
            }
        }

        public double Mean(int start, int count) => (_sum[start + count] - _sum[start]) / count;

        public double Power(int start, int count) => _square[start + count] - _square[start];
    }
}
