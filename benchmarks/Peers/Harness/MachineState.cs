namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;

/// <summary>What a reader of the figures must know of the machine: the processor and how busy it was.</summary>
internal static class MachineState
{
    private const string Processors = "/proc/cpuinfo";
    private const string Loads = "/proc/loadavg";

    /// <summary>Name of the processor.</summary>
    public static string Processor
    {
        get
        {
            string? line = File.Exists(Processors) ? File.ReadLines(Processors).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
            return line?[(line.IndexOf(':') + 1)..].Trim() ?? "unknown processor";
        }
    }

    /// <summary>Programs that wanted to run, on average over the last minute; 1 is this benchmark alone.</summary>
    public static string Load => File.Exists(Loads) ? File.ReadAllText(Loads).Split(' ')[0] : "unknown";
}
