using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>What a descriptor tells of a model beyond its program.</summary>
public sealed record ModelDescription(
    string Name, int SampleRate, int FrameSamples, int HopSamples, int DelaySamples, int MinLayers, int MaxLayers, int UsedLayers, int CodebookSize, TokenSpace Space)
{
    /// <summary>The description of an edge model's decoder. A stream may carry every layer of the token space; those that the decoder does not read are checked and ignored.</summary>
    public static ModelDescription Of(EdgeModel model, int spaceLayers) => new(
        model.Name,
        model.Config.SampleRate,
        model.Config.SamplesPerToken,
        model.Config.Decoder.Hop,
        model.Config.DelaySamples,
        model.MinLayers,
        Math.Max(model.Config.NumQuantizers, spaceLayers),
        model.Config.NumQuantizers,
        model.Config.CodebookSize,
        model.Config.Space);
}
