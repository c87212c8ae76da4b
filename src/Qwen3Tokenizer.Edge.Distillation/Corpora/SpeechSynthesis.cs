using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Lets synthesisers of the system read this project's sentences. Whatever they say is marked as synthetic, with engine and voice.</summary>
public static partial class SpeechSynthesis
{
    /// <summary>Licence of the recordings: the sentences are this project's, and these engines make no claim on what they say.</summary>
    public const string Licence = "Apache-2.0";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>Those of some voices whose engine is installed.</summary>
    /// <param name="voices">Voices.</param>
    public static IReadOnlyList<SynthesisVoice> Installed(IReadOnlyList<SynthesisVoice> voices)
    {
        var engines = voices.Select(v => v.Engine).Distinct().Where(e => VersionOf(e) is not null).ToHashSet(StringComparer.Ordinal);
        return [.. voices.Where(v => engines.Contains(v.Engine))];
    }

    /// <summary>The engines behind some voices, as sources of a corpus.</summary>
    /// <param name="voices">Voices.</param>
    public static IReadOnlyList<CorpusSource> Sources(IReadOnlyList<SynthesisVoice> voices) =>
        [.. voices.Select(v => v.Engine).Distinct().Select(e => new CorpusSource(e, VersionOf(e) ?? "", "synthesised; sentences by the Qwen3Tokenizer.Edge contributors"))];

    /// <summary>Lets every voice read the sentences of its language, unless it has.</summary>
    /// <param name="voices">Voices whose engine is installed.</param>
    /// <param name="folder">Where the recordings go, one folder for each voice.</param>
    /// <param name="progress">Told the stage and the part of it that is done, or null.</param>
    /// <returns>The recordings; a sentence that an engine fails on is left out.</returns>
    /// <exception cref="CorpusException">An engine is missing.</exception>
    public static IReadOnlyList<SpeechFile> Speak(IReadOnlyList<SynthesisVoice> voices, string folder, IProgress<(string Stage, double Done)>? progress = null)
    {
        if (voices.FirstOrDefault(v => VersionOf(v.Engine) is null) is { } missing)
            throw new CorpusException($"{missing.Engine}: was not found; install it, on Debian with: apt-get install {missing.Engine}.");
        (SynthesisVoice Voice, int Sentence)[] all = [.. voices.SelectMany(v => Enumerable.Range(0, SynthesisText.Of(v.Language).Count).Select(s => (v, s)))];
        var spoken = new SpeechFile?[all.Length];
        int done = 0;
        Parallel.For(0, all.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            (SynthesisVoice voice, int sentence) = all[i];
            string name = FormattableString.Invariant($"{sentence + 1:00}.wav"), file = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, voice.Voice)).FullName, name);
            if (File.Exists(file) || Speak(voice, SynthesisText.Of(voice.Language)[sentence], file))
                spoken[i] = new SpeechFile(file, voice.Engine, $"{voice.Name}/{name}", voice.Voice, voice.Language, Licence, Gpl: false, voice.HeldOut, Synthetic: true);
            progress?.Report(("Synthesising", (double)Interlocked.Increment(ref done) / all.Length));
        });
        return [.. spoken.OfType<SpeechFile>()];
    }

    private static bool Speak(SynthesisVoice voice, string text, string file)
    {
        string partial = file + ".tmp.wav", input = file + ".tmp.txt", folder = Path.GetDirectoryName(file)!;
        File.WriteAllText(input, text);
        (string program, string[] arguments) = voice.Engine switch
        {
            "espeak-ng" => ("espeak-ng", ["-v", voice.Name, "-f", input, "-w", partial]),
            "flite" => ("flite", ["-voice", voice.Name, "-f", input, "-o", partial]),
            "festival" => ("text2wave", (string[])["-eval", $"(voice_{voice.Name})", "-o", partial, input]),
            _ => throw new ArgumentOutOfRangeException(nameof(voice), voice.Engine, "is not an engine."),
        };
        bool well = ChildProcess.Run(program, arguments, folder, Limit).ExitCode == 0 && File.Exists(partial);
        File.Delete(input);
        if (well)
            File.Move(partial, file, overwrite: true);
        return well;
    }

    private static string? VersionOf(string engine)
    {
        try
        {
            ChildProcess.Result result = ChildProcess.Run(engine, ["--version"], Environment.CurrentDirectory, Limit);
            return VersionNumber().Match(result.Output + result.Error) is { Success: true } found ? found.Value : "";
        }
        catch (BuildException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"\d+\.\d+(\.\d+)?")]
    private static partial Regex VersionNumber();
}
