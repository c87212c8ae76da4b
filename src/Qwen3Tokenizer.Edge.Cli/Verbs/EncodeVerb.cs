using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge encode</c>: speech to .q3t token files.</summary>
internal static class EncodeVerb
{
    public static Command Create()
    {
        var inputs = new Argument<string[]>("IN") { Description = "Audio files (WAV; FLAC, OGG, MP3 with libsndfile); - for a WAV on standard input.", Arity = ArgumentArity.OneOrMore };
        Option<string> output = CommonOptions.Output("OUT", "Token file, - for standard output, or a folder (needed for several inputs).");
        Option<string> model = CommonOptions.Model();
        Option<int?> layers = CommonOptions.Layers("Layers to keep: fewer make smaller files (default: all that the model decodes).");
        Option<string?> engine = CommonOptions.Engine("float, the only engine that encodes.");
        Option<bool> json = CommonOptions.Json();
        var verb = new Verb("encode", "Encode speech to token files (.q3t).",
            "q3edge encode voice.wav -o voice.q3t",
            "q3edge encode voice.flac -o small.q3t --layers 8",
            "q3edge encode calls/*.wav -o tokens/",
            "arecord -d 5 -f S16_LE -r 16000 | q3edge encode - -o voice.q3t")
        {
            inputs, output, model, layers, engine, json,
        };
        verb.SetAction(parsed =>
        {
            Engines.RequireEncoder(parsed.GetValue(engine));
            var target = EdgeModel.Load(parsed.GetValue(model)!);
            EdgeModel encoder = ModelChoice.EncoderOf(target);
            ModelChoice.RequireLayers(parsed.GetValue(layers), target, encoder.Config.NumQuantizers);
            var work = new EncodeBatch(encoder, target, parsed.GetValue(layers) ?? target.Config.NumQuantizers);
            return work.Run(parsed.GetValue(inputs)!, parsed.GetValue(output)!, parsed.GetValue(json));
        });
        return verb;
    }
}
