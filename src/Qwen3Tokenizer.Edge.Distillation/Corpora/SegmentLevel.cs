using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Level and dither of training segments.</summary>
internal static class SegmentLevel
{
    /// <summary>A random gain that keeps the peak below its limit.</summary>
    public static float Gain(ReadOnlySpan<float> samples, SegmentOptions options, ref CounterRandom random)
    {
        if (options.MinGainDb == 0 && options.MaxGainDb == 0)
            return 1;
        double decibels = random.NextBetween(options.MinGainDb, options.MaxGainDb), peak = Math.Abs(TensorPrimitives.MaxMagnitude(samples)) + 1e-5;
        return (float)Math.Min(Math.Pow(10, decibels / 20), options.PeakLimit / peak);
    }

    /// <summary>Adds white normal noise.</summary>
    public static void Dither(Span<float> samples, double rms, CounterRandom random)
    {
        if (rms == 0)
            return;
        foreach (ref float x in samples)
            x += (float)(rms * random.NextNormal());
    }
}
