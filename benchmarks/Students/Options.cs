using System.Globalization;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>What the command line says.</summary>
internal sealed record Options(string Verb, IReadOnlyList<string> Models)
{
    public const string Usage =
        """
        usage: Students measure MODEL... [--clips DIR] [--layers 1,2,4,8,16] [--arithmetic both|float|int8] [--dnsmos FILE] [--json]
               Students alerts  MODEL... [--arithmetic ...] [--layers 4,16] [--receivers plain,sharp,hold] [--alone] [--json]
               Students digits  MODEL... [--arithmetic ...] [--layers 4,16] [--receivers ...] [--alone] [--json]
        --alone: only the models that are named, without originals and peers.
        --threads N: how much is done at once; default one for each processor.
        MODEL: edge-light, edge-meter or the path of a model file; run from the project's root.
        """;

    /// <summary>Folder of WAV files.</summary>
    public string Clips { get; init; } = Path.Combine("tests", "data", "heldout");

    /// <summary>Numbers of layers; null for those of the verb.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Whether the float decoder is judged.</summary>
    public bool Float { get; init; } = true;

    /// <summary>Whether the compiled library is judged.</summary>
    public bool Int8 { get; init; } = true;

    /// <summary>File of the DNSMOS model; null to do without.</summary>
    public string? Dnsmos { get; init; }

    /// <summary>How 8 kHz signals come to the recogniser's rate.</summary>
    public IReadOnlyList<Receiver> Receivers { get; init; } = [Receiver.Plain, Receiver.Sharp];

    /// <summary>Clips, or parts of the utterances, that are worked on at once.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Whether originals and peers are left out.</summary>
    public bool Alone { get; init; }

    /// <summary>JSON instead of tables.</summary>
    public bool Json { get; init; }

    /// <summary>Reads the command line.</summary>
    /// <exception cref="ArgumentException">It makes no sense; the message says why and how it is written.</exception>
    public static Options Parse(string[] args)
    {
        if (args.Length == 0 || args[0] is not ("measure" or "alerts" or "digits"))
        {
            throw new ArgumentException(Usage);
        }

        // Recognition is of what the board plays, unless told otherwise.
        var options = new Options(args[0], []) { Float = args[0] == "measure" };
        List<string> models = [];
        for (int i = 1; i < args.Length; i++)
        {
            string option = args[i];
            if (!option.StartsWith("--", StringComparison.Ordinal))
            {
                models.Add(option);
                continue;
            }

            options = option switch
            {
                "--json" => options with { Json = true },
                "--alone" => options with { Alone = true },
                "--clips" => options with { Clips = Value(args, ref i) },
                "--dnsmos" => options with { Dnsmos = Value(args, ref i) },
                "--threads" => options with { Threads = Numbers(option, Value(args, ref i))[0] },
                "--layers" => options with { Layers = Numbers(option, Value(args, ref i)) },
                "--arithmetic" => Arithmetic(options, Value(args, ref i)),
                "--receivers" => options with { Receivers = [.. Value(args, ref i).Split(',').Select(ReceiverOf)] },
                _ => throw new ArgumentException($"{option}: is not an option.\n{Usage}"),
            };
        }

        return models.Count > 0 ? options with { Models = models } : throw new ArgumentException($"No model is named.\n{Usage}");
    }

    private static Options Arithmetic(Options options, string value) => value switch
    {
        "both" => options with { Float = true, Int8 = true },
        "float" => options with { Float = true, Int8 = false },
        "int8" => options with { Float = false, Int8 = true },
        _ => throw new ArgumentException($"--arithmetic: {value} is none of both, float and int8.\n{Usage}"),
    };

    private static Receiver ReceiverOf(string value) =>
        Enum.GetValues<Receiver>().Cast<Receiver?>().FirstOrDefault(r => string.Equals(r.ToString(), value, StringComparison.OrdinalIgnoreCase))
            ?? throw new ArgumentException($"--receivers: {value} is none of plain, sharp and hold.\n{Usage}");

    private static int[] Numbers(string option, string value)
    {
        string[] parts = value.Split(',');
        int[] numbers = [.. parts.Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out int n) ? n : 0)];
        return numbers.All(n => n > 0) ? numbers : throw new ArgumentException($"{option}: {value} is not a list of numbers like 1,4,16.\n{Usage}");
    }

    private static string Value(string[] args, ref int i) =>
        ++i < args.Length ? args[i] : throw new ArgumentException($"{args[i - 1]}: its value is missing.\n{Usage}");
}
