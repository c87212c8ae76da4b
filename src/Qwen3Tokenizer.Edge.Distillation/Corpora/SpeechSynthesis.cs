using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Lets synthesisers of the system read this project's sentences. Whatever they say is marked as synthetic, with engine and voice.</summary>
public static partial class SpeechSynthesis
{
    /// <summary>Licence of the recordings: the sentences are this project's, and these engines make no claim on what they say.</summary>
    public const string Licence = "Apache-2.0";

    private const int SentencesPerCore = 32;
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

    /// <summary>Lets one voice say sentences until they last long enough or end. Sentences that it has said into this folder before are not said again.</summary>
    /// <param name="voice">The voice.</param>
    /// <param name="sentences">What it says.</param>
    /// <param name="minutes">Minutes of speech; the last sentence runs over.</param>
    /// <param name="folder">Where the recordings go, in a folder of the voice.</param>
    /// <param name="progress">Told the stage and the part of it that is done, or null.</param>
    /// <returns>The recordings with what they say; a twentieth of them is held out by a hash of voice and name.</returns>
    /// <exception cref="CorpusException">The engine is missing, does not know the voice, or fails.</exception>
    public static IReadOnlyList<(SpeechFile File, string Text)> Speak(SynthesisVoice voice, ISentences sentences, double minutes, string folder, IProgress<(string Stage, double Done)>? progress = null)
    {
        SynthesisVoices.Require(voice);
        string into = Directory.CreateDirectory(Path.Combine(folder, voice.Voice)).FullName;
        var spoken = new List<(SpeechFile File, string Text)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        double seconds = 0;
        for (int next = 0, count = SentencesPerCore * Environment.ProcessorCount; seconds < minutes * 60; next += count)
        {
            // What is said twice in the same way would be the same recording twice.
            SpokenSentence[] batch = [.. Enumerable.Range(next, count).Select(sentences.At).TakeWhile(s => s is not null).OfType<SpokenSentence>()];
            (SpokenSentence Sentence, SynthesisVoice Voice, string File)[] fresh =
                [.. batch.Select(s => (s, Changed(voice, s))).Select(x => (x.s, x.Item2, Path.Combine(into, KeyOf(x.Item2, x.s) + ".wav"))).Where(x => seen.Add(x.Item3))];
            if (fresh.Length == 0)
                break;
            double[] lengths = Say(fresh);
            for (int i = 0; i < fresh.Length && seconds < minutes * 60; i++)
            {
                string name = FormattableString.Invariant($"{spoken.Count + 1:00000}.wav");
                bool heldOut = voice.HeldOut || HeldOutList.IsShare(voice.Voice, name);
                spoken.Add((new SpeechFile(fresh[i].File, voice.Engine, $"{voice.Name}/{name}", voice.Voice, voice.Language, Licence, Gpl: false, heldOut, Synthetic: true), fresh[i].Sentence.Text));
                seconds += lengths[i];
            }

            progress?.Report(("Synthesising", Math.Min(1, seconds / (minutes * 60))));
        }

        return spoken;
    }

    private static SynthesisVoice Changed(SynthesisVoice voice, SpokenSentence sentence) => voice with
    {
        WordsPerMinute = voice.WordsPerMinute is { } speed ? Math.Clamp(speed + sentence.SpeedChange, SynthesisVoice.MinWordsPerMinute, SynthesisVoice.MaxWordsPerMinute) : null,
        Pitch = voice.Pitch is { } pitch ? Math.Clamp(pitch + sentence.PitchChange, 0, SynthesisVoice.MaxPitch) : null,
    };

    private static string KeyOf(SynthesisVoice voice, SpokenSentence sentence) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{voice.WordsPerMinute}\n{voice.Pitch}\n{sentence.Text}"))))[..24];

    // Seconds of each, in their order.
    private static double[] Say((SpokenSentence Sentence, SynthesisVoice Voice, string File)[] sentences)
    {
        var lengths = new double[sentences.Length];
        try
        {
            Parallel.For(0, sentences.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            {
                (SpokenSentence sentence, SynthesisVoice voice, string file) = sentences[i];
                if (!File.Exists(file) && !Speak(voice, sentence.Text, file))
                    throw new CorpusException($"{voice.Engine}:{voice.Name}: the synthesiser failed on \"{sentence.Text}\".");
                AudioClip clip = AudioFile.Read(file);
                lengths[i] = (double)clip.Length / clip.SampleRate;
            });
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<CorpusException>().FirstOrDefault() is { } first)
        {
            throw new CorpusException(first.Message, first);
        }

        return lengths;
    }

    private static bool Speak(SynthesisVoice voice, string text, string file)
    {
        string partial = file + ".tmp.wav", input = file + ".tmp.txt", folder = Path.GetDirectoryName(file)!;
        File.WriteAllText(input, text);
        (string program, string[] arguments) = voice.Engine switch
        {
            "espeak-ng" => ("espeak-ng", ["-v", voice.Name, .. Number("-s", voice.WordsPerMinute), .. Number("-p", voice.Pitch), "-f", input, "-w", partial]),
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

    private static string[] Number(string option, int? value) => value is { } number ? [option, number.ToString(CultureInfo.InvariantCulture)] : [];

    internal static string? VersionOf(string engine)
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
