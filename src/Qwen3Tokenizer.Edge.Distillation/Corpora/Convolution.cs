using System.Numerics;
using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Filters a short signal in place by one multiplication in the frequency domain.</summary>
internal static class Convolution
{
    /// <summary>Replaces <paramref name="x"/> by its convolution with <paramref name="h"/>, moved <paramref name="delay"/> samples forward; beyond its ends the signal counts as zero.</summary>
    public static void Apply(Span<float> x, ReadOnlySpan<float> h, int delay)
    {
        int n = (int)BitOperations.RoundUpToPowerOf2((uint)(x.Length + h.Length));
        var fft = new RealFft(n);
        var (a, b) = (new float[n], new float[n]);
        var (ar, ai, br, bi) = (new float[fft.Bins], new float[fft.Bins], new float[fft.Bins], new float[fft.Bins]);
        x.CopyTo(a);
        h.CopyTo(b);
        fft.Forward(a, ar, ai);
        fft.Forward(b, br, bi);
        for (int k = 0; k < fft.Bins; k++)
            (ar[k], ai[k]) = ((ar[k] * br[k]) - (ai[k] * bi[k]), (ar[k] * bi[k]) + (ai[k] * br[k]));
        fft.Inverse(ar, ai, a);
        a.AsSpan(delay, x.Length).CopyTo(x);
    }
}
