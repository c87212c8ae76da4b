namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>The loss of a batch, or of a share of it, and what it consists of.</summary>
/// <param name="Total">What is minimised.</param>
/// <param name="Energy">Energy distance of two draws from the target.</param>
/// <param name="Distance">Mean spectral distance of the draws from the target.</param>
/// <param name="Octaves">Mean pitch error of voiced rows.</param>
/// <param name="VoicingEntropy">Cross-entropy of the voicing, nats.</param>
/// <param name="VoicingAgreement">Share of rows whose voicing is right.</param>
/// <param name="Commitment">Distance of the latent from its quantized form.</param>
/// <param name="CodeBits">Mean cross-entropy of a teacher's code, bits.</param>
/// <param name="CodeAgreement">Share of a teacher's codes that are the likeliest ones.</param>
public readonly record struct LossParts(double Total, double Energy, double Distance, double Octaves, double VoicingEntropy, double VoicingAgreement, double Commitment, double CodeBits = 0, double CodeAgreement = 0)
{
    /// <summary>Sum of two shares.</summary>
    public static LossParts operator +(LossParts a, LossParts b) => Add(a, b);

    /// <summary>Every part times a factor.</summary>
    public static LossParts operator *(LossParts a, double factor) => Multiply(a, factor);

    /// <summary>Sum of two shares.</summary>
    public static LossParts Add(LossParts left, LossParts right) => new(
        left.Total + right.Total,
        left.Energy + right.Energy,
        left.Distance + right.Distance,
        left.Octaves + right.Octaves,
        left.VoicingEntropy + right.VoicingEntropy,
        left.VoicingAgreement + right.VoicingAgreement,
        left.Commitment + right.Commitment,
        left.CodeBits + right.CodeBits,
        left.CodeAgreement + right.CodeAgreement);

    /// <summary>Every part times a factor.</summary>
    public static LossParts Multiply(LossParts parts, double factor) => new(
        parts.Total * factor, parts.Energy * factor, parts.Distance * factor, parts.Octaves * factor, parts.VoicingEntropy * factor, parts.VoicingAgreement * factor, parts.Commitment * factor,
        parts.CodeBits * factor, parts.CodeAgreement * factor);
}
