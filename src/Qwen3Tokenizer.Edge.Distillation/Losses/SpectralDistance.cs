using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Distillation.Losses;

/// <summary>
/// Spectral distance d of the shipped codec (SPEC.md of the edge model, section 8) between sequences of one length: linear and log magnitudes and log mel bands at several windows.
/// Every term is a mean over one sequence, so that the batch's value is the mean of its sequences' values, and threads may share the sequences out.
/// An instance is immutable and may be shared; <see cref="EnergyDistance"/> computes with it.
/// </summary>
public sealed class SpectralDistance
{
    private readonly ScaleDistance[] _scales;

    /// <summary>Prepares distances at several scales.</summary>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="scales">At least one, such as <see cref="SpectralScale.Defaults"/>.</param>
    /// <param name="samples">Length of the sequences: at least the longest window.</param>
    /// <exception cref="ArgumentException">A scale is impossible or does not fit the sequences.</exception>
    public SpectralDistance(int sampleRate, IReadOnlyList<SpectralScale> scales, int samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        if (scales.Count == 0)
        {
            throw new ArgumentException("A spectral distance needs at least one scale.", nameof(scales));
        }

        foreach (SpectralScale scale in scales)
        {
            bool weights = scale.Linear is >= 0 and < double.PositiveInfinity && scale.Log is >= 0 and < double.PositiveInfinity && scale.Mel is >= 0 and < double.PositiveInfinity;
            if (!LaneFft.IsSupported(scale.Window) || scale.Window is < 16 or > 1 << 16 || scale.Hop < 1 || scale.MelBands < 0 || scale.MelBands > scale.Window || !weights)
            {
                throw new ArgumentException($"{scale} is impossible: a window of 16 to 65536 that is even and has no prime factor above 5, a hop of at least 1, 0 to {scale.Window} bands and weights of at least 0 were expected.", nameof(scales));
            }

            if (scale.Window > samples)
            {
                throw new ArgumentException($"A window of {scale.Window} samples does not fit sequences of {samples}.", nameof(samples));
            }
        }

        Samples = samples;
        _scales = [.. scales.Select(scale => new ScaleDistance(scale, sampleRate, samples))];
    }

    /// <summary>Length of the sequences.</summary>
    public int Samples { get; }

    internal ReadOnlySpan<ScaleDistance> Scales => _scales;
}
