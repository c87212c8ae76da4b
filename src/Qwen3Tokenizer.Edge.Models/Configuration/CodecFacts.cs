namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>What whoever handles tokens needs to know of a model, edge or full-size.</summary>
/// <param name="Name">Name for messages.</param>
/// <param name="Path">The configuration file.</param>
/// <param name="Space">The token space that it reads, and writes if it encodes.</param>
/// <param name="Rate">Frames a second, at the rate of its own audio.</param>
/// <param name="Layers">Layers.</param>
/// <param name="MinLayers">Fewest layers that its decoder takes.</param>
/// <param name="CodebookSize">Entries of a codebook.</param>
/// <param name="BitsPerCode">Bits that a code needs.</param>
/// <param name="Delay">Samples at <paramref name="Rate"/>'s sample rate by which decoded audio lags behind the original.</param>
/// <param name="CanEncode">Whether it makes tokens.</param>
/// <param name="TokensFrom">The model whose encoder makes its tokens; null if it has its own.</param>
public sealed record CodecFacts(
    string Name, string Path, TokenSpace Space, FrameRate Rate, int Layers, int MinLayers, int CodebookSize, int BitsPerCode, int Delay, bool CanEncode, string? TokensFrom);
