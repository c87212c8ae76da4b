namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// Scales of the latent's dimensions. The networks of a codec in training see dimensions of equal variance; the quantizer sees them falling in steps of equal decibels, so that its first layers
/// describe the first dimensions and every later layer has something left to say: by reverse water-filling (Cover and Thomas 2006, section 10.3.3) the bits of all layers just reach the last dimension.
/// Without that a latent keeps the few directions that it finds first (19 of 64 in 27,000 steps: benchmarks/RESULTS.md), and the last layers of codes describe nothing that is heard. The scales go into the weights when a codec is saved.
/// </summary>
public sealed class LatentSpectrum
{
    private readonly double[] _levels;

    /// <summary>The scales for a quantizer.</summary>
    /// <param name="dim">Dimensions of the latent.</param>
    /// <param name="layers">Layers of codes.</param>
    /// <param name="entries">Entries of a layer.</param>
    public LatentSpectrum(int dim, int layers, int entries)
    {
        double bits = Math.Log2(entries);

        // With the water half a step below the last one, dimension i of variance 2^-si gets s (dim - 1/2 - i) / 2 bits: in all s dim^2 / 4.
        double slope = 4 * layers * bits / ((double)dim * dim), mean = Enumerable.Range(0, dim).Average(i => Math.Pow(2, -slope * i));
        double[] variances = [.. Enumerable.Range(0, dim).Select(i => Math.Pow(2, -slope * i) / mean)];
        Scales = [.. variances.Select(v => (float)Math.Sqrt(v))];
        _levels = [.. Enumerable.Range(0, layers + 1).Select(l => WaterLevel(variances, l * bits))];
    }

    /// <summary>Standard deviation of every dimension as the quantizer sees it; 1 in the mean of squares.</summary>
    public IReadOnlyList<float> Scales { get; }

    /// <summary>
    /// What an ideal quantizer of some layers would make of a dimension of variance 1 (the forward test channel of Cover and Thomas, section 10.3.2): it keeps a share of the value and adds noise.
    /// </summary>
    /// <param name="layers">Layers, from 0 to all.</param>
    /// <param name="dimension">The dimension.</param>
    /// <returns>Factor of the value, and standard deviation of the noise.</returns>
    public (float Keep, float Noise) Channel(int layers, int dimension)
    {
        double lost = _levels[layers] / ((double)Scales[dimension] * Scales[dimension]), keep = Math.Max(0, 1 - lost);
        return ((float)keep, (float)Math.Sqrt(keep * Math.Min(1, lost)));
    }

    /// <summary>Latents as the networks see them to what the quantizer sees.</summary>
    /// <param name="latents">[rows, dim].</param>
    /// <param name="scaled">Receives [rows, dim].</param>
    public void ToQuantizer(ReadOnlySpan<float> latents, Span<float> scaled)
    {
        for (int i = 0; i < latents.Length; i++)
        {
            scaled[i] = latents[i] * Scales[i % Scales.Count];
        }
    }

    /// <summary>What the quantizer gives to latents as the networks see them, in place.</summary>
    /// <param name="latents">[rows, dim].</param>
    public void ToNetwork(Span<float> latents)
    {
        for (int i = 0; i < latents.Length; i++)
        {
            latents[i] /= Scales[i % Scales.Count];
        }
    }

    /// <summary>A tensor of a saved codec without the scales that <see cref="Folded"/> put into it.</summary>
    /// <inheritdoc cref="Folded"/>
    public float[] Unfolded(string name, long[] shape, float[] values) => Scaled(name, shape, values, d => 1 / Scales[d]);

    /// <summary>A tensor with the scales in it, for a codec that knows nothing of them: the rows of the encoder's last matrix times them, the inputs of the decoder's first one divided by them.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <param name="values">Its values.</param>
    /// <returns>The scaled values, or the same where the scales do not touch it.</returns>
    public float[] Folded(string name, long[] shape, float[] values) => Scaled(name, shape, values, d => Scales[d]);

    private float[] Scaled(string name, long[] shape, float[] values, Func<int, float> scale)
    {
        switch (name)
        {
            case "encoder.proj.weight" or "encoder.proj.bias":
                int inputs = values.Length / Scales.Count;
                return [.. values.Select((v, i) => v * scale(i / inputs))];
            case "decoder.conv_in.weight":
                int kernel = (int)shape[^1];
                return [.. values.Select((v, i) => v / scale(i / kernel % Scales.Count))];
            default:
                return values;
        }
    }

    private static double WaterLevel(double[] variances, double bits)
    {
        (double low, double high) = (variances[^1] * 1e-9, variances[0]);
        for (int i = 0; i < 200; i++)
        {
            double middle = Math.Sqrt(low * high);
            (low, high) = variances.Sum(v => Math.Max(0, 0.5 * Math.Log2(v / middle))) > bits ? (middle, high) : (low, middle);
        }

        return high;
    }
}
