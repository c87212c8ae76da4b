using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// Pulls the covariance C of latents towards the identity and their mean m to zero, <c>w / dim * (sum (C - I)^2 + sum m^2)</c> (as the variance and covariance terms of Bardes et al. 2022, "VICReg", do
/// with one matrix): every dimension then carries something that no other one does, and the latent can neither collapse nor grow. C and m are moving averages, because a batch is too small to tell.
/// </summary>
/// <param name="dim">Dimensions of the latent.</param>
public sealed class LatentWhitening(int dim)
{
    private const double Decay = 0.98;
    private const float Weight = 0.3f;

    private readonly float[] _centred = new float[dim];
    private readonly float[] _sum = new float[dim];

    /// <summary>Moving average of the covariance less the identity, [dim, dim]; state for checkpoints.</summary>
    public float[] Deviation { get; } = new float[dim * dim];

    /// <summary>Moving average of the mean, [dim]; state for checkpoints.</summary>
    public float[] Mean { get; } = new float[dim];

    /// <summary>Adds the gradient of some rows of a batch.</summary>
    /// <param name="latents">[rows, dim].</param>
    /// <param name="rowsInBatch">Rows of the whole batch.</param>
    /// <param name="matMul">Matrix products.</param>
    /// <param name="work">[rows, dim], two of it.</param>
    /// <param name="gradient">[rows, dim], added to.</param>
    public void AddGradient(ReadOnlySpan<float> latents, int rowsInBatch, IMatMul matMul, Span<float> work, Span<float> gradient)
    {
        int rows = latents.Length / dim;
        Span<float> centred = work[..latents.Length], pulled = work.Slice(latents.Length, latents.Length);
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.Subtract(latents.Slice(row * dim, dim), Mean, centred.Slice(row * dim, dim));
        }

        matMul.Multiply(centred, rows, Deviation, [], pulled);
        float scale = Weight / dim / rowsInBatch;
        TensorPrimitives.MultiplyAdd(pulled, 4 * scale, gradient, gradient);
        for (int row = 0; row < rows; row++)
        {
            Span<float> to = gradient.Slice(row * dim, dim);
            TensorPrimitives.MultiplyAdd(Mean, 2 * scale, to, to);
        }
    }

    /// <summary>Lets the averages follow a step's latents.</summary>
    /// <param name="batch">All threads' latents, [rows, dim] each.</param>
    public void Follow(IReadOnlyList<float[]> batch)
    {
        float share = (float)((1 - Decay) / (batch.Sum(b => b.Length) / dim));
        TensorPrimitives.Multiply(Deviation, (float)Decay, Deviation);
        _sum.AsSpan().Clear();
        foreach (float[] latents in batch)
        {
            for (int at = 0; at < latents.Length; at += dim)
            {
                TensorPrimitives.Add(_sum, latents.AsSpan(at, dim), _sum);
                TensorPrimitives.Subtract(latents.AsSpan(at, dim), Mean, _centred);
                for (int i = 0; i < dim; i++)
                {
                    Span<float> to = Deviation.AsSpan(i * dim, dim);
                    TensorPrimitives.MultiplyAdd(_centred, share * _centred[i], to, to);
                }
            }
        }

        TensorPrimitives.Multiply(Mean, (float)Decay, Mean);
        TensorPrimitives.MultiplyAdd(_sum, share, Mean, Mean);
        for (int i = 0; i < dim; i++)
        {
            Deviation[i * (dim + 1)] -= (float)(1 - Decay);
        }
    }
}
