using System.Globalization;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers;

/// <summary>The command line.</summary>
/// <param name="OnnxRuntime">--onnxruntime PATH: the library or a folder that holds it; null for the environment variable.</param>
/// <param name="Rounds">--rounds N: measurements of every contender, at least 3.</param>
/// <param name="Model">--model NAME.</param>
internal sealed record Options(string? OnnxRuntime, int Rounds, string Model)
{
    private const int DefaultRounds = 40;

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">It has something else.</exception>
    public static Options Parse(string[] args)
    {
        var options = new Options(null, DefaultRounds, "edge-light");
        for (int i = 0; i < args.Length; i += 2)
        {
            string value = i + 1 < args.Length ? args[i + 1] : throw new FormatException($"{args[i]}: a value is missing.");
            options = args[i] switch
            {
                "--onnxruntime" => options with { OnnxRuntime = value },
                "--model" => options with { Model = value },
                "--rounds" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int rounds) && rounds >= 3 => options with { Rounds = rounds },
                _ => throw new FormatException($"{args[i]} {value}: expected --onnxruntime PATH, --rounds N (at least 3) or --model NAME."),
            };
        }

        return options;
    }
}
