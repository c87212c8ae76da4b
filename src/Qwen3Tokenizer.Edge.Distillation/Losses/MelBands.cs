using System.Runtime.Intrinsics;
using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Distillation.Losses;

/// <summary>A mel filterbank on eight frames at once, without its zeros.</summary>
internal sealed class MelBands
{
    private const int Lanes = LaneFft.Lanes;
    private readonly int[] _start;
    private readonly float[][] _weights;

    public MelBands(int bands, int window, int sampleRate)
    {
        double[][] rows = bands == 0 ? [] : MelFilterbank.Create(bands, window, sampleRate);
        _start = [.. rows.Select(row => Array.FindIndex(row, w => w > 0))];
        _weights = [.. rows.Select((row, b) => row[_start[b]..(Array.FindLastIndex(row, w => w > 0) + 1)].Select(w => (float)w).ToArray())];
    }

    public int Count => _start.Length;

    /// <summary>Band b of the magnitudes (bin k at 8 k).</summary>
    public Vector256<float> Sum(ReadOnlySpan<float> magnitudes, int band)
    {
        float[] weights = _weights[band];
        ReadOnlySpan<float> part = magnitudes.Slice(Lanes * _start[band], Lanes * weights.Length);
        Vector256<float> sum = Vector256<float>.Zero;
        for (int i = 0; i < weights.Length; i++)
        {
            sum = Vector256.FusedMultiplyAdd(Vector256.Create(weights[i]), Vector256.Create(part[(Lanes * i)..]), sum);
        }

        return sum;
    }

    /// <summary>Adds to the gradient by the magnitudes what follows from the gradient by band b.</summary>
    public void AddGradient(Vector256<float> gradient, int band, Span<float> magnitudes)
    {
        float[] weights = _weights[band];
        Span<float> part = magnitudes.Slice(Lanes * _start[band], Lanes * weights.Length);
        for (int i = 0; i < weights.Length; i++)
        {
            Span<float> to = part.Slice(Lanes * i, Lanes);
            Vector256.FusedMultiplyAdd(Vector256.Create(weights[i]), gradient, Vector256.Create<float>(to)).CopyTo(to);
        }
    }
}
