using System.Numerics.Tensors;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>PCM16 and floats: full scale is 32768.</summary>
internal static class PcmScale
{
    private const float Step = 1f / 32768;

    public static void ToFloats(ReadOnlySpan<short> pcm, Span<float> values)
    {
        TensorPrimitives.ConvertTruncating(pcm, values);
        TensorPrimitives.Multiply(values, Step, values);
    }

    /// <summary>Rounds to nearest and saturates.</summary>
    public static short[] ToPcm(ReadOnlySpan<float> values)
    {
        var pcm = new short[values.Length];
        for (int i = 0; i < pcm.Length; i++)
            pcm[i] = (short)Math.Clamp(MathF.Round(values[i] / Step), short.MinValue, short.MaxValue);
        return pcm;
    }
}
