namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>A voice of a speech synthesiser that Debian has. MBROLA voices are not free and are not among them.</summary>
/// <param name="Engine">The synthesiser's program: <c>espeak-ng</c>, <c>flite</c> or <c>festival</c>.</param>
/// <param name="Name">What the engine calls the voice.</param>
/// <param name="Language">BCP 47 tag, also of the sentences.</param>
/// <param name="HeldOut">Whether it belongs to the held-out lists.</param>
public sealed record SynthesisVoice(string Engine, string Name, string Language, bool HeldOut)
{
    /// <summary>The voice's name in a corpus.</summary>
    public string Voice => $"{Engine}-{Name}";

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
