using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Which voices the installed synthesisers have. Some of them speak with another voice, without a word, when they do not know the one they are asked for.</summary>
internal static class SynthesisVoices
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Refuses a voice that cannot be had.</summary>
    /// <exception cref="CorpusException">Its engine is missing or does not know it.</exception>
    public static void Require(SynthesisVoice voice)
    {
        if (SpeechSynthesis.VersionOf(voice.Engine) is null)
            throw new CorpusException($"{voice.Engine}: was not found; install it, on Debian with: apt-get install {voice.Engine}.");
        (bool known, string list) = voice.Engine switch
        {
            "espeak-ng" => (KnowsEspeak(voice.Name), "espeak-ng --voices and espeak-ng --voices=variant"),
            "flite" => (Words("flite", "-lv").Contains(voice.Name), "flite -lv"),
            _ => (Words("festival", "--batch", "(print (voice.list))").Select(w => w.Trim('(', ')')).Contains(voice.Name), "festival --batch \"(print (voice.list))\""),
        };
        if (!known)
            throw new CorpusException($"{voice.Engine}:{voice.Name}: {voice.Engine} has no such voice; {list} tells which it has.");
    }

    // A name is a language and, behind a plus, a variant: the file !v/NAME. espeak-ng takes its default variant when there is none, and for "no-such-voice" Norwegian.
    private static bool KnowsEspeak(string name)
    {
        string[] parts = name.Split('+');
        return (parts.Length == 1 || (parts.Length == 2 && Words("espeak-ng", "--voices=variant").Contains("!v/" + parts[1])))
            && Words("espeak-ng", "--voices").Any(w => string.Equals(w.TrimStart('('), parts[0], StringComparison.OrdinalIgnoreCase));
    }

    private static string[] Words(string program, params string[] arguments) =>
        ChildProcess.Run(program, arguments, Environment.CurrentDirectory, Limit).Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
