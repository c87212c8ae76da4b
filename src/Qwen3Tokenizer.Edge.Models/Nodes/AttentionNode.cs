using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>
/// Causal scaled dot-product attention (Vaswani et al. 2017) with rotary positions (Su et al. 2021, the "rotate half" form), grouped key/value heads (Ainslie et al. 2023)
/// and an optional sliding window: softmax(q k^T / sqrt(head size)) v, where the query of row i sees the keys of rows i - window + 1 .. i.
/// Linear maps before and after it are nodes of their own.
/// </summary>
/// <remarks>
/// Rows count from the start of the stream. State: the keys (rotated) and values of the last <see cref="Window"/> rows. Without a window it is all of them: memory and
/// time per frame then grow with the stream.
/// </remarks>
public sealed class AttentionNode : Node
{
    // theta^(-2m / head size): radians a row of pair m.
    private readonly double[] _frequencies;

    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="query">[rows, heads * headSize].</param>
    /// <param name="key">[rows, keyValueHeads * headSize].</param>
    /// <param name="value">[rows, keyValueHeads * headSize].</param>
    /// <param name="heads">Query heads; head h reads key/value head h / (heads / keyValueHeads).</param>
    /// <param name="keyValueHeads">Key/value heads, a divisor of <paramref name="heads"/>.</param>
    /// <param name="headSize">Values of a head, even.</param>
    /// <param name="ropeTheta">Base of the rotary frequencies, positive.</param>
    /// <param name="window">Keys that a query sees, its own included; 0 for all of the past.</param>
    /// <exception cref="GraphException">The numbers or shapes do not fit together.</exception>
    public AttentionNode(string name, Node query, Node key, Node value, int heads, int keyValueHeads, int headSize, double ropeTheta, int window = 0)
        : base(name, [query, key, value], query.Shape)
    {
        Require(heads >= 1 && keyValueHeads >= 1 && heads % keyValueHeads == 0, $"{heads} heads cannot share {keyValueHeads} key/value heads");
        Require(headSize >= 2 && headSize % 2 == 0, $"head size {headSize} must be even");
        Require(ropeTheta > 0 && double.IsFinite(ropeTheta), $"theta {ropeTheta} must be positive");
        Require(window >= 0, $"window {window} must not be negative");
        Require(query.Shape.Channels == (long)heads * headSize, $"its query has {query.Shape.Channels} channels, {heads} heads of {headSize} were expected");
        var shared = new TensorShape(query.Shape.Rows, checked(keyValueHeads * headSize));
        Require(key.Shape == shared && value.Shape == shared, $"has keys of shape {key.Shape} and values of shape {value.Shape}, {shared} was expected");
        (Heads, KeyValueHeads, HeadSize, RopeTheta, Window) = (heads, keyValueHeads, headSize, ropeTheta, window);
        _frequencies = new double[headSize / 2];
        for (int m = 0; m < _frequencies.Length; m++)
        {
            _frequencies[m] = Math.Pow(ropeTheta, -2.0 * m / headSize);
        }
    }

    /// <summary>Query heads.</summary>
    public int Heads { get; }

    /// <summary>Key/value heads.</summary>
    public int KeyValueHeads { get; }

    /// <summary>Values of a head.</summary>
    public int HeadSize { get; }

    /// <summary>Base of the rotary frequencies.</summary>
    public double RopeTheta { get; }

    /// <summary>Keys that a query sees, its own included; 0 for all of the past.</summary>
    public int Window { get; }

    /// <summary>Of a full window; 0 without one, where the number grows with the stream.</summary>
    public override long MultiplyAccumulates => 2L * Shape.Rows * Shape.Channels * Window;

    /// <inheritdoc/>
    public override object CreateState() => new KeyValueCache(KeyValueHeads * HeadSize, Window);

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        var cache = (KeyValueCache)state!;
        var query = new float[Shape.Channels];
        double[] cosines = new double[HeadSize / 2], sines = new double[HeadSize / 2];
        double[] weights = [];
        for (int row = 0; row < output.Rows; row++)
        {
            for (int m = 0; m < cosines.Length; m++)
            {
                (sines[m], cosines[m]) = Math.SinCos(cache.Rows * _frequencies[m]);
            }

            int newest = cache.Append();
            Rotate(inputs[1].Row(row), cache.Keys.AsSpan(newest, inputs[1].Channels), cosines, sines);
            inputs[2].Row(row).CopyTo(cache.Values.AsSpan(newest));
            Rotate(inputs[0].Row(row), query, cosines, sines);
            if (weights.Length < cache.Count)
            {
                weights = new double[Math.Max(cache.Count, 2 * weights.Length)];
            }

            for (int head = 0; head < Heads; head++)
            {
                int shared = head / (Heads / KeyValueHeads) * HeadSize;
                Attend(query.AsSpan(head * HeadSize, HeadSize), cache, shared, weights.AsSpan(0, cache.Count), output.Row(row).Slice(head * HeadSize, HeadSize));
            }
        }
    }

    // y[m] = x[m] cos - x[m + half] sin, y[m + half] = x[m + half] cos + x[m] sin, for every head.
    private void Rotate(ReadOnlySpan<float> x, Span<float> y, ReadOnlySpan<double> cosines, ReadOnlySpan<double> sines)
    {
        int half = HeadSize / 2;
        for (int start = 0; start < x.Length; start += HeadSize)
        {
            for (int m = 0; m < half; m++)
            {
                double a = x[start + m], b = x[start + half + m];
                y[start + m] = (float)((a * cosines[m]) - (b * sines[m]));
                y[start + half + m] = (float)((b * cosines[m]) + (a * sines[m]));
            }
        }
    }

    // The oldest key first, in every split.
    private void Attend(ReadOnlySpan<float> query, KeyValueCache cache, int offset, Span<double> weights, Span<float> output)
    {
        double scale = 1 / Math.Sqrt(HeadSize), largest = double.NegativeInfinity, sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = FixedOrder.Dot(query, cache.Keys.AsSpan(cache.Offset(i) + offset, HeadSize)) * scale;
            largest = Math.Max(largest, weights[i]);
        }

        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = Math.Exp(weights[i] - largest);
            sum += weights[i];
        }

        for (int i = 0; i < weights.Length; i++)
        {
            float weight = (float)(weights[i] / sum);
            ReadOnlySpan<float> value = cache.Values.AsSpan(cache.Offset(i) + offset, HeadSize);
            for (int d = 0; d < value.Length; d++)
            {
                output[d] += weight * value[d];
            }
        }
    }
}
