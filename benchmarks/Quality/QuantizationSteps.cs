using System.Globalization;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Quality;

/// <summary>Models quantized in several ways, each compiled and held against their float decoders on the held-out clips.</summary>
internal static class QuantizationSteps
{
    // Every so many clips are compared value by value too.
    private const int Compared = 5;
    private const int FewLayers = 4;

    private static readonly (string Name, LoweringOptions Options)[] Ways =
    [
        ("largest value", new() { Range = ActivationRange.Maximum }),
        ("largest value, biases corrected", new() { Range = ActivationRange.Maximum, CorrectBiases = true }),
        ("percentile", new() { Range = ActivationRange.Percentile }),
        ("least squares", new()),
        ("least squares, biases corrected", new() { CorrectBiases = true }),
        ("16 bits", new() { ActivationSqnr = 200 }),
    ];

    /// <summary>Prints a table of built-in models and model files.</summary>
    /// <param name="models">Names and paths; behind <c>--default</c> in the compiler's own way only.</param>
    public static int Print(string[] models)
    {
        bool own = models is ["--default", ..];
        models = own ? models[1..] : models;
        string[] wavs = [.. Directory.GetFiles(Path.Combine("tests", "data", "heldout"), "*.wav").Order(StringComparer.Ordinal)];
        EdgeModel encoder = EdgeModel.Load(BuiltInModels.Default);
        (float[] Samples, TokenClip Tokens)[] clips = [.. wavs.Select(w => AudioFile.Read(w).Resample(encoder.Config.SampleRate).ToMono()).Select(s => (s, EdgeCodec.Encode(encoder, s)))];
        Console.WriteLine("| model, layers | activations | STOI float | INT8 | difference, mean | worst clip | LSD float, dB | INT8 | INT8 from float, dB | SQNR of the head rows, dB | pitch, median cents |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach (string name in models)
        {
            EdgeModel model = EdgeModel.Load(name);
            int rate = model.Config.SampleRate;
            float[][] originals = [.. clips.Select(c => Resampler.Resample(c.Samples, encoder.Config.SampleRate, rate))];
            int[] layers = model.MinLayers == 1 ? [FewLayers, model.Config.NumQuantizers] : [model.Config.NumQuantizers];
            TokenClip[][] tokens = [.. layers.Select(l => clips.Select(c => c.Tokens.Layers == l ? c.Tokens : c.Tokens.KeepLayers(l)).ToArray())];
            float[][][] exact = [.. tokens.Select(t => t.Select(c => (float[])[.. EdgeCodec.Trim(model, c, EdgeCodec.Decode(model, c))]).ToArray())];
            foreach ((string way, LoweringOptions options) in own ? [("the compiler's own way", new LoweringOptions())] : Ways)
            {
                using var compiled = new CompiledModel(name, options: options, encoder: false);
                for (int i = 0; i < layers.Length; i++)
                {
                    Console.WriteLine($"| {Path.GetFileNameWithoutExtension(name)}, {layers[i]} | {way} | {Row(compiled, originals, tokens[i], exact[i], rate)} |");
                }
            }
        }

        return 0;
    }

    private static string Row(CompiledModel compiled, float[][] originals, TokenClip[] tokens, float[][] exact, int rate)
    {
        IntegerOperation head = compiled.Program.Operations[^2];
        List<(double Stoi, double Int8Stoi, double Lsd, double Int8Lsd, double Between)> scores = [];
        List<(double Sqnr, double Cents)> heads = [];
        for (int c = 0; c < tokens.Length; c++)
        {
            float[] heard = compiled.Decode(tokens[c], out List<TraceRecord> trace);
            int n = Math.Min(originals[c].Length, heard.Length);
            ReadOnlySpan<float> x = originals[c].AsSpan(0, n), f = exact[c].AsSpan(0, n), q = heard.AsSpan(0, n);
            scores.Add((Stoi.Compute(x, f, rate), Stoi.Compute(x, q, rate), LogSpectralDistance.Compute(x, f, rate), LogSpectralDistance.Compute(x, q, rate), LogSpectralDistance.Compute(f, q, rate)));
            if (c % Compared == 0)
            {
                NodeComparison comparison = NodeComparison.Of(compiled.Model, compiled.Program, tokens[c], trace);
                heads.Add((comparison.Sqnr(head.Name), comparison.Head.MedianCents));
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{scores.Average(s => s.Stoi):F4} | {scores.Average(s => s.Int8Stoi):F4} | {scores.Average(s => s.Int8Stoi - s.Stoi):F4} | {scores.Min(s => s.Int8Stoi - s.Stoi):F4} | {scores.Average(s => s.Lsd):F3} | {scores.Average(s => s.Int8Lsd):F3} | {scores.Average(s => s.Between):F3} | {heads.Average(h => h.Sqnr):F1} | {heads.Average(h => h.Cents):F2}");
    }
}
