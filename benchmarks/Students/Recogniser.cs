using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Benchmarks.Codecs;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>PocketSphinx with its US English model (16 kHz; filters from 130 to 6800 Hz) and a grammar. It is slow to start, so that it is given many utterances at once.</summary>
internal sealed class Recogniser
{
    private const string Packages = "pocketsphinx pocketsphinx-en-us";
    private const string ModelFolder = "/usr/share/pocketsphinx/model/en-us";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly string _folder;
    private readonly int _threads;
    private readonly string _program;
    private readonly HashSet<string> _dictionary;

    /// <summary>Looks for the program and its model.</summary>
    /// <param name="folder">Folder for files.</param>
    /// <param name="threads">How many of it may run at once.</param>
    /// <exception cref="BuildException">One is missing; the message says how to install it.</exception>
    public Recogniser(string folder, int threads)
    {
        (_folder, _threads, _program) = (folder, threads, Programs.Require("pocketsphinx_batch", Packages));
        if (!File.Exists(Dictionary))
        {
            throw new BuildException($"{Dictionary}: is missing; install it with: apt-get install -y {Packages}");
        }

        _dictionary = [.. File.ReadLines(Dictionary).Select(l => l.Split(' ', 2)[0])];
    }

    private static string Dictionary => Path.Combine(ModelFolder, "cmudict-en-us.dict");

    /// <summary>What it hears, word by word, for each grammar and utterance; nothing where no path through the grammar fits.</summary>
    /// <param name="utterances">Mono samples at 16 kHz.</param>
    /// <param name="grammars">The grammars.</param>
    /// <exception cref="BuildException">A word of a grammar is not in its dictionary, or the program failed.</exception>
    public string[][][] Hear(IReadOnlyList<float[]> utterances, IReadOnlyList<Grammar> grammars)
    {
        for (int i = 0; i < utterances.Count; i++)
        {
            WavWriter.WritePcm16(Path.Combine(_folder, $"u{i}.wav"), utterances[i], Speech.Rate);
        }

        int parts = Math.Clamp(_threads / grammars.Count, 1, utterances.Count);
        var heard = new string[grammars.Count * parts][][];
        Parallel.For(0, heard.Length, new ParallelOptions { MaxDegreeOfParallelism = _threads }, i => heard[i] = Hear(utterances.Count, i % parts, parts, grammars[i / parts]));
        return [.. Enumerable.Range(0, grammars.Count).Select(g => heard.Skip(g * parts).Take(parts).SelectMany(h => h).ToArray())];
    }

    // One of several parts of the utterances, in order.
    private string[][] Hear(int utterances, int part, int parts, Grammar grammar)
    {
        if (grammar.Words.FirstOrDefault(w => !_dictionary.Contains(w)) is { } unknown)
        {
            throw new BuildException($"{Dictionary}: has no word '{unknown}', which the grammar needs.");
        }

        int first = utterances * part / parts, count = (utterances * (part + 1) / parts) - first;
        string files = Path.Combine(_folder, $"{grammar.Name}{part}"), jsgf = files + ".gram", control = files + ".control", hypotheses = files + ".hyp";
        File.WriteAllText(jsgf, grammar.Jsgf);
        File.WriteAllLines(control, Enumerable.Range(first, count).Select(i => $"u{i}"));
        string[] arguments =
        [
            "-hmm", Path.Combine(ModelFolder, "en-us"), "-dict", Dictionary, "-jsgf", jsgf, "-adcin", "yes", "-adchdr", "44", "-cepext", ".wav", "-cepdir", _folder,
            "-ctl", control, "-hyp", hypotheses, "-logfn", hypotheses + ".log",
        ];
        ChildProcess.Result result = ChildProcess.Run(_program, arguments, _folder, Limit);
        string[] lines = result.ExitCode == 0 && File.Exists(hypotheses) ? File.ReadAllLines(hypotheses) : [];

        // A line is "words heard (file score)".
        return lines.Length == count
            ? [.. lines.Select(l => l[..l.LastIndexOf('(')].Split(' ', StringSplitOptions.RemoveEmptyEntries))]
            : throw new BuildException($"pocketsphinx_batch ended with status {result.ExitCode} and {lines.Length} of {count} results.");
    }
}
