using System.Globalization;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>An axis of a chart: where values lie along it, and where its ticks are (1, 2, 5 times powers of ten).</summary>
internal sealed class ChartAxis
{
    // A logarithmic axis is worth it from this ratio on; below, its ticks would be too few.
    private const double LeastRatio = 8;
    private const int Intervals = 4;
    private const int MostTicks = 8;
    private readonly double _first;
    private readonly double _last;

    private ChartAxis(double first, double last, bool logarithmic, double[] ticks) => (_first, _last, IsLogarithmic, Ticks) = (first, last, logarithmic, ticks);

    /// <summary>Whether equal distances are equal ratios.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>Values of its ticks, upwards.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis that holds some values.</summary>
    /// <param name="values">Values; those that are not finite do not count.</param>
    /// <param name="logarithmic">Whether it is logarithmic where they are all positive and wide apart.</param>
    public static ChartAxis Of(IEnumerable<double> values, bool logarithmic)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        (double low, double high) = finite.Length == 0 ? (0, 1) : (finite.Min(), finite.Max());
        if (logarithmic && low > 0 && high / low >= LeastRatio)
        {
            return new ChartAxis(Math.Log10(low), Math.Log10(high), true, LogarithmicTicks(low, high));
        }

        if (high - low <= 1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)))
        {
            double around = low == 0 ? 1 : Math.Abs(low) / 2;
            (low, high) = (low - around, high + around);
        }

        double step = Step((high - low) / Intervals);
        return new ChartAxis(low, high, false, [.. Enumerable.Range(0, 2 * Intervals * 3).Select(i => (Math.Ceiling(low / step) + i) * step).TakeWhile(t => t <= high + (1e-9 * step))]);
    }

    /// <summary>Where a value lies, 0 to 1.</summary>
    public double At(double value) => ((IsLogarithmic ? Math.Log10(value) : value) - _first) / (_last - _first);

    /// <summary>A value in few characters.</summary>
    public static string Label(double value) => Math.Abs(value) switch
    {
        < 1e-12 => "0",
        >= 1e6 => (value / 1e6).ToString("0.##", CultureInfo.InvariantCulture) + " M",
        >= 1e4 => (value / 1e3).ToString("0.##", CultureInfo.InvariantCulture) + " k",
        >= 100 => value.ToString("0.#", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.###", CultureInfo.InvariantCulture),
        < 1e-3 => value.ToString("0.##e-0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.####", CultureInfo.InvariantCulture),
    };

    // The next larger of 1, 2, 5 times a power of ten.
    private static double Step(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return power * (least <= power ? 1 : least <= 2 * power ? 2 : least <= 5 * power ? 5 : 10);
    }

    private static double[] LogarithmicTicks(double low, double high)
    {
        int first = (int)Math.Floor(Math.Log10(low)), last = (int)Math.Ceiling(Math.Log10(high));
        double[] Ticks(double[] factors) => [.. Enumerable.Range(first, last - first + 1).SelectMany(p => factors.Select(f => f * Math.Pow(10, p))).Where(t => t >= low && t <= high)];
        double[] fine = Ticks([1, 2, 5]);
        return fine.Length <= MostTicks ? fine : Ticks([1]);
    }
}
