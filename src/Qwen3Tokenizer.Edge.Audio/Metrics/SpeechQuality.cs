namespace Qwen3Tokenizer.Edge.Audio.Metrics;

/// <summary>How near a reconstruction is to its original; a figure is null where the clip is too short or too quiet for it.</summary>
/// <param name="Stoi">Intelligibility (<see cref="Metrics.Stoi"/>), near 1 for identical signals.</param>
/// <param name="Estoi">Its extended form.</param>
/// <param name="LogSpectralDistanceDb">Log-spectral distance (<see cref="LogSpectralDistance"/>), dB.</param>
/// <param name="MelDistance">Mean absolute difference of log mel magnitudes (<see cref="Metrics.MelDistance"/>), nepers.</param>
/// <param name="SiSdrDb">Scale-invariant signal-to-distortion ratio, dB; says nothing of a codec that does not keep phase.</param>
/// <param name="PitchMedianCents">Median pitch error over frames voiced in both, cents.</param>
/// <param name="PitchGrossErrorRate">Share (0 to 1) of these frames that are off by more than 200 cents.</param>
/// <param name="VoicingErrorRate">Share (0 to 1) of all frames that are voiced in only one of the two.</param>
public sealed record SpeechQuality(
    double? Stoi, double? Estoi, double? LogSpectralDistanceDb, double? MelDistance, double? SiSdrDb, double? PitchMedianCents, double? PitchGrossErrorRate,
    double? VoicingErrorRate)
{
    /// <summary>Measures two signals.</summary>
    /// <param name="original">Original.</param>
    /// <param name="decoded">Reconstruction of the same length, aligned in time.</param>
    /// <param name="rate">Samples per second of both.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static SpeechQuality Measure(ReadOnlySpan<float> original, ReadOnlySpan<float> decoded, int rate)
    {
        PitchError pitch = PitchError.Compare(PitchTracker.Track(original, rate), PitchTracker.Track(decoded, rate));
        return new SpeechQuality(
            Finite(Metrics.Stoi.Compute(original, decoded, rate)),
            Finite(Metrics.Stoi.ComputeExtended(original, decoded, rate)),
            Finite(LogSpectralDistance.Compute(original, decoded, rate)),
            Finite(Metrics.MelDistance.Compute(original, decoded, rate)),
            Finite(SiSdr.Compute(original, decoded, rate)),
            Finite(pitch.MedianCents),
            Finite(pitch.GrossErrorRate),
            Finite(pitch.VoicingErrorRate));
    }

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
