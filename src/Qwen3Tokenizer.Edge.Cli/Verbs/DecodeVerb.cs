using System.CommandLine;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge decode</c>: a token file to speech.</summary>
internal static class DecodeVerb
{
    private const int MinRate = 4000;
    private const int MaxRate = 192_000;

    public static Command Create()
    {
        var input = new Argument<string>("IN.q3t") { Description = $"Token file, full or minimal; - for standard input; or bare codes in a file ending in {CodeFile.Endings}." };
        Option<string> output = CommonOptions.Output("OUT.wav", "WAV file to write; - for standard output.");
        Option<string?> model = CommonOptions.ModelOfTokens();
        Option<int?> layers = CommonOptions.Layers("Decode only the first N layers.");
        var rate = new Option<int?>("--rate", "-r") { HelpName = "HZ", Description = "Sample rate of the output (default: the model's own)." };
        var asFloat = new Option<bool>("--float") { Description = "Write 32-bit float samples instead of PCM16." };
        Option<string?> engine = CommonOptions.Engine("native, the INT8 library, built once and kept (default), or float, the graph itself. Full-size models: ort, ONNX Runtime (default), native, or float.");
        Option<string> device = CommonOptions.Device();
        Option<int?> fileLayers = CommonOptions.FileLayers();
        var samples = new Option<long?>("--samples") { HelpName = "N", Description = "Length of the original in samples at the encoder's rate, which bare codes do not say (default: all that the codes give)." };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Say how it was decoded, how fast, and how many samples reach full scale." };
        Option<bool> json = CommonOptions.Json();
        var verb = new Verb("decode", "Decode a token file, or bare codes of other programs, to speech.",
            "q3edge decode voice.q3t -o voice.wav",
            "q3edge decode voice.q3t -o meter.wav --model edge-meter",
            "q3edge decode voice.q3t -o studio.wav --rate 48000 --float",
            "q3edge decode voice.q3t -o - | aplay",
            "q3edge decode codes.npy -o voice.wav",
            "q3edge decode full.q3t -o voice.wav --model Qwen3-TTS-Tokenizer-12Hz/",
            "q3edge decode codes.rvq -o voice.wav --file-layers 8 --samples 52992")
        {
            input, output, model, layers, rate, asFloat, engine, device, fileLayers, samples, verbose, json,
        };
        verb.SetAction(parsed =>
        {
            var request = new Request(parsed.GetValue(input)!, parsed.GetValue(output)!, parsed.GetValue(layers), parsed.GetValue(rate),
                parsed.GetValue(asFloat), new EngineRequest(parsed.GetValue(engine), parsed.GetValue(device)!), parsed.GetValue(fileLayers), parsed.GetValue(samples), parsed.GetValue(verbose), parsed.GetValue(json));
            return Run(request, parsed.GetValue(model));
        });
        return verb;
    }

    private static int Run(Request request, string? modelName)
    {
        if (request.Rate is < MinRate or > MaxRate)
            throw new CliException($"--rate {request.Rate}: is not within {MinRate} to {MaxRate} Hz.");
        if (request.Json && request.Output == OutputFile.StandardOutput)
            throw new CliException("-o -: speech and --json cannot both go to standard output.");

        string name = request.Input == InputFile.StandardInput ? InputFile.StandardInputName : request.Input;
        bool bare = CodeFile.Is(request.Input);
        if (!bare && (request.FileLayers is not null || request.Samples is not null))
            throw new CliException($"{(request.FileLayers is not null ? "--file-layers" : "--samples")}: {name} says that itself; the option is for bare codes ({CodeFile.Endings}).");
        TokenClip? tokens = bare ? null : Tokens.Read(request.Input);
        using var model = SpeechModel.Load(modelName ?? (tokens is null ? null : ModelChoice.BuiltInOf(tokens.Space).Model) ?? BuiltInModels.Default);
        request.Engine.RequireDecoder(model);
        TokenClip clip = tokens ?? CodeFile.ReadClip(request.Input, CodeFile.SourceOf(model.Facts), request.FileLayers, request.Samples);
        ModelChoice.RequireLayers(request.Layers, model, clip.Layers);
        clip = clip.KeepLayers(request.Layers ?? clip.Layers);
        // Before the library is built: what cannot be decoded should say so at once.
        bool minimal = model.IsMinimal(clip);
        clip = SpeechDecoder.RequireDecodable(model, clip, name);
        using OutputFile file = OutputFile.Create(request.Output, request.Input == InputFile.StandardInput ? "" : request.Input);
        using var decoder = SpeechDecoder.Open(model, request.Engine);
        DecodedSpeech speech = decoder.Decode(clip, name);
        int rate = request.Rate ?? speech.Rate;
        float[] samples = Resampler.Resample(speech.Samples, speech.Rate, rate);
        if (request.AsFloat)
            WavWriter.WriteFloat32(file.Stream, samples, rate);
        else
            WavWriter.WritePcm16(file.Stream, samples, rate);
        file.Commit();
        Print(request, clip, minimal, model, speech, rate);
        return 0;
    }

    private static void Print(Request request, TokenClip clip, bool minimal, SpeechModel model, DecodedSpeech speech, int rate)
    {
        double seconds = (double)speech.Samples.Length / speech.Rate;
        int usedLayers = Math.Min(clip.Layers, model.Facts.Layers);
        if (request.Json)
        {
            Json.Print(new
            {
                request.Input, request.Output, Model = model.Name, speech.Engine, Seconds = seconds, SampleRate = rate, clip.Frames, Layers = usedLayers, Minimal = minimal,
                speech.RealTimeFactor, ClippedSamples = speech.Clipped,
            });
            return;
        }

        TextWriter writer = request.Output == OutputFile.StandardOutput ? Console.Error : Console.Out;
        if (request.Output != OutputFile.StandardOutput)
            writer.WriteLine($"{request.Input} -> {request.Output}: {Units.Duration(seconds)} at {Units.Rate(rate)}, {model.Name} ({speech.Engine}), {usedLayers} layers{(minimal ? ", minimal" : "")}");
        if (request.Verbose)
        {
            writer.WriteLine($"decoded in {speech.Elapsed.TotalSeconds:0.000} s, {speech.RealTimeFactor:0.0000} of real time");
            writer.WriteLine($"{speech.Clipped} samples reach full scale{(request.AsFloat ? "" : " and are cut off there")}");
        }
    }

    private sealed record Request(string Input, string Output, int? Layers, int? Rate, bool AsFloat, EngineRequest Engine, int? FileLayers, long? Samples, bool Verbose, bool Json);
}
