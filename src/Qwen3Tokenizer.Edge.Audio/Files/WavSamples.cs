using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>Turns the bytes of a WAV data chunk into channels of float, block by block, so that memory follows the bytes present and not the size claimed.</summary>
internal static class WavSamples
{
    private const int BlockBytes = 1 << 16;

    /// <summary>Reads at most <paramref name="size"/> bytes and keeps whole frames.</summary>
    public static AudioClip Read(ByteSource source, WavFormat format, long size, string name)
    {
        long expected = Math.Min(size, source.Remaining ?? 0) / format.FrameBytes;
        var channels = new ChannelBuffer(format.Channels, expected);
        var block = new byte[BlockBytes / format.FrameBytes * format.FrameBytes];
        while (size >= format.FrameBytes)
        {
            int want = (int)Math.Min(block.Length, size - (size % format.FrameBytes));
            int got = source.Read(block.AsSpan(0, want));
            int frames = got / format.FrameBytes;
            int first = channels.Grow(frames, name);
            for (int c = 0; c < format.Channels; c++)
                Decode(block.AsSpan(0, frames * format.FrameBytes), format, c, channels.Part(c, first, frames), first, name);

            size -= got;
            if (got < want)
                break;
        }

        return channels.ToClip(format.SampleRate);
    }

    private static void Decode(ReadOnlySpan<byte> block, WavFormat format, int channel, Span<float> samples, long first, string name)
    {
        int step = format.FrameBytes, at = channel * format.SampleBytes;
        switch (format.Encoding, format.SampleBytes)
        {
            case (WavEncoding.UnsignedByte, _):
                for (int i = 0; i < samples.Length; i++, at += step)
                    samples[i] = (block[at] - 128) / 128f;

                break;
            case (WavEncoding.SignedInteger, 2):
                for (int i = 0; i < samples.Length; i++, at += step)
                    samples[i] = BinaryPrimitives.ReadInt16LittleEndian(block[at..]) / 32768f;

                break;
            case (WavEncoding.SignedInteger, 3):
                for (int i = 0; i < samples.Length; i++, at += step)
                    samples[i] = (block[at] | (block[at + 1] << 8) | ((sbyte)block[at + 2] << 16)) / 8388608f;

                break;
            case (WavEncoding.SignedInteger, _):
                for (int i = 0; i < samples.Length; i++, at += step)
                    samples[i] = BinaryPrimitives.ReadInt32LittleEndian(block[at..]) / 2147483648f;

                break;
            case (WavEncoding.Float32, _):
                for (int i = 0; i < samples.Length; i++, at += step)
                    samples[i] = BinaryPrimitives.ReadSingleLittleEndian(block[at..]);

                FiniteSamples.Check(samples, channel, first, name);
                break;
            default:
                for (int i = 0; i < samples.Length; i++, at += step)
                    samples[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(block[at..]);

                FiniteSamples.Check(samples, channel, first, name);
                break;
        }
    }
}
