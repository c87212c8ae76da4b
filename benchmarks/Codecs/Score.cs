using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Benchmarks.Codecs;

/// <summary>Figures of one codec on one clip.</summary>
/// <param name="Codec">Name.</param>
/// <param name="Clip">The clip.</param>
/// <param name="Rate">Rate of what the codec gave, Hz.</param>
/// <param name="PayloadBits">Bits.</param>
/// <param name="Figures">One value per entry of <see cref="Columns"/>.</param>
internal sealed record Score(string Codec, SpeechClip Clip, int Rate, long PayloadBits, double[] Figures)
{
    private const double Narrow = 3800;
    private const double Wide = 7900;

    /// <summary>The figures: heading and format.</summary>
    public static (string Heading, string Format)[] Columns { get; } =
    [
        ("STOI", "F3"),
        ("ESTOI", "F3"),
        ("LSD 0-3.8 kHz, dB", "F2"),
        ("LSD 0-7.9 kHz, dB", "F2"),
        ("mel 0-3.8 kHz, Np", "F3"),
        ("mel 0-8 kHz, Np", "F3"),
        ("pitch, median cents", "F1"),
        ("gross pitch errors", "P1"),
        ("voicing errors", "P1"),
    ];

    /// <summary>Runs a codec on a clip and judges the result against the original.</summary>
    /// <param name="codec">The codec.</param>
    /// <param name="clip">The clip.</param>
    /// <param name="pitch">Pitch track of the original.</param>
    public static Score Of(ISpeechCodec codec, SpeechClip clip, ReadOnlySpan<float> pitch)
    {
        const int rate = SpeechClip.Rate;
        CodedClip coded = codec.Run(clip);
        float[] x = clip.Samples, y = Alignment.Align(x, Resampler.Resample(coded.Samples, coded.Rate, rate));
        var error = PitchError.Compare(pitch, PitchTracker.Track(y, rate));
        return new Score(codec.Name, clip, coded.Rate, coded.PayloadBits,
        [
            Stoi.Compute(x, y, rate), Stoi.ComputeExtended(x, y, rate), LogSpectralDistance.Compute(x, y, rate, Narrow), LogSpectralDistance.Compute(x, y, rate, Wide),
            MelDistance.Compute(x, y, rate, Narrow), MelDistance.Compute(x, y, rate), error.MedianCents, error.GrossErrorRate, error.VoicingErrorRate,
        ]);
    }
}
