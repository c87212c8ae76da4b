using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary>Options that several verbs have, with one name and one text.</summary>
internal static class CommonOptions
{
    private static readonly string ModelKinds = $"Built-in model ({string.Join(", ", BuiltInModels.Names)}), an edge model's .json or .safetensors file, or a Qwen3-TTS-Tokenizer-12Hz folder";

    public static Option<string> Model() => new("--model", "-m")
    {
        HelpName = "M",
        Description = $"{ModelKinds}.",
        DefaultValueFactory = _ => BuiltInModels.Default,
    };

    /// <summary>The model of a verb to which tokens say which one it is.</summary>
    public static Option<string?> ModelOfTokens() => new("--model", "-m")
    {
        HelpName = "M",
        Description = $"{ModelKinds} (default: the built-in model that made the tokens; {BuiltInModels.Default} for bare codes).",
    };

    public static Option<int?> Layers(string what) => new("--layers", "-l") { HelpName = "N", Description = what };

    public static Option<string?> Engine(string what) => new("--engine", "-e") { HelpName = "E", Description = what };

    public static Option<string> Device() => new("--device", "-d")
    {
        HelpName = "D",
        Description = "Where a full-size model runs: auto (the GPU when it works, else the CPU), cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => EngineRequest.AnyDevice,
    };

    public static Option<bool> Minimal() => new("--minimal")
    {
        Description = "Minimal mode: only 512 of the 2048 entries of every codebook are used, 9 bits a code instead of 11 in a token file.",
    };

    public static Option<int?> FileLayers() => new("--file-layers")
    {
        HelpName = "N",
        Description = "Layers that a .rvq file was written with, which it does not say itself (default: all of the model's token space).",
    };

    public static Option<bool> Json() => new("--json") { Description = "Print the result as JSON." };

    public static Option<string> Output(string helpName, string what) => new("--output", "-o") { HelpName = helpName, Description = what, Required = true };
}
