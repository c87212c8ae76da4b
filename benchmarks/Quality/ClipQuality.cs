namespace Qwen3Tokenizer.Edge.Benchmarks.Quality;

/// <summary>Float and INT8 decoder on the float tokens of one clip, INT8 encoder and decoder together, and the INT8 encoder's tokens.</summary>
/// <param name="Clip">File name.</param>
/// <param name="Seconds">Length.</param>
/// <param name="FloatStoi">STOI of float's output against the original.</param>
/// <param name="Int8Stoi">STOI of INT8's.</param>
/// <param name="FloatLsd">Log-spectral distance of float's output from the original, dB.</param>
/// <param name="Int8Lsd">That of INT8's.</param>
/// <param name="HeadCents">Median difference of the pitch that the two decoders synthesise, cents.</param>
/// <param name="HeadVoicing">Share of hops that one decoder voices and the other does not.</param>
/// <param name="TrackedCents">Median pitch difference that a pitch tracker finds between the two outputs, cents.</param>
/// <param name="TrackedVoicing">Share of the tracker's frames whose voicing differs between the two outputs.</param>
/// <param name="NoiseCents">The tracker's difference between two float outputs that differ only in the seed of the noise: what the tracker cannot resolve.</param>
/// <param name="NoiseVoicing">The tracker's voicing differences between these two.</param>
public sealed record ClipQuality(
    string Clip, double Seconds, double FloatStoi, double Int8Stoi, double FloatLsd, double Int8Lsd, double HeadCents, double HeadVoicing, double TrackedCents, double TrackedVoicing, double NoiseCents, double NoiseVoicing)
{
    /// <summary>STOI of INT8's output for the tokens of the INT8 encoder, against the original.</summary>
    public required double ChainStoi { get; init; }

    /// <summary>Log-spectral distance of that output from the original, dB.</summary>
    public required double ChainLsd { get; init; }

    /// <summary>Tokens of the INT8 encoder that are the float encoder's.</summary>
    public required TokenAgreement Tokens { get; init; }
}
