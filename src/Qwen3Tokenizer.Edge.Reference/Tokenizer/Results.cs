namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>Tokens of one clip or of a batch.</summary>
/// <param name="AudioCodes">
/// One clip of tokens per input, in their order. <c>AudioCodes[i].Codes</c> are its codes, frame-major [frames, layers]; <c>TokenFile.Write</c> stores it as <c>.q3t</c>.
/// </param>
public sealed record EncodedAudio(IReadOnlyList<TokenClip> AudioCodes);

/// <summary>Speech of one clip or of a batch.</summary>
/// <param name="Waves">One array of mono samples per input, in their order; full scale is +-1.</param>
/// <param name="SampleRate">Samples a second.</param>
public sealed record DecodedAudio(IReadOnlyList<float[]> Waves, int SampleRate);
