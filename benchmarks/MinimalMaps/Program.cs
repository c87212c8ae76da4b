using System.Globalization;
using Qwen3Tokenizer.Edge;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Benchmarks.MinimalMaps;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Models.Safetensors;

// dotnet run -c Release --project benchmarks/MinimalMaps -- FOLDER OUT.q3m [MODEL [SEED]]: see README.md of this folder.
const int bits = 9;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args.Length is < 2 or > 4 || !Directory.Exists(args[0]) || !int.TryParse(args.ElementAtOrDefault(3) ?? "1", out int seed))
{
    Console.Error.WriteLine("usage: MinimalMaps FOLDER OUT.q3m [MODEL [SEED]]: a folder of speech that training heard, the map to write, a model with an encoder, a whole number.");
    return 1;
}

try
{
    var model = EdgeModel.Load(args.ElementAtOrDefault(2) ?? "edge-light");
    var search = (QuantizeNode)(model.Encoder ?? throw new ModelFormatException($"{model.Config.Path}: the model has no encoder.")).Outputs[0];
    (int layers, int entries, int dim) = (model.Config.NumQuantizers, model.Config.CodebookSize, model.Config.Quantizer!.Dim);
    Vectors[] books = [.. Enumerable.Range(0, layers).Select(layer => new Vectors(search.Codebooks[(layer * entries * dim)..((layer + 1) * entries * dim)].ToArray(), dim))];
    var speech = Speech.Encode(model, args[0]);
    Console.WriteLine($"{speech.Files} files, {speech.Seconds / 60:F1} minutes: chosen on {speech.Training.Count} frames, judged by {speech.Validation.Count}.");

    var choice = new MapChoice(books, speech.Training, 1 << bits, seed);
    ushort[][] map = choice.LayerByLayer();
    MinimalMapFile.Write(args[1], new MinimalMap(model.Config.Space, model.Config.BitsPerCode, layers, map.SelectMany(layer => layer).ToArray()));

    var error = new LatentError(books, speech.Validation);
    int[] shown = [.. ((int[])[1, 2, 4, 8, 16]).Where(layer => layer <= layers)];
    Console.WriteLine();
    Console.WriteLine($"| error of the latent after layers, dB | {string.Join(" | ", shown)} |");
    Console.WriteLine($"|---|{string.Concat(shown.Select(_ => "---|"))}");
    Print($"whole codebooks ({entries} entries)", error.OfFullSearch());
    Print($"minimal ({1 << bits} entries), chosen layer by layer: the map written", error.OfRestrictedSearch(map));
    Print("minimal, chosen at once from the full encoder's usage", error.OfRestrictedSearch(choice.AtOnce()));
    Print("whole codebooks searched, codes mapped afterwards", error.OfMappingAfterwards(map));
    return 0;

    void Print(string name, double[] after) => Console.WriteLine($"| {name} | {string.Join(" | ", shown.Select(layer => $"{after[layer - 1]:F2}"))} |");
}
catch (Exception e) when (e is ModelFormatException or AudioFormatException or TokenFormatException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
