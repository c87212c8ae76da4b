using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// Residual codebooks in training: greedy search, entries that follow the moving average of what falls to them (van den Oord et al. 2017, appendix A), entries that hardly anything falls to set to residuals
/// of the batch (Dhariwal et al. 2020), k-means to begin with (Lloyd 1982).
/// </summary>
public sealed class ResidualQuantizer
{
    private const float Decay = 0.993f;

    // An entry is dead below this share of the mean number of rows per entry.
    private const float DeadShare = 0.16f;
    private const int RevivedPerStep = 16;
    private const int SeedPurpose = 201;
    private const int KMeansPurpose = 202;

    private readonly float[] _codebooks;
    private readonly float[] _squares;
    private readonly IMatMul _matMul;

    /// <summary>Takes over the codebooks of a student.</summary>
    /// <param name="config">Their shape.</param>
    /// <param name="weights">Where they are.</param>
    /// <param name="matMul">Matrix products.</param>
    public ResidualQuantizer(QuantizerConfig config, TensorStore weights, IMatMul matMul)
    {
        (Layers, Entries, Dim, _matMul) = (config.NumQuantizers, config.CodebookSize, config.Dim, matMul);
        _codebooks = weights.Read("quantizer.codebooks", Layers, Entries, Dim);
        (_squares, Counts, Sums) = (new float[Layers * Entries], new float[Layers * Entries], new float[_codebooks.Length]);
        CodebooksChanged();
    }

    /// <summary>Layers.</summary>
    public int Layers { get; }

    /// <summary>Entries of a layer.</summary>
    public int Entries { get; }

    /// <summary>Values of an entry.</summary>
    public int Dim { get; }

    /// <summary>Moving average of the rows that fall to an entry in a step, [layers, entries]; state for checkpoints.</summary>
    public float[] Counts { get; }

    /// <summary>Moving average of the sum of those rows, [layers, entries, dim]; state for checkpoints.</summary>
    public float[] Sums { get; }

    /// <summary>To be called after the codebooks changed from outside.</summary>
    public void CodebooksChanged()
    {
        for (int i = 0; i < _squares.Length; i++)
        {
            _squares[i] = (float)FixedOrder.SumOfSquares(_codebooks.AsSpan(i * Dim, Dim));
        }
    }

    /// <summary>Searches all layers.</summary>
    /// <param name="latents">[rows, dim].</param>
    /// <param name="search">Receives residuals and codes; belongs to one thread.</param>
    public void Search(ReadOnlySpan<float> latents, QuantizerSearch search)
    {
        latents.CopyTo(search.Residual(0));
        for (int layer = 0; layer < Layers; layer++)
        {
            SearchLayer(layer, search.Residual(layer), search.Codes(layer), search.Products);
            search.Residual(layer).CopyTo(search.Residual(layer + 1));
            for (int row = 0; row < search.Rows; row++)
            {
                Span<float> r = search.Residual(layer + 1).Slice(row * Dim, Dim);
                TensorPrimitives.Subtract(r, Entry(layer, search.Codes(layer)[row]), r);
            }
        }
    }

    /// <summary>An entry.</summary>
    public ReadOnlySpan<float> Entry(int layer, int code) => _codebooks.AsSpan(((layer * Entries) + code) * Dim, Dim);

    /// <summary>Lets the entries follow a step's rows.</summary>
    /// <param name="searches">All threads' searches.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="workers">Threads.</param>
    public void Follow(IReadOnlyList<QuantizerSearch> searches, ulong seed, long step, Workers workers) => workers.Run(worker =>
    {
        for (int layer = worker; layer < Layers; layer += workers.Count)
        {
            FollowLayer(layer, searches, new CounterRandom(seed, step, layer, SeedPurpose));
        }
    });

    /// <summary>Fits layer after layer to latents by k-means.</summary>
    /// <param name="latents">[rows, dim], far more rows than entries.</param>
    /// <param name="iterations">Passes of each layer.</param>
    /// <param name="fresh">Whether to begin with rows drawn at random instead of the entries as they are.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="rowsPerStep">Rows of a training step, for the scale of <see cref="Counts"/>.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="progress">Told the share done.</param>
    /// <returns>Mean energy of the residual behind every layer, as a share of the latents' variance.</returns>
    public double[] Fit(float[] latents, int iterations, bool fresh, ulong seed, int rowsPerStep, Workers workers, IProgress<double>? progress = null)
    {
        int rows = latents.Length / Dim;
        var residual = (float[])latents.Clone();
        var codes = new int[rows];
        var shares = new double[Layers];
        double energy = Variance(latents);
        for (int layer = 0; layer < Layers; layer++)
        {
            var random = new CounterRandom(seed, layer, iterations, KMeansPurpose);
            for (int e = 0; e < Entries && fresh; e++)
            {
                residual.AsSpan((int)random.NextBelow(rows) * Dim, Dim).CopyTo(Slot(layer, e));
            }

            for (int pass = 0; pass <= iterations; pass++)
            {
                CodebooksChanged(layer);
                SearchAll(layer, residual, codes, workers);
                (int[] counts, double[] sums) = Gather(residual, codes);
                for (int e = 0; e < Entries && pass < iterations; e++)
                {
                    if (counts[e] == 0 && (fresh || pass < iterations - 1))
                    {
                        residual.AsSpan((int)random.NextBelow(rows) * Dim, Dim).CopyTo(Slot(layer, e));
                    }

                    for (int d = 0; d < Dim && counts[e] > 0; d++)
                    {
                        Slot(layer, e)[d] = (float)(sums[(e * Dim) + d] / counts[e]);
                    }
                }

                for (int e = 0; e < Entries && pass == iterations; e++)
                {
                    float count = (float)counts[e] / rows * rowsPerStep;
                    Counts[(layer * Entries) + e] = count;
                    TensorPrimitives.Multiply(Slot(layer, e), count, Sums.AsSpan(((layer * Entries) + e) * Dim, Dim));
                }
            }

            double left = 0;
            for (int row = 0; row < rows; row++)
            {
                Span<float> r = residual.AsSpan(row * Dim, Dim);
                TensorPrimitives.Subtract(r, Entry(layer, codes[row]), r);
                left += FixedOrder.SumOfSquares(r);
            }

            shares[layer] = left / rows / energy;
            progress?.Report((layer + 1.0) / Layers);
        }

        return shares;
    }

    private Span<float> Slot(int layer, int code) => _codebooks.AsSpan(((layer * Entries) + code) * Dim, Dim);

    private void CodebooksChanged(int layer)
    {
        for (int e = 0; e < Entries; e++)
        {
            _squares[(layer * Entries) + e] = (float)FixedOrder.SumOfSquares(Slot(layer, e));
        }
    }

    // argmin |r - c|^2 = argmax 2 r.c - |c|^2.
    private void SearchLayer(int layer, ReadOnlySpan<float> residual, Span<int> codes, Span<float> products)
    {
        products = products[..(codes.Length * Entries)];
        _matMul.Multiply(residual, codes.Length, _codebooks.AsSpan(layer * Entries * Dim, Entries * Dim), [], products);
        ReadOnlySpan<float> squares = _squares.AsSpan(layer * Entries, Entries);
        for (int row = 0; row < codes.Length; row++)
        {
            codes[row] = Best(products.Slice(row * Entries, Entries), squares);
        }
    }

    private static int Best(ReadOnlySpan<float> products, ReadOnlySpan<float> squares)
    {
        int lanes = Vector256<float>.Count, whole = products.Length - (products.Length % lanes);
        ref float p = ref MemoryMarshal.GetReference(products), s = ref MemoryMarshal.GetReference(squares);
        Vector256<float> best = Vector256.Create(float.NegativeInfinity);
        Vector256<int> at = default, index = Vector256<int>.Indices, step = Vector256.Create(lanes);
        for (int i = 0; i < whole; i += lanes)
        {
            Vector256<float> x = Vector256.LoadUnsafe(ref p, (nuint)i), score = x + x - Vector256.LoadUnsafe(ref s, (nuint)i);
            Vector256<float> better = Vector256.GreaterThan(score, best);
            best = Vector256.ConditionalSelect(better, score, best);
            at = Vector256.ConditionalSelect(better.AsInt32(), index, at);
            index += step;
        }

        (float score, int code) found = (float.NegativeInfinity, 0);
        for (int lane = 0; lane < lanes && whole > 0; lane++)
        {
            if (best[lane] > found.score || (best[lane] == found.score && at[lane] < found.code))
            {
                found = (best[lane], at[lane]);
            }
        }

        for (int i = whole; i < products.Length; i++)
        {
            float score = (2 * products[i]) - squares[i];
            found = score > found.score ? (score, i) : found;
        }

        return found.code;
    }

    private void SearchAll(int layer, float[] residual, int[] codes, Workers workers) => workers.Run(worker =>
    {
        const int Piece = 1024;
        var products = new float[Piece * Entries];
        for (int from = worker * Piece; from < codes.Length; from += workers.Count * Piece)
        {
            int count = Math.Min(Piece, codes.Length - from);
            SearchLayer(layer, residual.AsSpan(from * Dim, count * Dim), codes.AsSpan(from, count), products);
        }
    });

    private (int[] Counts, double[] Sums) Gather(float[] rows, int[] codes)
    {
        var counts = new int[Entries];
        var sums = new double[Entries * Dim];
        for (int row = 0; row < codes.Length; row++)
        {
            counts[codes[row]]++;
            for (int d = 0; d < Dim; d++)
            {
                sums[(codes[row] * Dim) + d] += rows[(row * Dim) + d];
            }
        }

        return (counts, sums);
    }

    private void FollowLayer(int layer, IReadOnlyList<QuantizerSearch> searches, CounterRandom random)
    {
        Span<float> counts = Counts.AsSpan(layer * Entries, Entries), sums = Sums.AsSpan(layer * Entries * Dim, Entries * Dim);
        TensorPrimitives.Multiply(counts, Decay, counts);
        TensorPrimitives.Multiply(sums, Decay, sums);
        int rows = 0;
        foreach (QuantizerSearch search in searches)
        {
            rows += search.Rows;
            for (int row = 0; row < search.Rows; row++)
            {
                int code = search.Codes(layer)[row];
                counts[code] += 1 - Decay;
                Span<float> sum = sums.Slice(code * Dim, Dim);
                TensorPrimitives.MultiplyAdd(search.Residual(layer).Slice(row * Dim, Dim), 1 - Decay, sum, sum);
            }
        }

        float mean = (float)rows / Entries;
        int revived = 0;
        for (int e = 0; e < Entries; e++)
        {
            if (counts[e] >= DeadShare * mean)
            {
                TensorPrimitives.Multiply(sums.Slice(e * Dim, Dim), 1 / counts[e], Slot(layer, e));
            }
            else if (revived < RevivedPerStep)
            {
                revived++;
                QuantizerSearch search = searches[(int)random.NextBelow(searches.Count)];
                search.Residual(layer).Slice((int)random.NextBelow(search.Rows) * Dim, Dim).CopyTo(Slot(layer, e));
                counts[e] = 0.64f * mean;
                TensorPrimitives.Multiply(Slot(layer, e), counts[e], sums.Slice(e * Dim, Dim));
            }
        }

        CodebooksChanged(layer);
    }

    private double Variance(float[] rows)
    {
        int count = rows.Length / Dim;
        double squares = FixedOrder.SumOfSquares(rows) / (double)count, means = 0;
        for (int d = 0; d < Dim; d++)
        {
            double sum = 0;
            for (int row = 0; row < count; row++)
            {
                sum += rows[(row * Dim) + d];
            }

            means += sum / count * (sum / count);
        }

        return squares - means;
    }
}
