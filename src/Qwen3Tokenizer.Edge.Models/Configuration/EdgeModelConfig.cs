using System.Numerics;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>
/// The configuration of an edge model, <c>edge-*.json</c>: every hyper-parameter that its weights need, each checked against
/// its range and against the others. Keys that this version does not know are ignored.
/// </summary>
/// <param name="Path">The configuration file's path as given.</param>
/// <param name="Model">The model's name, for example <c>edge-codec-light</c>.</param>
/// <param name="Version">Format version: 1.</param>
/// <param name="Space">The token space that the model reads (and writes, if it has an encoder).</param>
/// <param name="TokensFrom">The model whose tokens it reads, and writes if it has an encoder that learnt to; null if the tokens are those of its own codebooks.</param>
/// <param name="SampleRate">Samples a second of the audio that the model puts out (and takes, if it has an encoder).</param>
/// <param name="SamplesPerToken">Samples that one token stands for, at <paramref name="SampleRate"/>.</param>
/// <param name="TokenRate">Tokens a second: <paramref name="SampleRate"/> / <paramref name="SamplesPerToken"/>.</param>
/// <param name="NumQuantizers">Layers.</param>
/// <param name="CodebookSize">Entries of a codebook.</param>
/// <param name="DelaySamples">Samples at <paramref name="SampleRate"/> by which decoded audio lags behind the original.</param>
/// <param name="Weights">A remark on how the weights are stored.</param>
/// <param name="FrontEnd">The front-end; null for a model that only decodes.</param>
/// <param name="Encoder">The encoder; null for a model that only decodes.</param>
/// <param name="Quantizer">The quantizer; null for a model that only decodes.</param>
/// <param name="Embeddings">The decoder's own code tables; null where the decoder reads codebook vectors.</param>
/// <param name="Decoder">The decoder.</param>
public sealed record EdgeModelConfig(
    string Path, string Model, int Version, TokenSpace Space, string? TokensFrom, int SampleRate, int SamplesPerToken,
    double TokenRate, int NumQuantizers, int CodebookSize, int DelaySamples, string Weights, FrontEndConfig? FrontEnd,
    EncoderConfig? Encoder, QuantizerConfig? Quantizer, EmbeddingsConfig? Embeddings, DecoderConfig Decoder)
{
    internal const int MaxDimension = 8192;
    internal const int MaxBlocks = 64;
    internal const int MaxCodebookSize = 65536;
    internal const int MinSampleRate = 4000;
    internal const int MaxSampleRate = 192_000;

    /// <summary>Whether the model can turn speech into tokens.</summary>
    public bool CanEncode => Encoder is not null;

    /// <summary>Bits that a code needs: the least number that counts the codebook's entries.</summary>
    public int BitsPerCode => BitOperations.Log2((uint)CodebookSize - 1) + 1;

    /// <summary>The model's frame rate at its own sample rate. A token file states that of the encoding model.</summary>
    public FrameRate Rate => new(SampleRate, SamplesPerToken);

    /// <summary>Fewest layers that its decoder takes: 1 where layers are summed, all where they are concatenated.</summary>
    public int MinLayers => Embeddings?.MinLayers ?? 1;

    /// <summary>What whoever handles its tokens needs to know.</summary>
    public CodecFacts Facts => new(Model, Path, Space, Rate, NumQuantizers, MinLayers, CodebookSize, BitsPerCode, DelaySamples, CanEncode, TokensFrom);

    /// <summary>The weights' file: the configuration's path with the ending <c>.safetensors</c>.</summary>
    public string WeightsPath => System.IO.Path.ChangeExtension(Path, ".safetensors");

    /// <summary>Reads and checks a configuration file.</summary>
    /// <param name="path">An <c>edge-*.json</c> file of at most 1 MiB.</param>
    /// <exception cref="ModelFormatException">The file is not a configuration, lacks a field, or has a field whose value is out
    /// of its range or contradicts another.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static EdgeModelConfig Load(string path) => ConfigFile.Read(path, root => Read(root, path));

    /// <summary>Reads and checks the text of a configuration that no file holds yet.</summary>
    /// <param name="json">UTF-8.</param>
    /// <param name="path">The path that it has or will have: its weights lie beside it, and errors name it.</param>
    /// <exception cref="ModelFormatException">As <see cref="Load"/>.</exception>
    public static EdgeModelConfig Parse(ReadOnlyMemory<byte> json, string path)
    {
        using var stream = new MemoryStream(json.ToArray(), writable: false);
        return ConfigFile.Parse(stream, path, root => Read(root, path));
    }

    private static EdgeModelConfig Read(ConfigSection root, string path)
    {
        int version = root.Int("version", 1, 1);
        int sampleRate = root.Int("sample_rate", MinSampleRate, MaxSampleRate);
        ConfigSection decoder = root.Section("decoder") ?? throw root.Missing("decoder");
        var config = new EdgeModelConfig(
            path,
            root.Text("model"),
            version,
            root.Space("token_space"),
            root.Has("tokens_from") ? root.Text("tokens_from") : null,
            sampleRate,
            root.Int("samples_per_token", 1, FrameRate.MaxSamplesPerFrame),
            root.Number("token_rate", 0.1, 1000),
            root.Int("num_quantizers", 1, Q3tHeader.MaxLayers),
            root.Int("codebook_size", 2, MaxCodebookSize),
            root.Int("delay_samples", 0, 1_000_000),
            root.Text("weights"),
            root.Section("frontend") is { } frontEnd ? FrontEndConfig.Read(frontEnd, sampleRate) : null,
            root.Section("encoder") is { } encoder ? EncoderConfig.Read(encoder) : null,
            root.Section("quantizer") is { } quantizer ? QuantizerConfig.Read(quantizer) : null,
            root.Section("embeddings") is { } embeddings ? EmbeddingsConfig.Read(embeddings, root.Int("num_quantizers", 1, Q3tHeader.MaxLayers)) : null,
            DecoderConfig.Read(decoder));
        if (config.TokenRate * config.SamplesPerToken != config.SampleRate)
            throw root.Contradiction("token_rate", $"is not sample_rate / samples_per_token = {sampleRate} / {config.SamplesPerToken}");
        config.CheckEncoder(root);
        config.CheckDecoder(root, decoder);
        return config;
    }

    private void CheckEncoder(ConfigSection root)
    {
        if (Encoder is null)
        {
            if (TokensFrom is null)
                throw root.Missing("tokens_from");
            return;
        }
        FrontEndConfig frontEnd = FrontEnd ?? throw root.Missing("frontend");
        QuantizerConfig quantizer = Quantizer ?? throw root.Missing("quantizer");
        if (frontEnd.Hop * Encoder.Downsample != SamplesPerToken)
            throw root.Contradiction("samples_per_token", $"is not frontend.hop {frontEnd.Hop} * encoder.downsample {Encoder.Downsample}");
        if (quantizer.Dim != Encoder.LatentDim)
            throw root.Section("quantizer")!.Contradiction("dim", $"differs from encoder.latent_dim {Encoder.LatentDim}");
        if (quantizer.NumQuantizers != NumQuantizers)
            throw root.Section("quantizer")!.Contradiction("num_quantizers", $"differs from num_quantizers {NumQuantizers}");
        if (quantizer.CodebookSize != CodebookSize)
            throw root.Section("quantizer")!.Contradiction("codebook_size", $"differs from codebook_size {CodebookSize}");
    }

    private void CheckDecoder(ConfigSection root, ConfigSection decoder)
    {
        if (Decoder.SampleRate != SampleRate)
            throw decoder.Contradiction("sample_rate", $"differs from sample_rate {SampleRate}");
        if (Decoder.Hop * Decoder.Upsample != SamplesPerToken)
            throw decoder.Contradiction("hop", $"times upsample {Decoder.Upsample} is not samples_per_token {SamplesPerToken}");
        if (Decoder.NumQuantizers != NumQuantizers)
            throw decoder.Contradiction("num_quantizers", $"differs from num_quantizers {NumQuantizers}");
        int? inputDim = Embeddings is not null ? Embeddings.Dim * NumQuantizers : Quantizer?.Dim;
        if (inputDim is null)
            throw root.Missing("embeddings");
        if (Decoder.InputDim != inputDim)
            throw decoder.Contradiction("input_dim", $"is not the {inputDim} that {(Embeddings is null ? "quantizer.dim" : "embeddings.dim * num_quantizers")} give");
    }
}
