using System.Globalization;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>The long run over the managed readers, as a table.</summary>
internal static class ReaderFuzzer
{
    public static int Run(string name, int inputs, int seed, string folder)
    {
        int failures = 0;
        Console.WriteLine("| reader | inputs | past the header | accepted | slowest ms | most allocated | measured bytes a byte | stated |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (FuzzTarget target in AllTargets.Make())
        {
            using (target)
            {
                if (name != "all" && name != target.Name)
                    continue;
                FuzzReport r = FuzzRun.Run(target, inputs, seed, folder);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {r.Name} | {r.Inputs} | {r.PastHeader} ({r.PastHeaderShare:P1}) | {r.Accepted} | {r.SlowestMilliseconds:F1} | {r.MostAllocated} | {Math.Max(0, r.MostPerByte):F1} | {r.BytesPerInputByte} a byte + {r.FixedBytes} |"));
                foreach (string failure in r.Failures)
                    Console.Error.WriteLine(failure);
                failures += r.Failures.Count;
            }
        }
        return failures == 0 ? 0 : 1;
    }
}
