using System.Globalization;
using Qwen3Tokenizer.Edge.Benchmarks.Quality;

// dotnet run --project benchmarks/Quality [-- [--losses] [FOLDER]]: the INT8 libraries against float on the held-out clips, or with frames lost, as the tables of RESULTS.md.
// dotnet run --project benchmarks/Quality -- --steps [--default] MODEL...: what every step of quantization buys.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--steps", _, ..])
{
    return QuantizationSteps.Print(args[1..]);
}

bool losses = args is ["--losses", ..];
string[] folders = losses ? args[1..] : args;
string folder = folders.Length > 0 ? folders[0] : Path.Combine("tests", "data", "heldout");
string[] wavs = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal)] : [];
if (wavs.Length == 0)
{
    Console.Error.WriteLine($"{folder}: holds no WAV file; run from the project's root or name a folder of clips.");
    return 1;
}

if (losses)
{
    LossQuality.Print(wavs);
    return 0;
}

using var light = new CompiledModel("edge-light");
using var meter = new CompiledModel("edge-meter");
(string Name, QualitySummary Summary)[] rows =
    [.. new[] { light, meter }.Select(decoder => (decoder.Model.Name, new QualitySummary([.. wavs.Select(new HeldOutQuality(decoder, light).Measure)])))];

Console.WriteLine("| decoder | clips | s | STOI float | INT8 | worst loss | LSD float, dB | INT8 | pitch of the decoders, median cents (worst clip) | voicing of the decoders | tracker: cents, voicing | tracker on two noises: cents, voicing |");
Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
foreach ((string model, QualitySummary s) in rows)
{
    Console.WriteLine($"| {model} | {s.Clips} | {s.Seconds:F0} | {s.FloatStoi:F4} | {s.Int8Stoi:F4} | {s.WorstStoiLoss:F4} | {s.FloatLsd:F3} | {s.Int8Lsd:F3} | {s.HeadCents:F2} ({s.WorstHeadCents:F2}) | {s.HeadVoicing:P2} | {s.TrackedCents:F1}, {s.TrackedVoicing:P1} | {s.NoiseCents:F1}, {s.NoiseVoicing:P1} |");
}

Console.WriteLine();
Console.WriteLine("| chain | STOI float to float | INT8 to INT8 | worst loss | LSD float to float, dB | INT8 to INT8 |");
Console.WriteLine("|---|---|---|---|---|---|");
foreach ((string model, QualitySummary s) in rows)
{
    Console.WriteLine($"| {light.Model.Name} encoder, {model} decoder | {s.FloatStoi:F4} | {s.ChainStoi:F4} | {s.WorstChainStoiLoss:F4} | {s.FloatLsd:F3} | {s.ChainLsd:F3} |");
}

IReadOnlyList<double> equal = rows[0].Summary.EqualTokens;
Console.WriteLine();
Console.WriteLine($"| layer | {string.Join(" | ", Enumerable.Range(0, equal.Count))} |");
Console.WriteLine($"|---|{string.Concat(equal.Select(_ => "---|"))}");
Console.WriteLine($"| tokens of the INT8 encoder equal to float's, % | {string.Join(" | ", equal.Select(e => $"{100 * e:F1}"))} |");
return 0;
