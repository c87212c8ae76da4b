using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge encode</c>: speech to .q3t token files, or to the code files of other programs.</summary>
internal static class EncodeVerb
{
    public static Command Create()
    {
        var inputs = new Argument<string[]>("IN") { Description = "Audio files (WAV; FLAC, OGG, MP3 with libsndfile); - for a WAV on standard input.", Arity = ArgumentArity.OneOrMore };
        Option<string> output = CommonOptions.Output("OUT", $"Token file (.q3t), - for standard output, or a folder (needed for several inputs); a name ending in {CodeFile.Endings} gets the bare codes for other programs.");
        Option<string> model = CommonOptions.Model();
        Option<int?> layers = CommonOptions.Layers("Layers to keep: fewer make smaller files (default: all that the model decodes).");
        Option<string?> engine = CommonOptions.Engine(
            "float, the graph itself, whose tokens are exact (default), or native, the INT8 library, built once and kept: about 98 % of the first layer's codes are float's, fewer of the higher layers', and the decoded speech is equally good. Full-size models: ort, ONNX Runtime (default), or float.");
        Option<string> device = CommonOptions.Device();
        var window = new Option<int>("--encoder-window")
        {
            HelpName = "ROWS",
            Description = "Full-size models: how far back the encoder sees, in rows of 40 ms. Default 0: all of the past, as the reference, for up to 5 minutes; with a window (the model's configuration names 250) any length works, and the codes are not the reference's.",
        };
        Option<bool> minimal = CommonOptions.Minimal();
        Option<bool> json = CommonOptions.Json();
        var verb = new Verb("encode", "Encode speech to token files (.q3t), or to bare codes for other programs (.npy, .csv, .rvq).",
            "q3edge encode voice.wav -o voice.q3t",
            "q3edge encode voice.flac -o small.q3t --layers 8",
            "q3edge encode voice.wav -o smaller.q3t --minimal --layers 8",
            "q3edge encode calls/*.wav -o tokens/",
            "q3edge encode voice.wav -o codes.npy",
            "q3edge encode voice.wav -o voice.q3t --engine native",
            "q3edge encode voice.wav -o full.q3t --model Qwen3-TTS-Tokenizer-12Hz/ --device cuda:0",
            "arecord -d 5 -f S16_LE -r 16000 | q3edge encode - -o voice.q3t")
        {
            inputs, output, model, layers, minimal, engine, device, window, json,
        };
        verb.SetAction(parsed =>
        {
            (string[] files, string file, bool asJson) = (parsed.GetValue(inputs)!, parsed.GetValue(output)!, parsed.GetValue(json));
            var request = new EngineRequest(parsed.GetValue(engine), parsed.GetValue(device)!, parsed.GetValue(window));
            using var target = SpeechModel.Load(parsed.GetValue(model)!);
            SpeechModel source = ModelChoice.EncoderOf(target);
            request.RequireEncoder(source, parsed.GetValue(minimal));
            ModelChoice.RequireLayers(parsed.GetValue(layers), target, source.Facts.Layers);
            EncodeBatch.Check(files, file, asJson);
            using var encoder = SpeechEncoder.Open(source, request, parsed.GetValue(minimal));
            return new EncodeBatch(encoder, target, parsed.GetValue(layers) ?? target.Facts.Layers).Run(files, file, asJson);
        });
        return verb;
    }
}
