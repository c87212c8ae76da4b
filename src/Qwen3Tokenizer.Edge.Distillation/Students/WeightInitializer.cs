using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Distillation.Students;

/// <summary>
/// First weights of an edge codec by name: matrices uniform within 1/sqrt(fan in) (LeCun et al. 1998, "Efficient BackProp"), residual branches at half of that, so that a deep stack begins
/// near the identity; the head begins quiet; tables as edge-codec.md defines them. The same seed and name give the same weights, in whatever order they are asked for.
/// </summary>
public sealed class WeightInitializer(EdgeModelConfig config, ulong seed)
{
    /// <summary>The log magnitudes at which a fresh head's filters stand: 43 dB below the excitation.</summary>
    private const float QuietLogMagnitude = -5;

    /// <summary>The weights of a name.</summary>
    /// <param name="name">Name of a tensor of an edge codec.</param>
    /// <param name="shape">Its dimensions.</param>
    /// <exception cref="ArgumentException">An edge codec has no tensor of that name.</exception>
    public float[] Create(string name, long[] shape)
    {
        string kind = name[(name.LastIndexOf('.') + 1)..];
        return name switch
        {
            "frontend.window" => ToFloat(Windows.PeriodicHann((int)shape[0])),
            "frontend.mel" => [.. MelFilterbank.Create((int)shape[0], config.FrontEnd!.FftLength, config.SampleRate).SelectMany(ToFloat)],
            "frontend.mel_mean" => new float[shape[0]],
            "frontend.mel_std" => Filled((int)shape[0], 1),
            "decoder.window" => ToFloat(Windows.SqrtHann((int)shape[0])),
            "decoder.knots" => Knots((int)shape[0], (int)shape[1], config.SampleRate),
            "decoder.head.bias" => HeadBias((int)shape[0]),
            "decoder.head.weight" => Uniform(name, shape, 0.3f),
            _ when name.EndsWith(".dwconv.weight", StringComparison.Ordinal) => Normal(name, shape, 1 / MathF.Sqrt(shape[^1])),
            _ when name.EndsWith(".pw2.weight", StringComparison.Ordinal) => Uniform(name, shape, 0.5f),
            "decoder.embeddings" or "quantizer.codebooks" => Normal(name, shape, 1),
            _ when kind == "weight" => Uniform(name, shape, 1),
            _ when kind == "bias" => new float[shape[0]],
            _ => throw new ArgumentException($"An edge codec has no tensor '{name}'.", nameof(name)),
        };
    }

    /// <summary>Linear interpolation from knots that are equally spaced on the mel scale to the bins of a transform: [bins, knots], two entries a row (edge-codec.md, section 6).</summary>
    public static float[] Knots(int bins, int knots, int sampleRate)
    {
        var matrix = new float[bins * knots];
        double top = MelFilterbank.HertzToMel(sampleRate / 2.0);
        for (int k = 0; k < bins; k++)
        {
            double place = MelFilterbank.HertzToMel(k * sampleRate / (2.0 * (bins - 1))) / top * (knots - 1);
            int left = Math.Min((int)place, knots - 2);
            matrix[(k * knots) + left] = (float)(1 - (place - left));
            matrix[(k * knots) + left + 1] = (float)(place - left);
        }

        return matrix;
    }

    private static float[] ToFloat(double[] values) => Array.ConvertAll(values, v => (float)v);

    private static float[] Filled(int count, float value)
    {
        var values = new float[count];
        values.AsSpan().Fill(value);
        return values;
    }

    private static float[] HeadBias(int outputs)
    {
        var bias = new float[outputs];
        bias.AsSpan(0, (outputs - 2) / 3 * 2).Fill(QuietLogMagnitude);
        return bias;
    }

    private float[] Uniform(string name, long[] shape, float gain)
    {
        float limit = gain / MathF.Sqrt(shape.Skip(1).Aggregate(1L, (a, b) => a * b));
        var random = new CounterRandom(seed, name);
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.NextBetween(-limit, limit);
        }

        return values;
    }

    private float[] Normal(string name, long[] shape, float deviation)
    {
        var random = new CounterRandom(seed, name);
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)random.NextNormal() * deviation;
        }

        return values;
    }
}
