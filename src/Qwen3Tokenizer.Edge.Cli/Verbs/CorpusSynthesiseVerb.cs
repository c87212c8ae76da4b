using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge corpus synthesise</c>: a corpus of synthesised voices, of many for variety or of one that reads much.</summary>
internal static class CorpusSynthesiseVerb
{
    public static Command Create()
    {
        Option<string> output = CommonOptions.Output("DIR", "Folder of the corpus.");
        var voice = new Option<string?>("--voice") { HelpName = "ENGINE:NAME", Description = "Only this voice, such as espeak-ng:en-us+klatt4, flite:slt or festival:kal_diphone." };
        var speed = new Option<int?>("--words-per-minute") { HelpName = "N", Description = "Its speed, 80 to 450 (espeak-ng)." };
        var pitch = new Option<int?>("--pitch") { HelpName = "N", Description = "Its pitch, 0 to 99 (espeak-ng)." };
        var text = new Option<string?>("--text") { HelpName = "FILE", Description = "What it says, a sentence a line; else the built-in sentences of its language." };
        var alerts = new Option<string?>("--alerts") { HelpName = "FILE", Description = "Say what an alert file says, its words in new orders, numbers and everyday sentences; with the file's own voices where --voice names none." };
        var minutes = new Option<double>("--minutes") { HelpName = "N", Description = "Minutes of speech; a text may end before.", DefaultValueFactory = _ => 20 };
        var exclude = new Option<string[]>("--exclude") { HelpName = "FILE", Description = "Phrases, one a line, that must not occur, because something is to be tested with them.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var seed = new Option<ulong>("--seed") { HelpName = "N", Description = "Seed of the sentences.", DefaultValueFactory = _ => 1 };
        var verb = new Verb("synthesise", "Make a corpus of the voices of espeak-ng, flite and festival, as far as they are installed, or of one that reads much; all of it is marked as synthetic.",
            "q3edge corpus synthesise -o voices",
            "q3edge corpus synthesise --alerts alerts.json --minutes 30 -o alert-voices",
            "q3edge corpus synthesise --voice espeak-ng:en-us+klatt4 --words-per-minute 150 --pitch 50 --text sentences.txt -o voice")
        {
            voice, speed, pitch, text, alerts, minutes, exclude, seed, output,
        };
        Option[] ofOneVoice = [speed, pitch, text], ofAll = [.. ofOneVoice, minutes, exclude, seed];
        verb.SetAction(parsed =>
        {
            string folder = parsed.GetValue(output)!;
            Option? FirstGiven(Option[] options) => options.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false });
            if (parsed.GetValue(voice) is null && parsed.GetValue(alerts) is null)
            {
                if (FirstGiven(ofAll) is { } lonely)
                    throw new CliException($"{lonely.Name}: is for one voice that reads much; name it with --voice, or an alert file with --alerts.");
                Variety(folder);
                return 0;
            }

            if (parsed.GetValue(text) is not null && parsed.GetValue(alerts) is not null)
                throw new CliException("--text and --alerts: both say what is read; give one of them.");
            if (parsed.GetValue(voice) is null && FirstGiven(ofOneVoice) is { } ofVoice)
                throw new CliException($"{ofVoice.Name}: is for the voice that --voice names; the alert file says it of its own voices.");
            SynthesisVoice? one = parsed.GetValue(voice) is { } name ? Voice(name, parsed.GetValue(speed), parsed.GetValue(pitch)) : null;
            ExcludedPhrases excluded = ExcludedPhrases.Read(parsed.GetValue(exclude)!);
            IReadOnlyList<VoiceReading> readings = parsed.GetValue(alerts) is { } file
                ? AlertSpeech.Readings(AlertFile.Load(file), excluded, parsed.GetValue(seed), parsed.GetValue(minutes), one)
                : [new VoiceReading(one!, new ListedSentences(parsed.GetValue(text) is { } lines ? TextLines.Read(lines) : one!.Sentences, excluded), parsed.GetValue(minutes))];
            if (readings.Count == 0)
                throw new CliException($"{parsed.GetValue(alerts)}: names no voice; name one with --voice.");
            CorpusVerb.Report(folder, WorkProgress.Run("Synthesising", progress => VoiceCorpus.Prepare(folder, readings, progress)));
            return 0;
        });
        return verb;
    }

    private static void Variety(string folder)
    {
        IReadOnlyList<SynthesisVoice> voices = SpeechSynthesis.Installed([.. SynthesisVoice.Variety, .. SynthesisVoice.ChineseHeldOut]);
        if (voices.Count == 0)
            throw new CliException("no synthesiser was found; install one, on Debian with: apt-get install espeak-ng flite.");
        CorpusVerb.Report(folder, WorkProgress.Run("Synthesising", progress => DebianCorpus.Prepare(folder, [], voices, progress)));
    }

    private static SynthesisVoice Voice(string name, int? speed, int? pitch)
    {
        SynthesisVoice voice = SynthesisVoice.Parse(name);
        if ((speed ?? pitch) is not null && voice.Engine != "espeak-ng")
            throw new CliException($"--words-per-minute and --pitch: {voice.Engine} takes neither.");
        if (speed is < SynthesisVoice.MinWordsPerMinute or > SynthesisVoice.MaxWordsPerMinute)
            throw new CliException($"--words-per-minute: {speed} is not between {SynthesisVoice.MinWordsPerMinute} and {SynthesisVoice.MaxWordsPerMinute}.");
        return pitch is < 0 or > SynthesisVoice.MaxPitch ? throw new CliException($"--pitch: {pitch} is not between 0 and {SynthesisVoice.MaxPitch}.") : voice with { WordsPerMinute = speed, Pitch = pitch };
    }
}
