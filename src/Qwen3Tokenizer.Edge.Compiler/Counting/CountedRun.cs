using System.Globalization;

namespace Qwen3Tokenizer.Edge.Compiler.Counting;

/// <summary>Runs a program under QEMU with the counting plugin.</summary>
/// <param name="Emulator">Full path of QEMU.</param>
/// <param name="Arguments">Its arguments before the program.</param>
/// <param name="Plugin">Full path of the plugin.</param>
/// <param name="Folder">Where it runs and leaves its files.</param>
internal sealed record CountedRun(string Emulator, IReadOnlyList<string> Arguments, string Plugin, string Folder)
{
    private const string ZoneFile = "count.zones", ProfileFile = "count.profile", LogFile = "count.log";

    /// <summary>What came of it.</summary>
    /// <param name="Frames">Instructions of each frame.</param>
    /// <param name="Zones">Instructions by zone.</param>
    /// <param name="Profiles">Executions by zone and address; empty where no profile was asked for.</param>
    internal sealed record Result(IReadOnlyList<long> Frames, IReadOnlyDictionary<int, long> Zones, IReadOnlyDictionary<int, Dictionary<ulong, long>> Profiles);

    /// <summary>Runs.</summary>
    /// <param name="program">Path of the program, and what follows it on the command line.</param>
    /// <param name="code">The program's instructions.</param>
    /// <param name="zones">What its code counts for.</param>
    /// <param name="profile">Whether executions are counted by address too.</param>
    /// <param name="limit">Longest run.</param>
    /// <exception cref="BuildException">It failed; the message is what it said.</exception>
    public Result Run(IReadOnlyList<string> program, IReadOnlyList<Instruction> code, CodeZones zones, bool profile, TimeSpan limit)
    {
        File.WriteAllLines(Path.Combine(Folder, ZoneFile), zones.Pieces.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.From:x} {p.To:x} {p.Zone}")));
        ulong from = code.Min(i => i.Address) & ~1ul, bytes = code.Max(i => i.Address) + 8 - from;

        // The plugin's arguments are divided by commas, which a folder's name may have: the files lie where it runs.
        string plugin = $"{Plugin},base={CountingPlugin.Hex(from)},size={CountingPlugin.Hex(bytes)},zones={ZoneFile}{(profile ? ",out=" + ProfileFile : "")}";
        ChildProcess.Result run = ChildProcess.Run(Emulator, [.. Arguments, "-d", "plugin", "-D", LogFile, "-plugin", plugin, .. program], Folder, limit);
        return run.ExitCode == 0
            ? Read(profile)
            : throw new BuildException($"{Path.GetFileName(Emulator)} ended with status {run.ExitCode}: {(run.Error + run.Output).Split('\n').Select(l => l.Trim()).FirstOrDefault(l => l.Length > 0) ?? "no message"}");
    }

    private Result Read(bool profile)
    {
        List<long> frames = [];
        Dictionary<int, long> zones = [];
        Dictionary<int, Dictionary<ulong, long>> profiles = [];
        foreach (string[] words in File.ReadLines(Path.Combine(Folder, LogFile)).Select(l => l.Split(' ')))
        {
            if (words is ["frame", var frame])
            {
                frames.Add(long.Parse(frame, CultureInfo.InvariantCulture));
            }
            else if (words is ["zone", var zone, var count])
            {
                zones.Add(int.Parse(zone, CultureInfo.InvariantCulture), long.Parse(count, CultureInfo.InvariantCulture));
            }
        }

        foreach (string[] words in profile ? File.ReadLines(Path.Combine(Folder, ProfileFile)).Select(l => l.Split(' ')) : [])
        {
            int zone = int.Parse(words[0], CultureInfo.InvariantCulture);
            if (!profiles.TryGetValue(zone, out Dictionary<ulong, long>? counts))
            {
                profiles.Add(zone, counts = []);
            }

            counts.Add(ulong.Parse(words[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture), long.Parse(words[2], CultureInfo.InvariantCulture));
        }

        return new Result(frames, zones, profiles);
    }
}
