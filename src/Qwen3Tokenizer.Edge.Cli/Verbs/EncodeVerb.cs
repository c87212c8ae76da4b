using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Models.Families;

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
            "float, the graph itself, whose tokens are exact (default), or native, the INT8 library, built once and kept: about 98 % of the first layer's codes are float's, fewer of the higher layers', and the decoded speech is equally good.");
        Option<bool> minimal = CommonOptions.Minimal();
        Option<bool> json = CommonOptions.Json();
        var verb = new Verb("encode", "Encode speech to token files (.q3t), or to bare codes for other programs (.npy, .csv, .rvq).",
            "q3edge encode voice.wav -o voice.q3t",
            "q3edge encode voice.flac -o small.q3t --layers 8",
            "q3edge encode voice.wav -o smaller.q3t --minimal --layers 8",
            "q3edge encode calls/*.wav -o tokens/",
            "q3edge encode voice.wav -o codes.npy",
            "q3edge encode voice.wav -o voice.q3t --engine native",
            "arecord -d 5 -f S16_LE -r 16000 | q3edge encode - -o voice.q3t")
        {
            inputs, output, model, layers, minimal, engine, json,
        };
        verb.SetAction(parsed =>
        {
            (string[] files, string file, string? asked, bool asJson) = (parsed.GetValue(inputs)!, parsed.GetValue(output)!, parsed.GetValue(engine), parsed.GetValue(json));
            bool asMinimal = parsed.GetValue(minimal);
            Engines.RequireEncoder(asked, asMinimal);
            var target = EdgeModel.Load(parsed.GetValue(model)!);
            EdgeModel source = ModelChoice.EncoderOf(target);
            ModelChoice.RequireLayers(parsed.GetValue(layers), target, source.Config.NumQuantizers);
            EncodeBatch.Check(files, file, asJson);
            using var encoder = SpeechEncoder.Open(source, asked, asMinimal);
            return new EncodeBatch(encoder, target, parsed.GetValue(layers) ?? target.Config.NumQuantizers).Run(files, file, asJson);
        });
        return verb;
    }
}
