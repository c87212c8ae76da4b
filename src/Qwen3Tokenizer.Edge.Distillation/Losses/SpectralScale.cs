namespace Qwen3Tokenizer.Edge.Distillation.Losses;

/// <summary>One resolution of a <see cref="SpectralDistance"/>, with the weights of its parts.</summary>
/// <param name="Window">Samples of the Hann window and of the transform: even, 16 to 2^16, without a prime factor above 5.</param>
/// <param name="Hop">Samples from frame to frame, at least 1.</param>
/// <param name="MelBands">Bands of the mel part, 0 for none.</param>
/// <param name="Linear">Weight of the magnitudes' mean distance, relative to the target's mean magnitude.</param>
/// <param name="Log">Weight of the log magnitudes' mean distance, in which a bin of frequency f counts in proportion to 1 / (1 + f / 700 Hz).</param>
/// <param name="Mel">Weight of the log mel bands' mean distance.</param>
public sealed record SpectralScale(int Window, int Hop, int MelBands, double Linear, double Log, double Mel)
{
    /// <summary>
    /// The three scales that the shipped codec was trained with (SPEC.md of the edge model, section 8): 128, 64 and 25 ms; 80 and 40 mel bands in the shorter two, 64 and 32 below 16 kHz.
    /// </summary>
    /// <param name="sampleRate">Samples per second, such as 16000 or 8000.</param>
    /// <exception cref="ArgumentOutOfRangeException">The windows are no whole numbers of samples.</exception>
    public static IReadOnlyList<SpectralScale> Defaults(int sampleRate)
    {
        if (sampleRate < 4000 || sampleRate % 2000 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(sampleRate), sampleRate, "The rate must be a multiple of 2000 Hz, at least 4000 Hz.");
        }

        int unit = sampleRate / 1000, bands = sampleRate >= 16000 ? 80 : 64;
        return
        [
            new SpectralScale(128 * unit, 40 * unit, 0, 0.5, 0.35, 1),
            new SpectralScale(64 * unit, 16 * unit, bands, 0.5, 0.35, 1),
            new SpectralScale(25 * unit, 15 * unit / 2, bands / 2, 0.5, 0.15, 1),
        ];
    }
}
