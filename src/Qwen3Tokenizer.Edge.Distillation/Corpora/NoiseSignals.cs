using System.Numerics;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Noise for augmentation.</summary>
internal static class NoiseSignals
{
    /// <summary>The same power at every frequency.</summary>
    public static void White(Span<float> x, CounterRandom random)
    {
        foreach (ref float v in x)
            v = (float)random.NextNormal();
    }

    /// <summary>Power that falls with 1/f, made in the frequency domain; below 20 Hz there is none.</summary>
    public static void Pink(Span<float> x, CounterRandom random)
    {
        int n = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(x.Length, 2));
        var fft = new RealFft(n);
        var (re, im, y) = (new float[fft.Bins], new float[fft.Bins], new float[n]);
        int lowest = Math.Max(1, (20 * n / CorpusGrid.SampleRate) + 1);
        for (int k = lowest; k < fft.Bins - 1; k++)
        {
            double level = 1 / Math.Sqrt(k);
            re[k] = (float)(level * random.NextNormal());
            im[k] = (float)(level * random.NextNormal());
        }

        fft.Inverse(re, im, y);
        y.AsSpan(0, x.Length).CopyTo(x);
    }
}
