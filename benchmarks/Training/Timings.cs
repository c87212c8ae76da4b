using System.Diagnostics;
using System.Globalization;

namespace Qwen3Tokenizer.Edge.Benchmarks.Training;

/// <summary>Clock and processor time of a repeated step, milliseconds.</summary>
internal sealed class Timings
{
    private readonly List<double> _clock = [];
    private readonly List<double> _processor = [];

    /// <summary>Runs something of this process once; its times count when <paramref name="counts"/>.</summary>
    public void Time(Action step, bool counts)
    {
        TimeSpan processor = Process.GetCurrentProcess().TotalProcessorTime;
        long start = Stopwatch.GetTimestamp();
        step();
        double clock = Stopwatch.GetElapsedTime(start).TotalMilliseconds, used = (Process.GetCurrentProcess().TotalProcessorTime - processor).TotalMilliseconds;
        if (counts)
        {
            Add(clock, used);
        }
    }

    /// <summary>Adds times that were measured elsewhere.</summary>
    public void Add(double clock, double processor)
    {
        _clock.Add(clock);
        _processor.Add(processor);
    }

    /// <inheritdoc/>
    public override string ToString() => $"clock {MedianAndBest(_clock)}, processor {MedianAndBest(_processor)}";

    /// <summary>Median and least of some values, as text.</summary>
    public static string MedianAndBest(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Length / 2]:F1} ({sorted[0]:F1})");
    }
}
