using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Pages;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge compare</c>: original and reconstruction side by side on one page.</summary>
internal static class CompareVerb
{
    public static Command Create()
    {
        var input = new Argument<string>("IN.wav") { Description = "Audio file of up to 5 minutes; - for a WAV on standard input." };
        var output = new Option<string?>("--output", "-o") { HelpName = "report.html", Description = "Page to write (default: the input's name with .compare.html, in the current folder)." };
        Option<string> model = CommonOptions.Model();
        Option<int?> layers = CommonOptions.Layers("Layers to encode and decode (default: all that the model decodes).");
        Option<string?> engine = CommonOptions.Engine("Engine that decodes: native (default) or float; of a full-size model ort (default) or float, for both ways.");
        Option<string> device = CommonOptions.Device();
        Option<bool> minimal = CommonOptions.Minimal();
        Option<bool> json = CommonOptions.Json();
        var verb = new Verb("compare", "Encode and decode a clip, and show both on one self-contained page.",
            "q3edge compare voice.wav",
            "q3edge compare voice.wav -o eight-layers.html --layers 8",
            "q3edge compare voice.wav --minimal --layers 8",
            "q3edge compare voice.wav --model edge-meter --json")
        {
            input, output, model, layers, minimal, engine, device, json,
        };
        verb.SetAction(parsed => Run(parsed.GetValue(input)!, parsed.GetValue(output), parsed.GetValue(model)!, parsed.GetValue(layers),
            parsed.GetValue(minimal), new EngineRequest(parsed.GetValue(engine), parsed.GetValue(device)!), parsed.GetValue(json)));
        return verb;
    }

    private static int Run(string path, string? output, string modelName, int? layers, bool minimal, EngineRequest request, bool json)
    {
        using var model = SpeechModel.Load(modelName);
        request.RequireDecoder(model);
        using SpeechEncoder encoder = SpeechEncoder.Open(ModelChoice.EncoderOf(model), model.Full is null ? new EngineRequest(Engines.Float) : request, minimal);
        ModelChoice.RequireLayers(layers, model, model.Facts.Layers);
        SpeechInput input = SpeechInput.Read(path);
        if (input.Clip.Duration > SpeechInput.LongSeconds)
            throw new CliException($"{input.Name}: lasts {Units.Duration(input.Clip.Duration)}, and a page that holds it must stay below 5 minutes; cut a piece.");

        string page = output ?? (path == InputFile.StandardInput ? "stdin" : Path.GetFileNameWithoutExtension(path)) + ".compare.html";
        if (page == OutputFile.StandardOutput && json)
            throw new CliException("-o -: the page and --json cannot both go to standard output.");
        using OutputFile file = OutputFile.Create(page, path == InputFile.StandardInput ? "" : path);
        TokenClip clip = WorkProgress.Run($"Encoding {input.Name}",
            progress => encoder.Encode(input.ToMono(encoder.Model.SampleRate), layers ?? model.Facts.Layers, progress));
        using var decoder = SpeechDecoder.Open(model, request);
        Comparison comparison = Comparison.Make(input, encoder.Model, model, clip, decoder);
        file.Stream.Write(ComparePage.Render(comparison));
        file.Commit();
        input.Warn();
        if (json)
            PrintJson(comparison, page);
        else if (page != OutputFile.StandardOutput)
            Print(comparison, page);
        return 0;
    }

    private static void Print(Comparison c, string page)
    {
        Console.WriteLine($"{c.Name} -> {page}");
        Console.WriteLine($"  codes [{c.Clip.Layers} layers, {c.Clip.Frames} frames]{(c.Minimal ? ", minimal" : "")}, {Units.Duration(c.Seconds)}, {Units.BitRate(Tokens.BitRate(c.Clip))}, " +
            $"{Units.Bytes(c.OriginalBytes)} -> {Units.Bytes(c.TokenBytes)} ({-c.SizeReduction:+0.0%;-0.0%})");
        Console.WriteLine($"  STOI {c.Quality.Stoi:0.000}, ESTOI {c.Quality.Estoi:0.000}, LSD {c.Quality.LogSpectralDistanceDb:0.00} dB, " +
            $"pitch {c.Quality.PitchMedianCents:0.0} cents, voicing error {c.Quality.VoicingErrorRate:0.0%}");
    }

    private static void PrintJson(Comparison c, string page) => Json.Print(new
    {
        Input = c.Name, Output = page, Model = c.Model.Name, Encoder = c.Encoder.Name, c.Decoded.Engine, c.Seconds, SampleRate = c.Rate,
        c.Clip.Layers, c.Clip.Frames, c.Minimal, BitsPerSecond = Tokens.BitRate(c.Clip), c.OriginalBytes, c.TokenBytes, c.SizeReduction,
        c.Decoded.RealTimeFactor, c.Quality,
        Bands = c.Bands.Select(band => new { CentreHz = band.CentreHz, OriginalDb = band.ReferenceDb, DecodedDb = band.DegradedDb, DifferenceDb = band.DifferenceDb }),
    });
}
