using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>A room as its impulse response: the direct sound, then normal noise under an exponential decay (Polack 1988, statistical model of late reverberation).</summary>
internal static class RoomResponse
{
    // The first reflection comes 2 to 20 ms after the direct sound.
    private const double MinGap = 0.002;
    private const double MaxGap = 0.02;

    /// <summary>Creates a response whose first sample is the direct sound, 1.</summary>
    /// <param name="decay">Time in which the reverberation falls by 60 dB, seconds.</param>
    /// <param name="directDb">Energy of the direct sound over that of the rest, dB.</param>
    /// <param name="random">Its randomness.</param>
    public static float[] Create(double decay, double directDb, CounterRandom random)
    {
        double perSample = -3 * Math.Log(10) / (decay * CorpusGrid.SampleRate);
        int gap = (int)(random.NextBetween(MinGap, MaxGap) * CorpusGrid.SampleRate);
        var h = new float[gap + 1 + (int)(decay * CorpusGrid.SampleRate)];
        double energy = 0;
        for (int k = gap; k < h.Length; k++)
        {
            double v = random.NextNormal() * Math.Exp(perSample * (k - gap));
            h[k] = (float)v;
            energy += v * v;
        }

        var scale = (float)Math.Sqrt(Math.Pow(10, -directDb / 10) / energy);
        for (int k = gap; k < h.Length; k++)
            h[k] *= scale;
        h[0] = 1;
        return h;
    }
}
