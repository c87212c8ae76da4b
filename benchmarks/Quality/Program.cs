using System.Globalization;
using Qwen3Tokenizer.Edge.Benchmarks.Quality;

// dotnet run --project benchmarks/Quality [-- FOLDER]: the INT8 decoders against float on the held-out clips, as the tables of RESULTS.md.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string folder = args.Length > 0 ? args[0] : Path.Combine("tests", "data", "heldout");
string[] wavs = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal)] : [];
if (wavs.Length == 0)
{
    Console.Error.WriteLine($"{folder}: holds no WAV file; run from the project's root or name a folder of clips.");
    return 1;
}

Console.WriteLine("| decoder | clips | s | STOI float | INT8 | worst loss | LSD float, dB | INT8 | pitch of the decoders, median cents (worst clip) | voicing of the decoders | tracker: cents, voicing | tracker on two noises: cents, voicing |");
Console.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
foreach (string model in (string[])["edge-light", "edge-meter"])
{
    using var quality = new HeldOutQuality(model);
    var s = new QualitySummary([.. wavs.Select(quality.Measure)]);
    Console.WriteLine($"| {model} | {s.Clips} | {s.Seconds:F0} | {s.FloatStoi:F4} | {s.Int8Stoi:F4} | {s.WorstStoiLoss:F4} | {s.FloatLsd:F3} | {s.Int8Lsd:F3} | {s.HeadCents:F2} ({s.WorstHeadCents:F2}) | {s.HeadVoicing:P2} | {s.TrackedCents:F1}, {s.TrackedVoicing:P1} | {s.NoiseCents:F1}, {s.NoiseVoicing:P1} |");
}

return 0;
