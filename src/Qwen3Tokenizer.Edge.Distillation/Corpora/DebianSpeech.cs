namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>The Debian packages with freely licensed recorded speech. Licences are those of the packages' copyright files.</summary>
public static class DebianSpeech
{
    private const string Digium = "Allison Smith / Digium";
    private const string Altar = "ALTAR interactive and contributors";
    private const string GplVoice = "GPL-2.0-only";

    /// <summary>All packages: training, then those under the GPL, then evaluation.</summary>
    public static IReadOnlyList<SpeechPackage> Packages { get; } =
    [
        Prompts("asterisk-core-sounds-en-g722", "ast-en", "en", "CC-BY-SA-3.0", Digium, 25.4, "1 woman, studio"),
        Prompts("asterisk-core-sounds-es-g722", "ast-es", "es", "CC-BY-SA-3.0", Digium, 30.9, "1 woman, studio"),
        Prompts("asterisk-core-sounds-fr-g722", "ast-fr", "fr", "CC-BY-SA-3.0", "June Wallack / Digium", 25.9, "1 woman, studio"),
        Prompts("asterisk-core-sounds-ru-g722", "ast-ru", "ru", "CC-BY-3.0", "Maxim Topal, ivrvoice.ru", 24.7, "1 woman, studio"),
        Package("festvox-ru", "BSD-like", "Nickolay V. Shmyrev", SpeechRole.Training, 99.5, "1 man, read sentences, studio",
            path => path.EndsWith(".wav", StringComparison.Ordinal) && path.Contains("/wav/", StringComparison.Ordinal) ? new SpeechAttribution("msu-ru-nsh", "ru", "BSD-like", false) : null),
        Package("gcin-voice", "3.ogg: GPL-3 or LGPL-3; 5.ogg: CC-BY-3.0", "Edward Der-Hua Liu; Chu Lo, ChionMeilin", SpeechRole.Training, 13.5, "2 speakers, Mandarin syllables", path =>
            path.EndsWith("/3.ogg", StringComparison.Ordinal) ? new SpeechAttribution("gcin-3", "cmn", "GPL-3 or LGPL-3", true)
            : path.EndsWith("/5.ogg", StringComparison.Ordinal) ? new SpeechAttribution("gcin-5", "cmn", "CC-BY-3.0", false) : null),
        Package("asterisk-prompt-it-menardi-wav", "CC-BY-SA-3.0", "Marco Menardi and Paola Dal Zot", SpeechRole.Training, 23.8, "1 woman, telephone band", path =>
            path.EndsWith(".wav", StringComparison.Ordinal) && !path.Contains("/silence/", StringComparison.Ordinal) ? new SpeechAttribution("tel-menardi", "it", "CC-BY-SA-3.0", false) : null),
        Package("asterisk-prompt-fr-armelle", "BSD-2-Clause", "Armelle Desjardins, Michel Gutierrez", SpeechRole.Training, 15.1, "1 woman, telephone band (GSM)", path =>
            path.EndsWith(".gsm", StringComparison.Ordinal) ? new SpeechAttribution("tel-armelle", "fr", "BSD-2-Clause", false) : null),

        Dialogue("fillets-ng-data-cs", "fillets-cs", "cs", "ALTAR interactive", 105.3),
        Dialogue("fillets-ng-data-nl", "fillets-nl", "nl", Altar, 95.7),
        Package("fillets-ng-data", "GPL-2", Altar, SpeechRole.GplTraining, 6.0, "game dialogue with effects", path =>
            Between(path, "/sound/", "/en/") is not null && path.EndsWith(".ogg", StringComparison.Ordinal) ? new SpeechAttribution("fillets-en", "en", GplVoice, true) : null),
        Package("klettres-data", "GPL-2+", "KDE Education contributors", SpeechRole.GplTraining, 51.1, "one amateur for each of 20 languages, letters and syllables", path =>
            path.EndsWith(".ogg", StringComparison.Ordinal) && After(path, "usr/share/klettres/") is { } language ? new SpeechAttribution("klettres-" + language, Tag(language), "GPL-2.0-or-later", true) : null),
        Package("ktuberling-data", "GPL-2+", "KDE contributors", SpeechRole.GplTraining, 31.4, "one amateur for each of 27 languages, words", path =>
            EndsWithAny(path, ".ogg", ".wav", ".opus") && After(path, "usr/share/ktuberling/sounds/") is { } language ? new SpeechAttribution("ktub-" + language, Tag(language), "GPL-2.0-or-later", true) : null),
        Package("tuxpaint-stamps-default", "GPL-2+", "Bill Kendrick and contributors", SpeechRole.GplTraining, 155.2, "one or more amateurs for each of 14 languages, short descriptions", TuxPaint),
        Package("asterisk-prompt-es-co", "GPL-2", "Avatar Ltda., July E. Jiménez", SpeechRole.GplTraining, 10.0, "1 woman, telephone band (GSM)", path =>
            path.EndsWith(".gsm", StringComparison.Ordinal) ? new SpeechAttribution("tel-es-co", "es", GplVoice, true) : null),

        Prompts("asterisk-core-sounds-it-g722", "ast-it", "it", "CC-BY-3.0", "Carlo Flora", 23.8, "1 man, studio", SpeechRole.Evaluation),
        Package("codec2-examples", "LGPL-2.1", "David Rowe", SpeechRole.Evaluation, 0.2, "2 clips", path =>
            path is "usr/share/codec2/wav/wia_16kHz.wav" or "usr/share/codec2/raw/speech_orig_16k.wav" ? new SpeechAttribution("codec2", "en", "LGPL-2.1", false) : null),
        Package("pocketsphinx-testdata", "BSD-2-Clause", "LibriVox, CMU", SpeechRole.Evaluation, 0.6, "read speech", path =>
            path.EndsWith(".wav", StringComparison.Ordinal) && (path.Contains("/librivox/", StringComparison.Ordinal) || path.Contains("/cards/", StringComparison.Ordinal)) ? new SpeechAttribution("psx", "en", "BSD-2-Clause", false) : null),
    ];

    /// <summary>The packages of the default training set and of the held-out lists: all that are not under the GPL.</summary>
    public static IReadOnlyList<SpeechPackage> Default => [.. Packages.Where(p => p.Role != SpeechRole.GplTraining)];

    /// <summary>A package of the list.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="CorpusException">The list has none of that name.</exception>
    public static SpeechPackage Find(string name) => Packages.FirstOrDefault(p => p.Name == name)
        ?? throw new CorpusException($"--packages {name}: is not among the known speech packages; q3edge corpus debian lists them.");

    private static SpeechPackage Package(string name, string licence, string authors, SpeechRole role, double minutes, string speakers, Func<string, SpeechAttribution?> attribute) =>
        new(name, licence, authors, role, minutes, speakers, attribute);

    private static SpeechPackage Prompts(string name, string voice, string language, string licence, string authors, double minutes, string speakers, SpeechRole role = SpeechRole.Training) =>
        Package(name, licence, authors, role, minutes, speakers, path => path.EndsWith(".g722", StringComparison.Ordinal) ? new SpeechAttribution(voice, language, licence, false) : null);

    private static SpeechPackage Dialogue(string name, string voice, string language, string authors, double minutes) =>
        Package(name, "GPL-2", authors, SpeechRole.GplTraining, minutes, "game dialogue with effects", path => path.EndsWith(".ogg", StringComparison.Ordinal) ? new SpeechAttribution(voice, language, GplVoice, true) : null);

    // ".../wombat_desc_pt_BR.ogg" is the description in one language, ".../wombat_desc.ogg" the English one; the rest are noises of animals and engines.
    private static SpeechAttribution? TuxPaint(string path)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        int at = name.IndexOf("_desc", StringComparison.Ordinal), dot = name.LastIndexOf('.');
        if (at < 0 || dot <= at || !EndsWithAny(path, ".ogg", ".wav"))
            return null;
        string language = name[(at + "_desc".Length)..dot].TrimStart('_');
        language = language.Length == 0 ? "en" : language;
        return new SpeechAttribution("tuxpaint-" + language, Tag(language), "GPL-2.0-or-later", true);
    }

    private static bool EndsWithAny(string path, params ReadOnlySpan<string> endings)
    {
        foreach (string ending in endings)
        {
            if (path.EndsWith(ending, StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    /// <summary>The folder that follows a beginning, if a file lies below it.</summary>
    private static string? After(string path, string beginning) =>
        path.StartsWith(beginning, StringComparison.Ordinal) && path.IndexOf('/', beginning.Length) is > 0 and int end ? path[beginning.Length..end] : null;

    private static string? Between(string path, string before, string after) =>
        path.IndexOf(before, StringComparison.Ordinal) is >= 0 and int start && path.IndexOf(after, start + before.Length, StringComparison.Ordinal) is >= 0 and int end ? path[(start + before.Length)..end] : null;

    // Names of KDE and Tux Paint: "pt_BR", "sr@latin", "ca@valencia".
    private static string Tag(string name) => (name.IndexOf('@', StringComparison.Ordinal) is >= 0 and int at ? name[..at] : name).Replace('_', '-');
}
