using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Benchmarks.Codecs;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>How an 8 kHz signal comes to the 16 kHz of a wide-band recogniser, whose filters from 4 to 6.8 kHz then hear what the interpolation leaves there.</summary>
internal enum Receiver
{
    /// <summary>A short interpolator, <see cref="HalfBand"/>: some mirror image above 4 kHz. The main figures.</summary>
    Plain,

    /// <summary>The project's resampler: nothing above 4 kHz.</summary>
    Sharp,

    /// <summary>Zero-order hold, as a converter without a reconstruction filter plays it: the whole mirror image, falling with sin(x) / x.</summary>
    Hold,
}

/// <summary>Receivers, for every system alike.</summary>
internal static class Receivers
{
    /// <summary>A signal at 16 kHz.</summary>
    public static float[] At16Khz(this Receiver receiver, CodedClip clip)
    {
        if (clip.Rate != Codec2.Rate)
        {
            return Resampler.Resample(clip.Samples, clip.Rate, Speech.Rate);
        }

        return receiver switch
        {
            Receiver.Plain => HalfBand.Up(clip.Samples),
            Receiver.Sharp => Resampler.Resample(clip.Samples, clip.Rate, Speech.Rate),
            _ => [.. clip.Samples.SelectMany(s => (float[])[s, s])],
        };
    }
}
