using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>What a machine says with numbers, in English words.</summary>
internal static class EnglishNumbers
{
    private static readonly string[] Small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] Tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    private static readonly string[] Units = ["volts", "amperes", "watts", "kilowatt hours", "per cent", "degrees", "minutes", "hours", "seconds", "days", "euros", "pounds", "metres"];
    private static readonly string[] What = ["voltage", "current", "power", "phase one", "phase three", "consumption", "battery", "supply", "the limit", "the total", "the reading", "the account", "the bill", "yesterday"];

    /// <summary>The ten digits.</summary>
    public static IReadOnlyList<string> Digits => Small[..10];

    /// <summary>A number in words.</summary>
    /// <param name="value">0 to 999,999.</param>
    public static string Words(int value) => value switch
    {
        < 20 => Small[value],
        < 100 => Tens[value / 10] + (value % 10 == 0 ? "" : " " + Small[value % 10]),
        < 1000 => $"{Small[value / 100]} hundred" + (value % 100 == 0 ? "" : " and " + Words(value % 100)),
        _ => $"{Words(value / 1000)} thousand" + (value % 1000 == 0 ? "" : (value % 1000 < 100 ? " and " : " ") + Words(value % 1000)),
    };

    /// <summary>Draws a string of 3 to 8 digits, a reading with its unit, or a time.</summary>
    public static string Draw(ref CounterRandom random) => random.NextBelow(4) switch
    {
        0 => Code(ref random),
        1 => Code(ref random),
        2 => $"{Capital(Pick(What, ref random))}, {Words(Reading(ref random))} {Pick(Units, ref random)}.",
        _ => $"At {Words(1 + (int)random.NextBelow(12))} {Words(10 + (int)random.NextBelow(50))}, {Words(Reading(ref random))} point {Small[random.NextBelow(10)]} {Pick(Units, ref random)}.",
    };

    private static string Code(ref CounterRandom random)
    {
        var digits = new string[3 + random.NextBelow(6)];
        for (int i = 0; i < digits.Length; i++)
            digits[i] = Small[random.NextBelow(10)];

        // Half of them with pauses, as numbers are read out one by one.
        return Capital(string.Join(random.NextBelow(2) == 0 ? ", " : " ", digits)) + ".";
    }

    private static int Reading(ref CounterRandom random) => (int)random.NextBelow(random.NextBelow(3) switch { 0 => 20, 1 => 1000, _ => 100_000 });

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Pick(string[] from, ref CounterRandom random) => from[random.NextBelow(from.Length)];
}
