using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Losses;

/// <summary>
/// Cross-entropy of a teacher's codes in residual order. The probability of code j in layer l is softmax(-b_l |r_l - C_l,j|^2), where r_l is the latent less the entries of the teacher's codes in the layers
/// before: what the greedy search of an edge codec sees as long as it is right, so that its nearest entry is the likeliest code. Gradients go to the latent, to the entries and to the logarithm of the
/// sharpness b_l. An instance belongs to one thread and allocates nothing once it is made.
/// </summary>
/// <param name="rows">Frames.</param>
/// <param name="layers">Layers.</param>
/// <param name="entries">Entries of a layer.</param>
/// <param name="dim">Values of an entry and of the latent.</param>
/// <param name="matMul">Matrix products.</param>
public sealed class CodeEntropy(int rows, int layers, int entries, int dim, IMatMul matMul)
{
    private readonly float[] _residuals = new float[(layers + 1) * rows * dim];
    private readonly float[] _residualGradients = new float[layers * rows * dim];
    private readonly float[] _scores = new float[rows * entries];
    private readonly float[] _squares = new float[entries];
    private readonly float[] _perEntry = new float[entries];

    /// <summary>Sum over the counted frames of the cross-entropy of each layer, nats.</summary>
    public double[] Nats { get; } = new double[layers];

    /// <summary>Counted frames of each layer whose likeliest code is the teacher's.</summary>
    public int[] Right { get; } = new int[layers];

    /// <summary>Frames that were counted.</summary>
    public int Counted { get; private set; }

    /// <summary>Computes the figures of a batch.</summary>
    /// <param name="latent">[rows, dim].</param>
    /// <param name="codebooks">[layers, entries, dim].</param>
    /// <param name="logSharpness">[layers], natural logarithms of b_l.</param>
    /// <param name="codes">[rows, layers]; a row whose first code is negative is not counted.</param>
    public void Compute(ReadOnlySpan<float> latent, ReadOnlySpan<float> codebooks, ReadOnlySpan<float> logSharpness, ReadOnlySpan<int> codes) => Run(latent, codebooks, logSharpness, codes, default);

    /// <summary>Computes the figures of a batch and adds the gradients of <paramref name="weight"/> times the sum of all nats.</summary>
    /// <param name="latent">[rows, dim].</param>
    /// <param name="codebooks">[layers, entries, dim].</param>
    /// <param name="logSharpness">[layers], natural logarithms of b_l.</param>
    /// <param name="codes">[rows, layers]; a row whose first code is negative is not counted.</param>
    /// <param name="weight">Factor.</param>
    /// <param name="latentGradient">[rows, dim], added to.</param>
    /// <param name="codebookGradient">[layers, entries, dim], added to.</param>
    /// <param name="sharpnessGradient">[layers], added to.</param>
    public void Add(
        ReadOnlySpan<float> latent, ReadOnlySpan<float> codebooks, ReadOnlySpan<float> logSharpness, ReadOnlySpan<int> codes, float weight,
        Span<float> latentGradient, Span<float> codebookGradient, Span<float> sharpnessGradient)
    {
        Run(latent, codebooks, logSharpness, codes, new Gradients(weight, codebookGradient, sharpnessGradient));

        // What a layer's residual wants, every entry that was subtracted before it wants the other way round.
        int size = rows * dim;
        Span<float> sum = _residuals.AsSpan(0, size);
        sum.Clear();
        for (int layer = layers - 1; layer >= 0; layer--)
        {
            for (int row = 0; row < rows; row++)
            {
                if (codes[row * layers] < 0)
                {
                    continue;
                }

                Span<float> own = sum.Slice(row * dim, dim), entry = codebookGradient.Slice(((layer * entries) + codes[(row * layers) + layer]) * dim, dim);
                TensorPrimitives.Subtract(entry, own, entry);
            }

            TensorPrimitives.Add(sum, _residualGradients.AsSpan(layer * size, size), sum);
        }

        TensorPrimitives.Add(latentGradient, sum, latentGradient);
    }

    private void Run(ReadOnlySpan<float> latent, ReadOnlySpan<float> codebooks, ReadOnlySpan<float> logSharpness, ReadOnlySpan<int> codes, Gradients gradients)
    {
        int size = rows * dim;
        latent.CopyTo(_residuals);
        Counted = 0;
        for (int row = 0; row < rows; row++)
        {
            Counted += codes[row * layers] < 0 ? 0 : 1;
        }

        for (int layer = 0; layer < layers; layer++)
        {
            ReadOnlySpan<float> residual = _residuals.AsSpan(layer * size, size), book = codebooks.Slice(layer * entries * dim, entries * dim);
            for (int e = 0; e < entries; e++)
            {
                _squares[e] = (float)FixedOrder.SumOfSquares(book.Slice(e * dim, dim));
            }

            float sharpness = MathF.Exp(logSharpness[layer]);
            matMul.Multiply(residual, rows, book, [], _scores);
            double sharpnessGradient = Scores(layer, codes, sharpness, gradients.Weight);
            if (gradients.Weight != 0)
            {
                gradients.Sharpness[layer] += (float)sharpnessGradient;
                AddGradients(layer, residual, book, sharpness, gradients.Codebooks.Slice(layer * entries * dim, entries * dim));
            }

            Span<float> next = _residuals.AsSpan((layer + 1) * size, size);
            residual.CopyTo(next);
            for (int row = 0; row < rows; row++)
            {
                if (codes[row * layers] >= 0)
                {
                    Span<float> left = next.Slice(row * dim, dim);
                    TensorPrimitives.Subtract(left, book.Slice(codes[(row * layers) + layer] * dim, dim), left);
                }
            }
        }
    }

    // Products r.C to scores b (2 r.C - |C|^2), figures, and in the scores' place the gradients by them; returns the gradient by log b.
    private double Scores(int layer, ReadOnlySpan<int> codes, float sharpness, float weight)
    {
        (Nats[layer], Right[layer]) = (0, 0);
        double gradient = 0;
        for (int row = 0; row < rows; row++)
        {
            Span<float> scores = _scores.AsSpan(row * entries, entries);
            int code = codes[row * layers] < 0 ? -1 : codes[(row * layers) + layer];
            if (code < 0)
            {
                scores.Clear();
                continue;
            }

            TensorPrimitives.Multiply(scores, 2, scores);
            TensorPrimitives.Subtract<float>(scores, _squares, scores);
            TensorPrimitives.Multiply(scores, sharpness, scores);
            float greatest = TensorPrimitives.Max<float>(scores), own = scores[code];
            Right[layer] += own == greatest ? 1 : 0;

            // sum_j g_j s_j needs the scores that the gradients are about to replace.
            Span<float> chances = _perEntry;
            TensorPrimitives.Subtract(scores, greatest, chances);
            FixedMath.Exp(chances, chances);
            float total = FixedOrder.Sum(chances);
            Nats[layer] += Math.Log(total) + greatest - own;
            if (weight != 0)
            {
                TensorPrimitives.Multiply(chances, weight / total, chances);
                chances[code] -= weight;
                gradient += FixedOrder.Dot(chances, scores);
                chances.CopyTo(scores);
            }
        }

        return gradient;
    }

    private void AddGradients(int layer, ReadOnlySpan<float> residual, ReadOnlySpan<float> book, float sharpness, Span<float> bookGradient)
    {
        TensorPrimitives.Multiply(_scores, 2 * sharpness, _scores);
        Span<float> own = _residualGradients.AsSpan(layer * rows * dim, rows * dim);
        own.Clear();
        matMul.AddInputGradient(_scores, rows, book, own);
        matMul.AddWeightGradient(_scores, rows, residual, bookGradient);
        _perEntry.AsSpan().Clear();
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.Add<float>(_perEntry, _scores.AsSpan(row * entries, entries), _perEntry);
        }

        for (int e = 0; e < entries; e++)
        {
            Span<float> into = bookGradient.Slice(e * dim, dim);
            TensorPrimitives.MultiplyAdd(book.Slice(e * dim, dim), -_perEntry[e], into, into);
        }
    }

    private readonly ref struct Gradients(float weight, Span<float> codebooks, Span<float> sharpness)
    {
        public float Weight { get; } = weight;

        public Span<float> Codebooks { get; } = codebooks;

        public Span<float> Sharpness { get; } = sharpness;
    }
}
