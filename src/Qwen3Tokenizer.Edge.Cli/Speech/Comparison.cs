using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Cli.Terminal;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>One clip and its reconstruction, with everything that a report says about them.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="Model">The model that decoded.</param>
/// <param name="Encoder">The model that encoded.</param>
/// <param name="Clip">The tokens.</param>
/// <param name="Original">The input, mono, at the decoder's rate.</param>
/// <param name="Decoded">The reconstruction, as long as the original.</param>
/// <param name="OriginalBytes">Bytes of the input file.</param>
/// <param name="TokenBytes">Bytes of the .q3t file.</param>
/// <param name="Quality">Quality figures.</param>
/// <param name="Bands">Level per third-octave band.</param>
internal sealed record Comparison(
    string Name, SpeechModel Model, SpeechModel Encoder, TokenClip Clip, float[] Original, DecodedSpeech Decoded, long OriginalBytes, long TokenBytes,
    SpeechQuality Quality, BandLevel[] Bands)
{
    /// <summary>Samples per second of both signals.</summary>
    public int Rate => Decoded.Rate;

    /// <summary>Length in seconds.</summary>
    public double Seconds => (double)Original.Length / Rate;

    /// <summary>Whether the tokens are minimal ones.</summary>
    public bool Minimal => Encoder.IsMinimal(Clip);

    /// <summary>Share of the input file's bytes that the tokens save, 0 to 1; negative when the input was smaller.</summary>
    public double SizeReduction => 1 - ((double)TokenBytes / OriginalBytes);

    /// <summary>Decodes tokens and compares them with the input that they came from.</summary>
    public static Comparison Make(SpeechInput input, SpeechModel encoder, SpeechModel model, TokenClip clip, SpeechDecoder decoder)
    {
        DecodedSpeech decoded = decoder.Decode(clip, input.Name);
        float[] original = input.ToMono(decoded.Rate);
        // Resampling twice can round the length differently by a sample.
        float[] samples = decoded.Samples;
        Array.Resize(ref samples, original.Length);
        decoded = decoded with { Samples = samples };
        SpeechQuality quality = WorkProgress.Run($"Measuring {input.Name}", _ => SpeechQuality.Measure(original, samples, decoded.Rate));
        return new Comparison(input.Name, model, encoder, clip, original, decoded, input.FileBytes, Tokens.ToBytes(clip).Length,
            quality, BandLevels.Compute(original, samples, decoded.Rate));
    }
}
