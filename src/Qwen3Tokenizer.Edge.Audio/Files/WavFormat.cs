using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>The validated <c>fmt </c> chunk of a WAV file (Microsoft, "Multiple channel audio data and WAVE files").</summary>
/// <param name="Encoding">How a sample is stored.</param>
/// <param name="Channels">1 to 64.</param>
/// <param name="SampleRate">1000 to 1000000.</param>
/// <param name="SampleBytes">Bytes per sample of one channel.</param>
internal readonly record struct WavFormat(WavEncoding Encoding, int Channels, int SampleRate, int SampleBytes)
{
    public const int MaxChannels = 64;
    public const int MinRate = 1000;
    public const int MaxRate = 1_000_000;
    private const ushort TagPcm = 1, TagFloat = 3, TagExtensible = 0xFFFE;

    public int FrameBytes => Channels * SampleBytes;

    // The 14 bytes after the tag in the sub-format GUID xxxxxxxx-0000-0010-8000-00AA00389B71.
    private static ReadOnlySpan<byte> SubFormatTail => [0x00, 0x00, 0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71];

    /// <summary>Parses and checks the chunk's content.</summary>
    /// <param name="chunk">The bytes present, at most 40 of them matter.</param>
    /// <param name="name">File name for messages.</param>
    public static WavFormat Parse(ReadOnlySpan<byte> chunk, string name)
    {
        if (chunk.Length < 16)
            throw new AudioFormatException($"{name}: the fmt chunk has {chunk.Length} bytes, at least 16 are needed.");

        ushort tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
        uint rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
        int align = BinaryPrimitives.ReadUInt16LittleEndian(chunk[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
        if (tag == TagExtensible)
        {
            if (chunk.Length < 40)
                throw new AudioFormatException($"{name}: the extensible fmt chunk has {chunk.Length} bytes, at least 40 are needed.");

            tag = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);
            if (!chunk.Slice(26, 14).SequenceEqual(SubFormatTail))
                throw new AudioFormatException($"{name}: the sub-format GUID {new Guid(chunk.Slice(24, 16))} is not PCM or float.");
        }

        if (channels is < 1 or > MaxChannels)
            throw new AudioFormatException($"{name}: the fmt chunk says {channels} channels, 1 to {MaxChannels} can be read.");

        if (rate is < MinRate or > MaxRate)
            throw new AudioFormatException($"{name}: the fmt chunk says a sample rate of {rate} Hz, {MinRate} to {MaxRate} can be read.");

        WavEncoding encoding = EncodingOf(tag, bits, name);
        int bytes = (bits + 7) / 8;
        if (align != channels * bytes)
            throw new AudioFormatException($"{name}: the fmt chunk says {align} bytes per frame, but {channels} channels of {bits} bits make {channels * bytes}.");

        return new WavFormat(encoding, channels, (int)rate, bytes);
    }

    private static WavEncoding EncodingOf(ushort tag, int bits, string name) => (tag, bits) switch
    {
        (TagPcm, >= 1 and <= 8) => WavEncoding.UnsignedByte,
        (TagPcm, >= 9 and <= 32) => WavEncoding.SignedInteger,
        (TagFloat, 32) => WavEncoding.Float32,
        (TagFloat, 64) => WavEncoding.Float64,
        (TagPcm or TagFloat, _) => throw new AudioFormatException($"{name}: {(tag == TagPcm ? "PCM" : "float")} samples of {bits} bits cannot be read; PCM has 8, 16, 24 or 32, float 32 or 64."),
        _ => throw new AudioFormatException($"{name}: format tag 0x{tag:X4}{TagName(tag)} cannot be read; convert the file to PCM or float WAV."),
    };

    private static string TagName(ushort tag) => tag switch
    {
        0x0002 => " (Microsoft ADPCM)",
        0x0006 => " (A-law)",
        0x0007 => " (mu-law)",
        0x0011 => " (IMA ADPCM)",
        0x0031 => " (GSM 6.10)",
        0x0050 or 0x0055 => " (MPEG audio)",
        _ => "",
    };
}

/// <summary>How a sample of a WAV file is stored.</summary>
internal enum WavEncoding
{
    /// <summary>One byte, 128 is silence.</summary>
    UnsignedByte,

    /// <summary>Two to four bytes, two's complement, left-justified.</summary>
    SignedInteger,

    /// <summary>IEEE 754 single.</summary>
    Float32,

    /// <summary>IEEE 754 double.</summary>
    Float64,
}
