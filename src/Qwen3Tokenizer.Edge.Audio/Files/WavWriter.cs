using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>
/// Writes mono WAV files. Forms that take a path write beside the file and rename, so that a failure leaves nothing half-written;
/// forms that take a stream need no seeking and leave it open.
/// </summary>
public static class WavWriter
{
    private const int BlockSamples = 8192;

    /// <summary>Writes PCM16: <c>round(32768 x)</c>, ties to even, saturated to -32768..32767.</summary>
    /// <param name="path">File to write or replace.</param>
    /// <param name="mono">Finite samples, full scale +-1.</param>
    /// <param name="sampleRate">Samples per second, at least 1.</param>
    /// <exception cref="ArgumentException">A sample is not finite, or there are too many for the format.</exception>
    public static void WritePcm16(string path, ReadOnlySpan<float> mono, int sampleRate)
    {
        using var file = new ReplacedFile(path);
        WritePcm16(file.Stream, mono, sampleRate);
        file.Commit();
    }

    /// <inheritdoc cref="WritePcm16(string, ReadOnlySpan{float}, int)"/>
    /// <param name="stream">Stream to write to.</param>
    /// <param name="mono">Finite samples, full scale +-1.</param>
    /// <param name="sampleRate">Samples per second, at least 1.</param>
    public static void WritePcm16(Stream stream, ReadOnlySpan<float> mono, int sampleRate)
    {
        CheckFinite(mono);
        WriteHeader(stream, mono.Length, sampleRate, sampleBytes: 2);
        Span<byte> block = new byte[BlockSamples * 2];
        for (int start = 0; start < mono.Length; start += BlockSamples)
        {
            ReadOnlySpan<float> part = mono.Slice(start, Math.Min(BlockSamples, mono.Length - start));
            for (int i = 0; i < part.Length; i++)
                BinaryPrimitives.WriteInt16LittleEndian(block[(2 * i)..], ToPcm16(part[i]));

            stream.Write(block[..(2 * part.Length)]);
        }
    }

    /// <summary>Writes PCM16 samples as they are.</summary>
    /// <param name="path">File to write or replace.</param>
    /// <param name="mono">Samples.</param>
    /// <param name="sampleRate">Samples per second, at least 1.</param>
    /// <exception cref="ArgumentException">There are too many samples for the format.</exception>
    public static void WritePcm16(string path, ReadOnlySpan<short> mono, int sampleRate)
    {
        using var file = new ReplacedFile(path);
        WritePcm16(file.Stream, mono, sampleRate);
        file.Commit();
    }

    /// <inheritdoc cref="WritePcm16(string, ReadOnlySpan{short}, int)"/>
    /// <param name="stream">Stream to write to.</param>
    /// <param name="mono">Samples.</param>
    /// <param name="sampleRate">Samples per second, at least 1.</param>
    public static void WritePcm16(Stream stream, ReadOnlySpan<short> mono, int sampleRate)
    {
        WriteHeader(stream, mono.Length, sampleRate, sampleBytes: 2);
        Span<byte> block = new byte[BlockSamples * 2];
        for (int start = 0; start < mono.Length; start += BlockSamples)
        {
            ReadOnlySpan<short> part = mono.Slice(start, Math.Min(BlockSamples, mono.Length - start));
            for (int i = 0; i < part.Length; i++)
                BinaryPrimitives.WriteInt16LittleEndian(block[(2 * i)..], part[i]);

            stream.Write(block[..(2 * part.Length)]);
        }
    }

    /// <summary>Writes 32-bit float samples as they are.</summary>
    /// <param name="path">File to write or replace.</param>
    /// <param name="mono">Finite samples, full scale +-1.</param>
    /// <param name="sampleRate">Samples per second, at least 1.</param>
    /// <exception cref="ArgumentException">A sample is not finite, or there are too many for the format.</exception>
    public static void WriteFloat32(string path, ReadOnlySpan<float> mono, int sampleRate)
    {
        using var file = new ReplacedFile(path);
        WriteFloat32(file.Stream, mono, sampleRate);
        file.Commit();
    }

    /// <inheritdoc cref="WriteFloat32(string, ReadOnlySpan{float}, int)"/>
    /// <param name="stream">Stream to write to.</param>
    /// <param name="mono">Finite samples, full scale +-1.</param>
    /// <param name="sampleRate">Samples per second, at least 1.</param>
    public static void WriteFloat32(Stream stream, ReadOnlySpan<float> mono, int sampleRate)
    {
        CheckFinite(mono);
        WriteHeader(stream, mono.Length, sampleRate, sampleBytes: 4);
        Span<byte> block = new byte[BlockSamples * 4];
        for (int start = 0; start < mono.Length; start += BlockSamples)
        {
            ReadOnlySpan<float> part = mono.Slice(start, Math.Min(BlockSamples, mono.Length - start));
            for (int i = 0; i < part.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(block[(4 * i)..], part[i]);

            stream.Write(block[..(4 * part.Length)]);
        }
    }

    /// <summary>A float sample as PCM16: <c>round(32768 x)</c>, ties to even, saturated.</summary>
    /// <param name="sample">Any finite number.</param>
    public static short ToPcm16(float sample) => (short)Math.Clamp(MathF.Round(sample * 32768f), short.MinValue, short.MaxValue);

    private static void CheckFinite(ReadOnlySpan<float> mono)
    {
        for (int i = 0; i < mono.Length; i++)
        {
            if (!float.IsFinite(mono[i]))
                throw new ArgumentException($"Sample {i} is {mono[i]}, not a finite number.", nameof(mono));
        }
    }

    // PCM has the plain 16-byte fmt chunk; float wants the extension size and a fact chunk with the number of frames.
    private static void WriteHeader(Stream stream, int samples, int sampleRate, int sampleBytes)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        bool isFloat = sampleBytes == 4;
        int headBytes = isFloat ? 58 : 44;
        long dataBytes = (long)samples * sampleBytes;
        if (headBytes - 8 + dataBytes > uint.MaxValue)
            throw new ArgumentException($"{samples} samples of {sampleBytes} bytes do not fit into a WAV file of 4 GiB.", nameof(samples));

        Span<byte> head = stackalloc byte[headBytes];
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)(headBytes - 8 + dataBytes));
        "WAVEfmt "u8.CopyTo(head[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], isFloat ? 18 : 16);
        BinaryPrimitives.WriteInt16LittleEndian(head[20..], (short)(isFloat ? 3 : 1));
        BinaryPrimitives.WriteInt16LittleEndian(head[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], sampleRate);
        BinaryPrimitives.WriteUInt32LittleEndian(head[28..], (uint)Math.Min((long)sampleRate * sampleBytes, uint.MaxValue));
        BinaryPrimitives.WriteInt16LittleEndian(head[32..], (short)sampleBytes);
        BinaryPrimitives.WriteInt16LittleEndian(head[34..], (short)(8 * sampleBytes));
        if (isFloat)
        {
            "fact"u8.CopyTo(head[38..]);
            BinaryPrimitives.WriteInt32LittleEndian(head[42..], 4);
            BinaryPrimitives.WriteInt32LittleEndian(head[46..], samples);
        }

        "data"u8.CopyTo(head[(headBytes - 8)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(head[(headBytes - 4)..], (uint)dataBytes);
        stream.Write(head);
    }
}
