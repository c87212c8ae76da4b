using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Benchmarks.Codecs;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>A figure: name in JSON, heading, format, and what its values are multiplied with for the tables.</summary>
internal sealed record Figure(string Name, string Heading, string Format, double Scale = 1);

/// <summary>Figures of one system on one clip, all at 16 kHz against the original, after <see cref="Alignment"/>.</summary>
internal static class Figures
{
    private const double Narrow = 3800;
    private const double Wide = 7900;

    /// <summary>The figures in the order of <see cref="Of"/>.</summary>
    public static IReadOnlyList<Figure> All { get; } =
    [
        new("stoi", "STOI", "F3"),
        new("lsd_narrow_db", "LSD 0-3.8 kHz, dB", "F2"),
        new("lsd_wide_db", "LSD 0-7.9 kHz, dB", "F2"),
        new("pitch_cents", "pitch, median cents", "F1"),
        new("pitch_gross", "off by > 200 cents, %", "F1", 100),
        new("voicing_errors", "voicing errors, %", "F1", 100),
        new("dnsmos_ovrl", "DNSMOS overall", "F2"),
    ];

    /// <summary>Judges what a system made of a clip; NaN for a figure that the clip does not have.</summary>
    /// <param name="original">The clip.</param>
    /// <param name="pitch">Its pitch track.</param>
    /// <param name="coded">What came out.</param>
    /// <param name="dnsmos">The predictor, or null.</param>
    public static double[] Of(Speech original, float[] pitch, CodedClip coded, Dnsmos? dnsmos)
    {
        const int rate = Speech.Rate;
        float[] x = original.Samples, y = Alignment.Align(x, Resampler.Resample(coded.Samples, coded.Rate, rate));
        var error = PitchError.Compare(pitch, PitchTracker.Track(y, rate));
        return
        [
            Stoi.Compute(x, y, rate), LogSpectralDistance.Compute(x, y, rate, Narrow), LogSpectralDistance.Compute(x, y, rate, Wide),
            error.MedianCents, error.GrossErrorRate, error.VoicingErrorRate, dnsmos?.Overall(y) ?? double.NaN,
        ];
    }
}
