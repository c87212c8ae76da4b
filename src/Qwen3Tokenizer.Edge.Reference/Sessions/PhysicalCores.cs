namespace Qwen3Tokenizer.Edge.Reference.Sessions;

/// <summary>How many cores this process may use, counting those that run several threads once: matrix products gain nothing from a second thread on a core.</summary>
internal static class PhysicalCores
{
    /// <summary>The number; 0, which ONNX Runtime reads as "find out", where the system does not tell.</summary>
    public static int Count { get; } = Math.Min(Cores("/sys/devices/system/cpu"), Environment.ProcessorCount);

    /// <summary>The different (package, core) pairs of a Linux system's processors; 0 where the folder does not tell.</summary>
    internal static int Cores(string folder)
    {
        try
        {
            var cores = new HashSet<(string, string)>();
            foreach (string processor in Directory.EnumerateDirectories(folder, "cpu*"))
            {
                string topology = Path.Combine(processor, "topology");
                if (Directory.Exists(topology))
                    cores.Add((File.ReadAllText(Path.Combine(topology, "physical_package_id")).Trim(), File.ReadAllText(Path.Combine(topology, "core_id")).Trim()));
            }

            return cores.Count;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
