namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>A voice of a speech synthesiser that Debian has. MBROLA voices are not free and are not among them.</summary>
/// <param name="Engine">The synthesiser's program: <c>espeak-ng</c>, <c>flite</c> or <c>festival</c>.</param>
/// <param name="Name">What the engine calls the voice.</param>
/// <param name="Language">BCP 47 tag, also of the sentences.</param>
/// <param name="HeldOut">Whether it belongs to the held-out lists.</param>
public sealed record SynthesisVoice(string Engine, string Name, string Language, bool HeldOut)
{
    /// <summary>Slowest and fastest speed of espeak-ng, words per minute.</summary>
    public const int MinWordsPerMinute = 80, MaxWordsPerMinute = 450;

    /// <summary>Highest pitch of espeak-ng, in its own units from 0.</summary>
    public const int MaxPitch = 99;

    private static readonly string[] Engines = ["espeak-ng", "flite", "festival"];

    /// <summary>Speed, 80 to 450 words per minute; null for the engine's own. espeak-ng only.</summary>
    public int? WordsPerMinute { get; init; }

    /// <summary>Pitch, 0 to 99; null for the engine's own. espeak-ng only.</summary>
    public int? Pitch { get; init; }

    /// <summary>The voice's name in a corpus.</summary>
    public string Voice => $"{Engine}-{Name}";

    /// <summary>The built-in sentences of its language.</summary>
    /// <exception cref="CorpusException">There are none.</exception>
    public IReadOnlyList<string> Sentences => SynthesisText.Has(Language) ? SynthesisText.Of(Language) : throw new CorpusException($"{Engine}:{Name}: there are no built-in sentences in the language \"{Language}\"; give a text of your own.");

    /// <summary>Reads a voice as it is named on the command line, such as <c>espeak-ng:en-us+klatt4</c>.</summary>
    /// <param name="text">Engine and name, with a colon between them.</param>
    /// <exception cref="CorpusException">It is not of this form, or the engine is unknown.</exception>
    public static SynthesisVoice Parse(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        (string engine, string name) = colon < 0 ? ("", "") : (text[..colon], text[(colon + 1)..]);
        if (!Engines.Contains(engine))
            throw new CorpusException($"voice \"{text}\": does not begin with a known synthesiser and a colon ({string.Join(", ", Engines.Select(e => e + ":"))}).");
        if (name.Length is 0 or > 40 || name[0] is '-' or '+' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '+'))
            throw new CorpusException($"voice \"{text}\": \"{name}\" is not a voice's name.");
        return engine == "espeak-ng" ? OfEspeak(name) : new SynthesisVoice(engine, name, "en", HeldOut: false);
    }

    /// <summary>A voice of espeak-ng; the language is what its name says.</summary>
    /// <param name="name">Its name, such as <c>en-us+klatt4</c>.</param>
    public static SynthesisVoice OfEspeak(string name)
    {
        string language = name.Split('+')[0];
        return Espeak(name, language.StartsWith("cmn-latn-pinyin", StringComparison.OrdinalIgnoreCase) ? "cmn-Latn-pinyin" : language.Split('-')[0]);
    }

    /// <summary>The Chinese held-out line: no freely licensed Chinese speech other than single syllables is in Debian.</summary>
    public static IReadOnlyList<SynthesisVoice> ChineseHeldOut { get; } = [Espeak("cmn+m3", "cmn", heldOut: true), Espeak("cmn+f2", "cmn", heldOut: true)];

    /// <summary>Voices for variety in training.</summary>
    public static IReadOnlyList<SynthesisVoice> Variety { get; } =
    [
        Espeak("en-us+m1", "en"), Espeak("en-gb+m4", "en"), Espeak("en-gb-scotland+m7", "en"), Espeak("en-us+f3", "en"), Espeak("en-us+klatt2", "en"),
        Espeak("fr+m2", "fr"), Espeak("fr+f4", "fr"), Espeak("es+m3", "es"), Espeak("es-419+f1", "es"), Espeak("ru+m5", "ru"), Espeak("ru+f2", "ru"),
        Espeak("it+m6", "it"), Espeak("de+m1", "de"), Espeak("de+f5", "de"), Espeak("cs+m8", "cs"), Espeak("nl+m2", "nl"),
        new SynthesisVoice("flite", "kal16", "en", false), new SynthesisVoice("flite", "awb", "en", false), new SynthesisVoice("flite", "rms", "en", false), new SynthesisVoice("flite", "slt", "en", false),
        new SynthesisVoice("festival", "kal_diphone", "en", false),
    ];

    private static SynthesisVoice Espeak(string name, string language, bool heldOut = false) => new("espeak-ng", name, language, heldOut);
}
