using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>
/// Plain English sentences out of a few hundred words that have all consonants and vowels of the language at the beginnings and ends of syllables, so that a decoder learns a voice and not a list of
/// words. Words that belong to a meter's alerts are kept out: those come from the alert file, and what it has not shall be able to serve as a test of what was never heard.
/// </summary>
internal static class EverydayEnglish
{
    private static readonly string[] Who =
    [
        "the judge", "my brother", "a young teacher", "the old fisherman", "her mother", "the neighbour", "a tall stranger", "our chef", "the children", "some of us", "Charles", "Julia", "the nurse", "both of them",
        "George", "the whole village", "a quiet boy", "the painter", "nobody", "Sophie", "the third visitor", "Thomas", "the shepherd", "Vivian", "everyone",
    ];

    private static readonly string[] Does =
    [
        "bought", "found", "watched", "carried", "wanted", "forgot", "measured", "cleaned", "borrowed", "pushed", "threw away", "drew", "described", "asked for", "brought", "paid for", "looked after", "hid", "fetched",
        "thought about", "chose", "enjoyed", "finished", "broke", "sold", "repaired", "shared", "wrapped", "heard", "followed", "painted", "touched",
    ];

    private static readonly string[] Which =
    [
        "small", "yellow", "heavy", "strange", "smooth", "cheap", "wooden", "fresh", "thick", "orange", "quiet", "large", "usual", "silver", "sharp", "broken", "rough", "gentle", "beautiful", "short", "huge", "thin",
        "precious", "purple", "empty", "sweet", "dusty", "lovely",
    ];

    private static readonly string[] What =
    [
        "garden chair", "bicycle", "loaf of bread", "bottle of juice", "treasure", "photograph", "pair of shoes", "piano", "kitchen knife", "basket of cherries", "toy boat", "leather bag", "cup of tea", "bunch of roses",
        "feather", "map of the coast", "blanket", "jar of honey", "church bell", "book of poems", "ladder", "pigeon", "suitcase", "fishing net", "pumpkin", "violin", "bathroom mirror", "sandwich", "shovel", "carpet",
        "box of chocolates", "hat", "oath", "engine", "yoghurt", "sugar bowl", "wheel", "kettle", "zebra", "vegetable soup",
    ];

    private static readonly string[] Where =
    [
        "in the north", "near the bridge", "behind the house", "at the station", "on the beach", "under the apple tree", "beyond the hills", "through the forest", "by the fire", "at school", "in a quiet street",
        "beside the church", "outside the theatre", "from the harbour", "in the bathroom", "along the path", "on the other side of the valley", "at my uncle's farm", "in Geneva", "upstairs",
    ];

    private static readonly string[] When =
    [
        "yesterday", "this morning", "on Thursday", "before breakfast", "in July", "every evening", "at noon", "last year", "after the storm", "once a month", "during the journey", "just in time", "on my birthday",
        "for the fifth time", "again and again", "at the weekend", "twice a week", "later that night",
    ];

    private static readonly string[] Said =
    [
        "Why did {0} leave {1}?", "I wish that {0} would stay {1}.", "Could you show {0} the way?", "It was very cold {1}, and {0} had no gloves.", "You should visit {0} {1}.", "{0} laughed and went home {1}.",
        "There is nothing as good as tea {1}.", "Please do not tell {0} about the surprise.", "The weather was rather rough {1}.", "How much did {0} pay for that?", "Let us choose another path {1}.", "{0} sang while the others slept {1}.",
        "Which of these belongs to {0}?", "We shall see {0} {1}.", "Is this the road that {0} took {1}?", "Thank you for helping {0} {1}.",
    ];

    /// <summary>Single words of the sentences.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. Who.Concat(Does).Concat(Which).Concat(What).Concat(Where).SelectMany(w => w.Split(' ')).Where(w => w.Length > 2).Distinct()];

    /// <summary>Draws a sentence.</summary>
    public static string Draw(ref CounterRandom random)
    {
        (string who, string when) = (Pick(Who, ref random), Pick(When, ref random));
        switch (random.NextBelow(6))
        {
            case 0:
                return Capital(string.Format(System.Globalization.CultureInfo.InvariantCulture, Pick(Said, ref random), who, when));
            case 1:
                IReadOnlyList<string> fixedTexts = SynthesisText.Of("en");
                return fixedTexts[(int)random.NextBelow(fixedTexts.Count)];
            case 2:
                return Capital($"{when}, {who} {Pick(Does, ref random)} the {Pick(What, ref random)} {Pick(Where, ref random)}.");
            default:
                return Capital($"{who} {Pick(Does, ref random)} the {Pick(Which, ref random)} {Pick(What, ref random)} {(random.NextBelow(2) == 0 ? when : Pick(Where, ref random))}.");
        }
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Pick(string[] from, ref CounterRandom random) => from[random.NextBelow(from.Length)];
}
