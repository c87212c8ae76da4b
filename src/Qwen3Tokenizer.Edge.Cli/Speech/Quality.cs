using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Cli.Terminal;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>How near a reconstruction is to its original; a figure is null where the clip is too short or too quiet for it.</summary>
internal sealed record Quality(
    double? Stoi, double? Estoi, double? LogSpectralDistanceDb, double? MelDistance, double? SiSdrDb, double? PitchMedianCents, double? PitchGrossErrorRate,
    double? VoicingErrorRate)
{
    /// <summary>Measures two signals of the same length and rate.</summary>
    public static Quality Measure(ReadOnlySpan<float> original, ReadOnlySpan<float> decoded, int rate)
    {
        PitchError pitch = PitchError.Compare(PitchTracker.Track(original, rate), PitchTracker.Track(decoded, rate));
        return new Quality(
            Json.Finite(Audio.Metrics.Stoi.Compute(original, decoded, rate)),
            Json.Finite(Audio.Metrics.Stoi.ComputeExtended(original, decoded, rate)),
            Json.Finite(LogSpectralDistance.Compute(original, decoded, rate)),
            Json.Finite(Audio.Metrics.MelDistance.Compute(original, decoded, rate)),
            Json.Finite(SiSdr.Compute(original, decoded, rate)),
            Json.Finite(pitch.MedianCents),
            Json.Finite(pitch.GrossErrorRate),
            Json.Finite(pitch.VoicingErrorRate));
    }
}
