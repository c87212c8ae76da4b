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
    private readonly string _program;
    private readonly HashSet<string> _dictionary;

    /// <summary>Looks for the program and its model.</summary>
    /// <param name="folder">Folder for files.</param>
    /// <exception cref="BuildException">One is missing; the message says how to install it.</exception>
    public Recogniser(string folder)
    {
        (_folder, _program) = (folder, Programs.Require("pocketsphinx_batch", Packages));
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

        string control = Path.Combine(_folder, "control");
        File.WriteAllLines(control, Enumerable.Range(0, utterances.Count).Select(i => $"u{i}"));
        var heard = new string[grammars.Count][][];
        Parallel.For(0, grammars.Count, g => heard[g] = Hear(control, utterances.Count, grammars[g]));
        return heard;
    }

    private string[][] Hear(string control, int count, Grammar grammar)
    {
        if (grammar.Words.FirstOrDefault(w => !_dictionary.Contains(w)) is { } unknown)
        {
            throw new BuildException($"{Dictionary}: has no word '{unknown}', which the grammar needs.");
        }

        string jsgf = Path.Combine(_folder, grammar.Name + ".gram"), hypotheses = Path.Combine(_folder, grammar.Name + ".hyp");
        File.WriteAllText(jsgf, grammar.Jsgf);
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
