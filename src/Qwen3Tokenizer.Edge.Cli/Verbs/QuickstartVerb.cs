using System.CommandLine;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Cli.Pages;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge quickstart</c>: the whole way on a shipped clip, each step with what it made.</summary>
internal static class QuickstartVerb
{
    private const string DefaultFolder = "q3edge-quickstart";
    private const string LightModel = "edge-light";
    private const string MeterModel = "edge-meter";

    public static Command Create()
    {
        var output = new Option<string>("--output", "-o") { HelpName = "DIR", Description = "Folder for what is made.", DefaultValueFactory = _ => DefaultFolder };
        var verb = new Verb("quickstart", "The whole journey on a shipped clip: tokens, library, speech, report.",
            "q3edge quickstart", "q3edge quickstart -o try/") { output };
        verb.SetAction(parsed => Run(parsed.GetValue(output)!));
        return verb;
    }

    private static int Run(string folder)
    {
        OutputFile.CreateFolder(folder);
        var light = SpeechModel.Load(LightModel);
        var meter = SpeechModel.Load(MeterModel);

        SpeechInput input = SpeechInput.Read(Machine.QuickstartClip);
        string original = Path.Combine(folder, "original.wav");
        OutputFile.Write(original, stream => WavWriter.WritePcm16(stream, input.Clip.ToMono(), input.Clip.SampleRate));
        Step(1, "speech", original, $"{Units.Duration(input.Clip.Duration)} at {Units.Rate(input.Clip.SampleRate)}, {Units.Bytes(new FileInfo(original).Length)}");

        TokenClip clip = WorkProgress.Run("Encoding", progress => EdgeCodec.Encode(light.Edge!, input.ToMono(light.SampleRate), progress: progress));
        string tokens = Path.Combine(folder, "tokens.q3t");
        OutputFile.Write(tokens, stream => TokenFile.Write(stream, clip));
        Step(2, "tokens", tokens, $"codes [{clip.Layers} layers, {clip.Frames} frames], {Units.Bytes(new FileInfo(tokens).Length)}, {Units.BitRate(Tokens.BitRate(clip))}");

        using SpeechDecoder decoder = Library(light, Path.Combine(folder, "library"));
        Comparison comparison = Comparison.Make(input, light, light, clip, decoder);
        string speech = Path.Combine(folder, "decoded.wav");
        WriteSpeech(4, light, comparison.Decoded, speech);

        // The float engine where the library could not be built: the missing compiler was told already.
        using var meterDecoder = SpeechDecoder.Open(meter, new EngineRequest(comparison.Decoded.Engine));
        WriteSpeech(5, meter, meterDecoder.Decode(clip, tokens), Path.Combine(folder, "decoded-meter.wav"));

        string page = Path.Combine(folder, "compare.html");
        OutputFile.Write(page, stream => stream.Write(ComparePage.Render(comparison)));
        Step(6, "report", page, $"STOI {comparison.Quality.Stoi:0.000}, pitch {comparison.Quality.PitchMedianCents:0.0} cents off, {Units.Bytes(new FileInfo(page).Length)}");
        Hints(speech, page);
        return 0;
    }

    private static SpeechDecoder Library(SpeechModel model, string folder)
    {
        try
        {
            BuildResult build = LibraryBuilder.Build(model.Edge!, folder);
            Step(3, "library", build.LibraryPath, $"{Units.Bytes(new FileInfo(build.LibraryPath).Length)}, INT8, C source beside it, verified: CRC {build.ConformanceCrc:x8}");
            return SpeechDecoder.OfLibrary(model, build.LibraryPath);
        }
        catch (CompilerNotFoundException e)
        {
            Failure.Warn($"{e.Message} Going on in float.");
            Step(3, "library", "-", "left out, there is no C compiler");
            return SpeechDecoder.Open(model, new EngineRequest(Engines.Float));
        }
    }

    private static void WriteSpeech(int step, SpeechModel model, DecodedSpeech speech, string path)
    {
        OutputFile.Write(path, stream => WavWriter.WritePcm16(stream, speech.Samples, speech.Rate));
        Step(step, model.Name, path, $"{Units.Rate(speech.Rate)}, {speech.Engine}, real-time factor {speech.RealTimeFactor:0.0000} ({1 / speech.RealTimeFactor:0} times faster than speech)");
    }

    private static void Step(int number, string what, string path, string detail)
    {
        Console.WriteLine($"{number}. {what,-10} {path}");
        Console.WriteLine($"   {"",-10} {detail}");
    }

    private static void Hints(string speech, string page)
    {
        Console.WriteLine();
        Console.WriteLine($"Hear it:  {(OnPath("aplay") ? "aplay " : "")}{Path.GetFullPath(speech)}");
        Console.WriteLine($"See it:   {(OnPath("xdg-open") ? "xdg-open " : "")}{Path.GetFullPath(page)}");
        Console.WriteLine("Next:     q3edge encode YOUR.wav -o your.q3t, then q3edge decode your.q3t -o back.wav");
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
}
