using System.Globalization;

namespace Qwen3Tokenizer.Edge.Benchmarks.Reference;

/// <summary>What the command line says.</summary>
internal sealed record Options(string Verb, string Folder, int Threads, int Rounds, double Seconds, int Chunk, bool Peer, string? Profile)
{
    public const string Usage =
        "usage: Reference.Benchmarks clip FOLDER [--threads N] [--rounds N] [--seconds S] [--chunk FRAMES] [--no-peer] [--profile PREFIX]\n" +
        "       Reference.Benchmarks forms [--threads N] [--rounds N] [--chunk FRAMES]";

    public static Options? Parse(string[] args)
    {
        if (args.Length < 1 || (args[0] == "clip" && args.Length < 2))
        {
            return null;
        }

        var options = new Options(args[0], args[0] == "clip" ? args[1] : "", 2, 5, 20, 0, true, null);
        for (int i = args[0] == "clip" ? 2 : 1; i < args.Length; i++)
        {
            if (args[i] == "--no-peer")
            {
                options = options with { Peer = false };
                continue;
            }

            string value = i + 1 < args.Length ? args[i + 1] : "";
            options = args[i++] switch
            {
                "--threads" => options with { Threads = Integer(value) },
                "--rounds" => options with { Rounds = Integer(value) },
                "--chunk" => options with { Chunk = Integer(value) },
                "--seconds" => options with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--profile" => options with { Profile = value },
                string other => throw new ArgumentException($"{other}: is not an option.\n{Usage}"),
            };
        }

        return options;
    }

    private static int Integer(string value) => int.Parse(value, CultureInfo.InvariantCulture);
}
