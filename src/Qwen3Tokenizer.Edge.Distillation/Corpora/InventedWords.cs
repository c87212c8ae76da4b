using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>
/// Words that mean nothing, out of the sounds of a language: every consonant before and behind every vowel. A decoder cannot learn what follows from them, as it does from a few hundred sentences
/// (a meter that had mostly heard "phase one" made a "one" of other numbers, too).
/// </summary>
internal static class InventedWords
{
    private const int MaxWords = 7;
    private static readonly string[] Tones = ["1", "2", "3", "4"];

    private static readonly string[] Onsets =
    [
        "b", "bl", "br", "ch", "d", "dr", "f", "fl", "fr", "g", "gl", "gr", "h", "j", "k", "kl", "kr", "l", "m", "n", "p", "pl", "pr", "qu", "r", "s", "sh", "sk", "sl", "sm", "sn", "sp", "st", "str", "sw", "t", "th",
        "tr", "tw", "v", "w", "y", "z", "",
    ];

    private static readonly string[] Vowels = ["a", "e", "i", "o", "u", "ee", "oo", "ai", "oa", "ou", "oy", "ar", "or", "er", "aw", "igh"];

    private static readonly string[] Codas =
    [
        "b", "ch", "d", "ft", "g", "k", "l", "ld", "lt", "m", "mp", "n", "nd", "ng", "nk", "nt", "p", "pt", "s", "sh", "sk", "sp", "st", "t", "th", "v", "x", "ks", "ts", "nz", "lf", "nch", "",
    ];

    private static readonly string[] Endings = ["", "", "", "", "er", "ing", "ed", "ly", "y", "o", "ation", "age", "le"];

    // The syllables of Mandarin by their initial; those with a u that is written with dots after n and l are left out.
    private static readonly string[] Pinyin =
    [
        .. Syllables("b", "a o ai ei ao an en ang eng i ie iao ian in ing u"), .. Syllables("p", "a o ai ei ao ou an en ang eng i ie iao ian in ing u"),
        .. Syllables("m", "a o ai ei ao ou an en ang eng i ie iao iu ian in ing u"), .. Syllables("f", "a o ei ou an en ang eng u"),
        .. Syllables("d", "a e ai ao ou an ang eng ong i ie iao iu ian ing u uo ui uan un"), .. Syllables("t", "a e ai ao ou an ang eng ong i ie iao ian ing u uo ui uan un"),
        .. Syllables("n", "a ai ei ao an en ang eng ong i ie iao iu ian in iang ing u uo uan"), .. Syllables("l", "a e ai ei ao ou an ang eng ong i ie iao iu ian in iang ing u uo uan un"),
        .. Syllables("g", "e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang"), .. Syllables("k", "a e ai ao ou an en ang eng ong u ua uo uai ui uan un uang"),
        .. Syllables("h", "a e ai ei ao ou an en ang eng ong u ua uo uai ui uan un uang"), .. Syllables("j", "i ia ie iao iu ian in iang ing iong u ue uan un"),
        .. Syllables("q", "i ia ie iao iu ian in iang ing iong u ue uan un"), .. Syllables("x", "i ia ie iao iu ian in iang ing iong u ue uan un"),
        .. Syllables("zh", "a e i ai ao ou an en ang eng ong u ua uo ui uan un uang"), .. Syllables("ch", "a e i ai ao ou an en ang eng ong u uo uai ui uan un uang"),
        .. Syllables("sh", "a e i ai ao ou an en ang eng u ua uo uai ui uan un uang"), .. Syllables("r", "e i ao ou an en ang eng ong u uo ui uan un"),
        .. Syllables("z", "a e i ai ao ou an en ang eng ong u uo ui uan un"), .. Syllables("c", "a e i ai ao ou an en ang eng ong u uo ui uan un"),
        .. Syllables("s", "a e i ai ao ou an en ang eng ong u uo ui uan un"), .. Syllables("y", "a e i ao ou an in ang ing ong u ue uan un"), .. Syllables("w", "a o ai ei an en ang eng u"),
    ];

    /// <summary>Whether there are words in a language.</summary>
    public static bool Has(string language) => language is "en" or "cmn-Latn-pinyin";

    /// <summary>Draws a sentence of invented words.</summary>
    public static string Draw(string language, ref CounterRandom random)
    {
        var words = new string[2 + random.NextBelow(MaxWords - 1)];
        for (int i = 0; i < words.Length; i++)
            words[i] = Word(language, ref random) + (i < words.Length - 1 && random.NextBelow(4) == 0 ? "," : "");
        return WordWalk.Sentence(string.Join(' ', words));
    }

    /// <summary>Draws a word.</summary>
    public static string Word(string language, ref CounterRandom random) => language == "en"
        ? Pick(Onsets, ref random) + Pick(Vowels, ref random) + Pick(Codas, ref random) + Pick(Endings, ref random)
        : Pick(Pinyin, ref random) + Pick(Tones, ref random);

    private static IEnumerable<string> Syllables(string initial, string finals) => finals.Split(' ').Select(f => initial + f);

    private static string Pick(string[] from, ref CounterRandom random) => from[random.NextBelow(from.Length)];
}
