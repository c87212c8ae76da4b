using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Benchmarks.Codecs;

/// <summary>Codec2 (c2enc, c2dec) at 8 kHz.</summary>
/// <param name="folder">Folder for files.</param>
/// <param name="mode">700C, 1200, 1300 or 3200.</param>
internal sealed class Codec2(string folder, string mode) : ToolCodec(folder, "codec2")
{
    /// <summary>Rate at which it works, Hz.</summary>
    public const int Rate = 8000;

    // Samples and bits of a frame, and the bytes that c2enc writes for it.
    private readonly (int Samples, int Bits, int Bytes) _frame = mode switch
    {
        "700C" => (320, 28, 4),
        "1200" => (320, 48, 6),
        "1300" => (320, 52, 7),
        "3200" => (160, 64, 8),
        _ => throw new ArgumentException($"Codec2 mode {mode} is unknown.", nameof(mode)),
    };

    /// <inheritdoc/>
    public override string Name => $"Codec2 {mode}";

    /// <inheritdoc/>
    public override CodedClip Run(SpeechClip clip) => Run(Resampler.Resample(clip.Samples, SpeechClip.Rate, Rate));

    /// <summary>Codes and decodes samples at <see cref="Rate"/>.</summary>
    public CodedClip Run(float[] samples)
    {
        // c2enc drops an unfinished frame, and the decoder lags: two frames of silence behind the clip keep its end.
        int frames = ((samples.Length + _frame.Samples - 1) / _frame.Samples) + 2;
        Array.Resize(ref samples, frames * _frame.Samples);
        (string raw, string bits, string decoded) = (FileOf("c2.raw"), FileOf("c2.bits"), FileOf("c2.out"));
        WriteRaw(raw, samples);
        Tool("c2enc", mode, raw, bits);
        Tool("c2dec", mode, bits, decoded);
        long bytes = new FileInfo(bits).Length;
        return bytes == (long)frames * _frame.Bytes
            ? new CodedClip(ReadRaw(decoded), Rate, (long)frames * _frame.Bits)
            : throw new BuildException($"c2enc {mode} wrote {bytes} bytes for {frames} frames; {_frame.Bytes} a frame were expected.");
    }
}
