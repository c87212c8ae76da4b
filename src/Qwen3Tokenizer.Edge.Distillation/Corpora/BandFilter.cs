namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Band limits as linear-phase filters: a sinc under a Hamming window, 401 taps, edges 130 Hz wide.</summary>
internal static class BandFilter
{
    /// <summary>Samples by which the filters delay.</summary>
    public const int Delay = 200;

    /// <summary>300 to 3400 Hz, the telephone's band.</summary>
    public static float[] Telephone { get; } = Create(300, 3400);

    /// <summary>Up to 4 kHz less the edge, what a sample rate of 8 kHz keeps.</summary>
    public static float[] LowPass { get; } = Create(0, 3900);

    private static float[] Create(double lowHz, double highHz)
    {
        var taps = new float[(2 * Delay) + 1];
        for (int i = 0; i < taps.Length; i++)
        {
            int t = i - Delay;
            double window = 0.54 + (0.46 * Math.Cos(Math.PI * t / Delay));
            taps[i] = (float)(window * (Sinc(highHz, t) - Sinc(lowHz, t)));
        }

        return taps;
    }

    private static double Sinc(double hertz, int t)
    {
        double f = 2 * hertz / CorpusGrid.SampleRate;
        return t == 0 ? f : Math.Sin(Math.PI * f * t) / (Math.PI * t);
    }
}
