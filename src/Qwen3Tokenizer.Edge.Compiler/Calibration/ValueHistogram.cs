namespace Qwen3Tokenizer.Edge.Compiler.Calibration;

/// <summary>Histogram of values around zero whose range grows (by doubling) as larger values come: enough to choose a quantization step.</summary>
public sealed class ValueHistogram
{
    // Bins on each side of zero; even, so that two neighbours merge when the range doubles.
    private const int Side = 2048;
    private readonly long[] _counts = new long[2 * Side];
    private readonly Dictionary<object, object> _remembered = [];
    private double _range;

    /// <summary>Smallest value seen.</summary>
    public double Minimum { get; private set; }

    /// <summary>Largest value seen.</summary>
    public double Maximum { get; private set; }

    /// <summary>Largest magnitude seen.</summary>
    public double MaximumMagnitude => Math.Max(-Minimum, Maximum);

    /// <summary>Number of values.</summary>
    public long Count { get; private set; }

    /// <summary>Sum of the squares of all values.</summary>
    public double Energy { get; private set; }

    /// <summary>Adds values.</summary>
    public void Add(ReadOnlySpan<float> values)
    {
        _remembered.Clear();
        foreach (float v in values)
        {
            double magnitude = Math.Abs((double)v);
            if (!double.IsFinite(magnitude))
            {
                throw new ArgumentException($"Value {v} is not finite.", nameof(values));
            }

            while (magnitude >= _range)
            {
                Grow(magnitude);
            }

            _counts[Side + (int)Math.Floor(v / _range * Side)]++;
            Minimum = Math.Min(Minimum, v);
            Maximum = Math.Max(Maximum, v);
            Energy += (double)v * v;
        }

        Count += values.Length;
    }

    /// <summary>A result that depends on the values seen and a key: computed once. A network that is lowered after every step of training asks for the same ones again.</summary>
    internal T Remember<T>(object key, Func<ValueHistogram, T> compute)
        where T : notnull
    {
        if (!_remembered.TryGetValue(key, out object? known))
        {
            _remembered.Add(key, known = compute(this));
        }

        return (T)known;
    }

    /// <summary>The values that a share of all lies below, and above: to a bin's width.</summary>
    /// <param name="outside">The share at each end, 0 to 0.5.</param>
    public (double Low, double High) Quantiles(double outside)
    {
        double width = _range / Side;
        long left = 0, right = 0;
        int low = 0, high = _counts.Length;
        while (low < high && left + _counts[low] <= outside * Count)
        {
            left += _counts[low++];
        }

        while (high > low && right + _counts[high - 1] <= outside * Count)
        {
            right += _counts[--high];
        }

        return (Math.Max((low - Side) * width, Minimum), Math.Min((high - Side) * width, Maximum));
    }

    /// <summary>Expected squared error of a uniform quantizer that clips to [low, high] with the given step: clipping from the histogram, rounding as step^2 / 12.</summary>
    public double SquaredError(double low, double high, double step)
    {
        double error = 0, width = _range / Side;
        for (int i = 0; i < _counts.Length; i++)
        {
            if (_counts[i] == 0)
            {
                continue;
            }

            double centre = (i - Side + 0.5) * width, clipped = Math.Clamp(centre, low, high);
            error += _counts[i] * (((centre - clipped) * (centre - clipped)) + (step * step / 12));
        }

        return error;
    }

    private void Grow(double magnitude)
    {
        if (_range == 0)
        {
            _range = magnitude > 0 ? magnitude * 1.0001 : 1e-30;
            return;
        }

        for (int i = 0; i < Side / 2; i++)
        {
            _counts[Side + i] = _counts[Side + (2 * i)] + _counts[Side + (2 * i) + 1];
            _counts[Side - 1 - i] = _counts[Side - 1 - (2 * i)] + _counts[Side - 2 - (2 * i)];
        }

        Array.Clear(_counts, Side + (Side / 2), Side / 2);
        Array.Clear(_counts, 0, Side / 2);
        _range *= 2;
    }
}
