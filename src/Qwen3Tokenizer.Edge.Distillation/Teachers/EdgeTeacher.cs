using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Teachers;

/// <summary>An edge codec with an encoder as teacher, on our own engine.</summary>
public sealed class EdgeTeacher : ITeacher
{
    private readonly EdgeModel _model;

    /// <summary>Loads a teacher.</summary>
    /// <param name="nameOrPath">A built-in name or the path of a model's .json file.</param>
    /// <exception cref="ModelFormatException">There is no such model, or it has no encoder.</exception>
    public EdgeTeacher(string nameOrPath)
    {
        _model = EdgeModel.Load(nameOrPath);
        if (_model.Encoder is null)
        {
            throw new ModelFormatException($"{nameOrPath}: has no encoder, so that it cannot be a teacher; its tokens come from '{_model.Config.TokensFrom}'.");
        }
    }

    /// <summary>The model.</summary>
    public EdgeModel Model => _model;

    /// <inheritdoc/>
    public CodecFacts Facts => _model.Config.Facts;

    /// <inheritdoc/>
    public string Hash => Convert.ToHexStringLower(_model.WeightsHash);

    /// <inheritdoc/>
    public IReadOnlyList<CodebookGroup> Codebooks
    {
        get
        {
            QuantizerConfig quantizer = _model.Config.Quantizer!;
            return [new CodebookGroup(quantizer.NumQuantizers, quantizer.CodebookSize, quantizer.Dim, _model.Encoder!.Nodes.OfType<QuantizeNode>().Single().Codebooks)];
        }
    }

    /// <inheritdoc/>
    public ushort[] Encode(ReadOnlySpan<float> samples) => EdgeCodec.Encode(_model, samples, matMul: OpenBlas.Fastest).Codes.ToArray();

    /// <inheritdoc/>
    public float[] Decode(ReadOnlySpan<ushort> codes)
    {
        CodecFacts facts = Facts;
        long samples = (long)codes.Length / facts.Layers * facts.Rate.SamplesPerFrame;
        return EdgeCodec.Decode(_model, new TokenClip(facts.Space, facts.Layers, facts.BitsPerCode, facts.Rate, codes, Math.Max(0, samples - facts.Delay), facts.Delay));
    }

    /// <summary>Nothing is held open.</summary>
    public void Dispose()
    {
    }
}
