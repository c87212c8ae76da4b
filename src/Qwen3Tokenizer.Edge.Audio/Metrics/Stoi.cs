namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>
/// Short-time objective intelligibility: STOI (Taal, Hendriks, Heusdens, Jensen: IEEE TASLP 19(7), 2011) and its extension ESTOI (Jensen, Taal: IEEE/ACM TASLP 24(11), 2016).
/// Signals are brought to 10 kHz, silent frames (40 dB below the loudest of the reference) removed, and 15 third-octave bands from 150 Hz compared over 384 ms.
/// </summary>
public static class Stoi
{
    private const int Segment = 30;
    private const double Tiny = 1e-12;

    // Degraded bands may exceed the clean ones by at most 15 dB of distortion: 1 + 10^(15/20).
    private static readonly double Clip = 1 + Math.Pow(10, 15.0 / 20);

    /// <summary>STOI.</summary>
    /// <param name="reference">Clean speech.</param>
    /// <param name="degraded">Speech to judge, of the same length and aligned in time.</param>
    /// <param name="sampleRate">Samples per second of both.</param>
    /// <returns>-1 to 1, near 1 for identical signals; NaN with fewer than 30 frames (about 0.4 s) of speech.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Compute(ReadOnlySpan<float> reference, ReadOnlySpan<float> degraded, int sampleRate) =>
        Average(reference, degraded, sampleRate, CorrelationOfBands);

    /// <summary>ESTOI, which also sees modulated maskers: correlates whole spectrograms normalised over time and then over bands.</summary>
    /// <inheritdoc cref="Compute"/>
    public static double ComputeExtended(ReadOnlySpan<float> reference, ReadOnlySpan<float> degraded, int sampleRate) =>
        Average(reference, degraded, sampleRate, CorrelationOfSpectra);

    private static double Average(ReadOnlySpan<float> reference, ReadOnlySpan<float> degraded, int sampleRate, Func<double[,], double[,], double> measure)
    {
        MetricInput.Check(reference, degraded, sampleRate);
        (double[][] x, double[][] y) = StoiBands.Compute(reference, degraded, sampleRate);
        int segments = x.Length - Segment + 1;
        if (segments < 1)
            return double.NaN;

        double[,] a = new double[StoiBands.Count, Segment], b = new double[StoiBands.Count, Segment];
        double sum = 0;
        for (int start = 0; start < segments; start++)
        {
            for (int band = 0; band < StoiBands.Count; band++)
            {
                for (int t = 0; t < Segment; t++)
                {
                    a[band, t] = x[start + t][band];
                    b[band, t] = y[start + t][band];
                }
            }

            sum += measure(a, b);
        }

        return sum / segments;
    }

    private static double CorrelationOfBands(double[,] x, double[,] y)
    {
        double sum = 0;
        for (int band = 0; band < StoiBands.Count; band++)
        {
            double xx = 0, yy = 0;
            for (int t = 0; t < Segment; t++)
            {
                xx += x[band, t] * x[band, t];
                yy += y[band, t] * y[band, t];
            }

            double gain = Math.Sqrt(xx) / (Math.Sqrt(yy) + Tiny);
            for (int t = 0; t < Segment; t++)
                y[band, t] = Math.Min(y[band, t] * gain, x[band, t] * Clip);

            NormaliseRow(x, band);
            NormaliseRow(y, band);
            for (int t = 0; t < Segment; t++)
                sum += x[band, t] * y[band, t];
        }

        return sum / StoiBands.Count;
    }

    private static double CorrelationOfSpectra(double[,] x, double[,] y)
    {
        for (int band = 0; band < StoiBands.Count; band++)
        {
            NormaliseRow(x, band);
            NormaliseRow(y, band);
        }

        double sum = 0;
        for (int t = 0; t < Segment; t++)
        {
            NormaliseColumn(x, t);
            NormaliseColumn(y, t);
            for (int band = 0; band < StoiBands.Count; band++)
                sum += x[band, t] * y[band, t];
        }

        return sum / Segment;
    }

    private static void NormaliseRow(double[,] m, int row)
    {
        double mean = 0, square = 0;
        for (int t = 0; t < Segment; t++)
            mean += m[row, t] / Segment;

        for (int t = 0; t < Segment; t++)
        {
            m[row, t] -= mean;
            square += m[row, t] * m[row, t];
        }

        double scale = 1 / (Math.Sqrt(square) + Tiny);
        for (int t = 0; t < Segment; t++)
            m[row, t] *= scale;
    }

    private static void NormaliseColumn(double[,] m, int column)
    {
        double mean = 0, square = 0;
        for (int band = 0; band < StoiBands.Count; band++)
            mean += m[band, column] / StoiBands.Count;

        for (int band = 0; band < StoiBands.Count; band++)
        {
            m[band, column] -= mean;
            square += m[band, column] * m[band, column];
        }

        double scale = 1 / (Math.Sqrt(square) + Tiny);
        for (int band = 0; band < StoiBands.Count; band++)
            m[band, column] *= scale;
    }
}
