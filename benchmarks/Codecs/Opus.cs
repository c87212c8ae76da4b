using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Benchmarks.Codecs;

/// <summary>Opus (opusenc, opusdec) at 6 kbit/s, its lowest bit rate, in packets of 60 ms.</summary>
/// <param name="folder">Folder for files.</param>
internal sealed class Opus(string folder) : ToolCodec(folder, "opus-tools")
{
    /// <inheritdoc/>
    public override string Name => "Opus 6 kbit/s";

    /// <inheritdoc/>
    public override CodedClip Run(SpeechClip clip)
    {
        (string coded, string decoded) = (FileOf("opus.opus"), FileOf("opus.wav"));
        Tool("opusenc", "--quiet", "--bitrate", "6", "--framesize", "60", clip.Path, coded);
        Tool("opusdec", "--quiet", "--rate", "16000", coded, decoded);
        AudioClip audio = AudioFile.Read(decoded);
        return new CodedClip(audio.ToMono(), audio.SampleRate, 8 * OggPackets.PayloadBytes(File.ReadAllBytes(coded)));
    }
}
