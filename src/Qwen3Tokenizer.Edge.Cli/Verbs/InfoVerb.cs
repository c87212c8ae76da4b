using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge info</c>: what a file is.</summary>
internal static class InfoVerb
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = $"A token file, a model (name or file), an emitted library, or an audio file. Model names: {string.Join(", ", BuiltInModels.Names)}." };
        Option<bool> json = CommonOptions.Json();
        var codes = new Option<bool>("--codes") { Description = "Also the codes of a token file; with --json as \"codes\": [layer][frame]." };
        var verb = new Verb("info", "Say what a token file, model, emitted library or audio file holds. A library is loaded for this: give only ones that you trust.",
            "q3edge info voice.q3t",
            "q3edge info voice.q3t --json --codes",
            "q3edge info edge-meter",
            "q3edge info build/libq3e_edge_light.so")
        {
            file, json, codes,
        };
        verb.SetAction(parsed => Run(parsed.GetValue(file)!, parsed.GetValue(json), parsed.GetValue(codes)));
        return verb;
    }

    private static int Run(string path, bool json, bool codes)
    {
        Facts facts = Facts.Of(path, codes);
        if (json)
        {
            Json.Print(facts.Values);
            return 0;
        }

        int width = facts.Values.Keys.Max(key => key.Length);
        foreach ((string key, object? value) in facts.Values)
        {
            if (key != Facts.CodesKey)
                Console.WriteLine($"{key.Replace('_', ' ').PadRight(width)}  {Text(value)}");
        }

        if (facts.Values.TryGetValue(Facts.CodesKey, out object? table) && table is int[][] layers)
        {
            for (int l = 0; l < layers.Length; l++)
                Console.WriteLine($"layer {l,2}: {string.Join(' ', layers[l].Select(code => $"{code,4}"))}");
        }

        return 0;
    }

    private static string Text(object? value) => value switch
    {
        null => "-",
        bool yes => yes ? "yes" : "no",
        double number => $"{number:0.####}",
        IReadOnlyDictionary<string, object?> nested => string.Join(", ", nested.Select(pair => $"{pair.Key.Replace('_', ' ')} {Text(pair.Value)}")),
        IEnumerable<IReadOnlyDictionary<string, object?>> list => string.Join("; ", list.Select(Text)),
        _ => value.ToString() ?? "-",
    };
}
