using System.Diagnostics;

namespace Qwen3Tokenizer.Edge.Benchmarks.Reference;

/// <summary>What a computation took, in seconds.</summary>
/// <param name="Wall">On the clock.</param>
/// <param name="Processor">Of processors, summed over the threads of the process.</param>
internal readonly record struct Elapsed(double Wall, double Processor)
{
    public static readonly Elapsed None = new(double.NaN, double.NaN);

    /// <summary>Runs something and times it.</summary>
    public static (Elapsed Time, T Value) Of<T>(Func<T> run)
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan used = Environment.CpuUsage.TotalTime;
        T value = run();
        return (new Elapsed(Stopwatch.GetElapsedTime(start).TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds), value);
    }
}
