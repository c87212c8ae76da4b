namespace Qwen3Tokenizer.Edge.Distillation.Losses;

/// <summary>
/// Energy distance of two draws of a random synthesis from a target, <c>d(x, y1) + d(x, y2) - d(y1, y2)</c> with a <see cref="SpectralDistance"/> d: a proper scoring rule
/// (Gneiting and Raftery 2007; Gritsenko et al. 2020 for speech), so that the noise part of a voice is neither lost nor exaggerated. Or the plain distance of a single draw.
/// An instance belongs to one thread; it allocates nothing after its constructor.
/// </summary>
/// <param name="distance">What measures; may be shared.</param>
public sealed class EnergyDistance(SpectralDistance distance)
{
    private readonly float[][] _features = [.. Per(distance, s => s.TargetLength)];
    private readonly double[] _norms = new double[distance.Scales.Length];
    private readonly float[] _work = new float[Per(distance, s => s.WorkLength).Max(w => w.Length)];
    private bool _hasTarget;

    /// <summary>Mean distance of the last call's draws from the target, <c>(d(x, y1) + d(x, y2)) / 2</c>: what falls while a model learns, for logs.</summary>
    public double ToTarget { get; private set; }

    /// <summary>Computes the target's features; they serve every call that gives no target, until the next target.</summary>
    /// <param name="target">The samples, <see cref="SpectralDistance.Samples"/> of them.</param>
    /// <exception cref="ArgumentException">The length is another.</exception>
    public void SetTarget(ReadOnlySpan<float> target)
    {
        Check(target.Length, nameof(target));
        for (int i = 0; i < _norms.Length; i++)
        {
            _norms[i] = distance.Scales[i].Target(target, _features[i], _work);
        }

        _hasTarget = true;
    }

    /// <summary>The energy distance of one sequence; adds its gradients by the draws, times <paramref name="scale"/>.</summary>
    /// <param name="target">x.</param>
    /// <param name="first">y1.</param>
    /// <param name="second">y2.</param>
    /// <param name="scale">What the sequence's value counts in the batch's loss: 1 / sequences for their mean, more or less for weighted ones.</param>
    /// <param name="gradientFirst">Gradient by y1, added to.</param>
    /// <param name="gradientSecond">Gradient by y2, added to.</param>
    /// <returns>The sequence's value, not scaled.</returns>
    /// <exception cref="ArgumentException">A length is not <see cref="SpectralDistance.Samples"/>.</exception>
    public double Add(ReadOnlySpan<float> target, ReadOnlySpan<float> first, ReadOnlySpan<float> second, float scale, Span<float> gradientFirst, Span<float> gradientSecond)
    {
        SetTarget(target);
        return Add(first, second, scale, gradientFirst, gradientSecond);
    }

    /// <summary>The same against the last target.</summary>
    /// <inheritdoc cref="Add(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, float, Span{float}, Span{float})"/>
    /// <exception cref="InvalidOperationException">There was no target yet.</exception>
    public double Add(ReadOnlySpan<float> first, ReadOnlySpan<float> second, float scale, Span<float> gradientFirst, Span<float> gradientSecond)
    {
        RequireTarget();
        Check(first.Length, nameof(first));
        Check(second.Length, nameof(second));
        Check(gradientFirst.Length, nameof(gradientFirst));
        Check(gradientSecond.Length, nameof(gradientSecond));
        double toTarget = 0, between = 0;
        for (int i = 0; i < _norms.Length; i++)
        {
            (double near, double apart) = distance.Scales[i].Add(_features[i], _norms[i], first, second, scale, gradientFirst, gradientSecond, _work);
            toTarget += near;
            between += apart;
        }

        ToTarget = toTarget / 2;
        return toTarget - between;
    }

    /// <summary>The plain distance <c>d(x, y)</c> of one draw from the last target; adds its gradient, times <paramref name="scale"/>.</summary>
    /// <param name="draw">y.</param>
    /// <param name="scale">What the sequence's value counts in the batch's loss.</param>
    /// <param name="gradient">Gradient by y, added to.</param>
    /// <returns>The sequence's value, not scaled.</returns>
    /// <exception cref="ArgumentException">A length is not <see cref="SpectralDistance.Samples"/>.</exception>
    /// <exception cref="InvalidOperationException">There was no target yet.</exception>
    public double Add(ReadOnlySpan<float> draw, float scale, Span<float> gradient)
    {
        RequireTarget();
        Check(draw.Length, nameof(draw));
        Check(gradient.Length, nameof(gradient));
        double sum = 0;
        for (int i = 0; i < _norms.Length; i++)
        {
            sum += distance.Scales[i].Add(_features[i], _norms[i], draw, scale, gradient, _work);
        }

        return ToTarget = sum;
    }

    private static IEnumerable<float[]> Per(SpectralDistance distance, Func<ScaleDistance, int> length) => distance.Scales.ToArray().Select(s => new float[length(s)]);

    private void RequireTarget()
    {
        if (!_hasTarget)
        {
            throw new InvalidOperationException("The distance has no target yet.");
        }
    }

    private void Check(int length, string name)
    {
        if (length != distance.Samples)
        {
            throw new ArgumentException($"{length} samples were given, {distance.Samples} were expected.", name);
        }
    }
}
