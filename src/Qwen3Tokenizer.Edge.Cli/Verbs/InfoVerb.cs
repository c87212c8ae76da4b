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
        var file = new Argument<string>("FILE") { Description = $"A token file, bare codes ({CodeFile.Endings}), a model (name or file), an emitted library, or an audio file. Model names: {string.Join(", ", BuiltInModels.Names)}." };
        Option<bool> json = CommonOptions.Json();
        var codes = new Option<bool>("--codes") { Description = "Also the codes of a token or code file; with --json as \"codes\": [layer][frame]." };
        Option<string> model = CommonOptions.Model();
        model.Description = $"Model whose codes a code file holds, which it does not say itself: {string.Join(", ", BuiltInModels.Names)}, or a model's file.";
        Option<int?> fileLayers = CommonOptions.FileLayers();
        var verb = new Verb("info", "Say what a token file, code file, model, emitted library or audio file holds. A library is loaded for this: give only ones that you trust.",
            "q3edge info voice.q3t",
            "q3edge info voice.q3t --json --codes",
            "q3edge info codes.rvq --file-layers 8",
            "q3edge info edge-meter",
            "q3edge info build/libq3e_edge_light.so")
        {
            file, model, fileLayers, json, codes,
        };
        verb.SetAction(parsed => Run(parsed.GetValue(file)!, parsed.GetValue(model)!, parsed.GetValue(fileLayers), parsed.GetValue(json), parsed.GetValue(codes)));
        return verb;
    }

    private static int Run(string path, string model, int? fileLayers, bool json, bool codes)
    {
        if (fileLayers is not null && !CodeFile.Is(path))
            throw new CliException($"--file-layers: {path} says that itself; the option is for bare codes ({CodeFile.Endings}).");
        Facts facts = CodeFile.Is(path) ? Facts.OfCodes(path, model, fileLayers, codes) : Facts.Of(path, codes);
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
