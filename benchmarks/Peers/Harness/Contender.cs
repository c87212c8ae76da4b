using System.Diagnostics;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;

/// <summary>
/// One thing that is timed. A round's measurement is the median of some samples, each a few calls long: where other programs share the processor, most short samples still run undisturbed.
/// </summary>
/// <param name="Name">Name in the tables.</param>
/// <param name="Tokens">Tokens a call.</param>
/// <param name="Samples">Samples a round; a fifth as many go before them, untimed.</param>
/// <param name="Calls">Calls a sample.</param>
/// <param name="Call">The call.</param>
/// <param name="Operations">Operations of a call (2 per multiply-accumulate).</param>
internal sealed record Contender(string Name, int Tokens, int Samples, int Calls, Action Call, double Operations)
{
    private readonly List<double> _wall = [];
    private readonly List<double> _processor = [];
    private double _best = double.PositiveInfinity;

    /// <summary>Median over the rounds of the seconds of a call, by the clock on the wall.</summary>
    public double Wall => Median(_wall);

    /// <summary>Shortest sample.</summary>
    public double Best => _best;

    /// <summary>Median over the rounds of the processor time of a call, seconds.</summary>
    public double Processor => Median(_processor);

    /// <summary>Billions of operations a second at the median.</summary>
    public double GigaOperations => Operations / Wall * 1e-9;

    /// <summary>Samples a round of a call of some tokens.</summary>
    public static int SamplesFor(int tokens) => tokens == 1 ? 20 : 3;

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
        var wall = new double[Samples];
        var processor = new double[Samples];
        for (int i = -(Samples / 5); i < Samples; i++)
        {
            double used = ThreadClock.Seconds;
            long start = Stopwatch.GetTimestamp();
            for (int c = 0; c < Calls; c++)
            {
                Call();
            }

            double passed = Stopwatch.GetElapsedTime(start).TotalSeconds;
            used = ThreadClock.Seconds - used;
            if (i >= 0)
            {
                (wall[i], processor[i]) = (passed / Calls, used / Calls);
            }
        }

        _wall.Add(Median(wall));
        _best = Math.Min(_best, wall.Min());
        _processor.Add(Median(processor));
    }

    private static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
