using System.Diagnostics;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;

/// <summary>One thing that is timed: a call, and how many of them make a measurement.</summary>
/// <param name="Name">Name in the tables.</param>
/// <param name="Tokens">Tokens a call.</param>
/// <param name="Calls">Calls a measurement; a fifth as many go before it, untimed.</param>
/// <param name="Call">The call.</param>
/// <param name="Operations">Operations of a call (2 per multiply-accumulate).</param>
internal sealed record Contender(string Name, int Tokens, int Calls, Action Call, double Operations)
{
    private readonly List<double> _wall = [];
    private readonly List<double> _processor = [];

    /// <summary>Median seconds of a call by the clock on the wall.</summary>
    public double Wall => Median(_wall);

    /// <summary>Shortest.</summary>
    public double Best => _wall.Min();

    /// <summary>Median seconds of processor time of a call.</summary>
    public double Processor => Median(_processor);

    /// <summary>Billions of operations a second at the median.</summary>
    public double GigaOperations => Operations / Wall * 1e-9;

    /// <summary>Times every contender once a round, each round in another order.</summary>
    public static void Interleave(IReadOnlyList<Contender> contenders, int rounds)
    {
        foreach (Contender contender in contenders)
        {
            contender.Call();
        }

        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < contenders.Count; i++)
            {
                contenders[(i + round) % contenders.Count].Measure();
            }
        }
    }

    private void Measure()
    {
        for (int i = 0; i < Calls / 5; i++)
        {
            Call();
        }

        double processor = ThreadClock.Seconds;
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Calls; i++)
        {
            Call();
        }

        _wall.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / Calls);
        _processor.Add((ThreadClock.Seconds - processor) / Calls);
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
