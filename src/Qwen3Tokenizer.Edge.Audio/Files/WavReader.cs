using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>
/// Reads RIFF, RF64 and BW64 WAV: PCM of 8, 16, 24 and 32 bits, float of 32 and 64, plain or WAVE_FORMAT_EXTENSIBLE, 1 to 64 channels.
/// Sizes in headers are hints only: a file cut off, or written by a program that never came back to fill them in, gives the whole frames that are there.
/// </summary>
public static class WavReader
{
    private const uint Riff = 0x46464952, Rf64 = 0x34364652, Bw64 = 0x34365742, Wave = 0x45564157;
    private const uint Fmt = 0x20746D66, Data = 0x61746164, Ds64 = 0x34367364;
    private const uint Unknown = 0xFFFFFFFF;

    /// <summary>Reads one clip from the current position on. The stream need not be seekable and stays open.</summary>
    /// <param name="stream">The file's bytes.</param>
    /// <param name="name">File name for messages.</param>
    /// <returns>The clip; its length is 0 when the data chunk is empty.</returns>
    /// <exception cref="AudioFormatException">The bytes are not a WAV file that can be read, or a sample is not a finite number.</exception>
    public static AudioClip Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var source = new ByteSource(stream);
        Span<byte> head = stackalloc byte[12];
        int got = source.Read(head);
        if (got == 0)
            throw new AudioFormatException($"{name}: the file is empty.");

        if (got < 12 || !IsWav(head))
            throw new AudioFormatException($"{name}: not a WAV file, its first bytes are {Convert.ToHexString(head[..got])}.");

        uint riffSize = BinaryPrimitives.ReadUInt32LittleEndian(head[4..]);
        long offset = 12;
        long? longDataSize = null;
        WavFormat? format = null;
        Span<byte> body = stackalloc byte[40];
        while (source.Peek(8).Length == 8)
        {
            Span<byte> chunk = head[..8];
            source.Read(chunk);
            offset += 8;
            uint id = BinaryPrimitives.ReadUInt32LittleEndian(chunk);
            uint size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            if (id == Data)
            {
                if (format is not { } known)
                    throw new AudioFormatException($"{name}: the data chunk comes before any fmt chunk.");

                return WavSamples.Read(source, known, DataSize(source, size, riffSize, offset, longDataSize), name);
            }

            int kept = 0;
            if (id is Fmt or Ds64)
            {
                kept = source.Read(body[..(int)Math.Min(size, body.Length)]);
                if (id == Fmt)
                    format = WavFormat.Parse(body[..kept], name);
                else if (kept >= 16)
                    longDataSize = BinaryPrimitives.ReadInt64LittleEndian(body[8..]);
            }

            source.Skip(size - kept);
            offset += size + SkipPadding(source, size);
        }

        throw new AudioFormatException($"{name}: the file has no {(format is null ? "fmt" : "data")} chunk.");
    }

    /// <summary>Whether a file that begins with these bytes (12 are needed) is one for this reader.</summary>
    internal static bool IsWav(ReadOnlySpan<byte> head) =>
        head.Length >= 12
        && BinaryPrimitives.ReadUInt32LittleEndian(head) is Riff or Rf64 or Bw64
        && BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) == Wave;

    /// <summary>Bytes of sample data to read; <see cref="long.MaxValue"/> means to the end of the file.</summary>
    private static long DataSize(ByteSource source, uint size, uint riffSize, long offset, long? longDataSize)
    {
        if (size == Unknown)
            return longDataSize is > 0 ? longDataSize.Value : long.MaxValue;

        // Zero may be true, or left by a writer that never came back. It is true when the RIFF size covers chunks after this one.
        bool riffSizeIsReal = riffSize is not (0 or Unknown) && riffSize + 8L > offset;
        return size == 0 && !riffSizeIsReal && !source.Peek(1).IsEmpty ? long.MaxValue : size;
    }

    /// <summary>Chunks of odd size are followed by a zero byte, but some writers leave it out: then a chunk name begins at once.</summary>
    private static int SkipPadding(ByteSource source, uint size)
    {
        if (size % 2 == 0)
            return 0;

        ReadOnlySpan<byte> next = source.Peek(5);
        bool nameAtOnce = next.Length >= 4 && IsName(next[..4]) && !(next.Length == 5 && IsKnownName(next[1..]));
        if (nameAtOnce)
            return 0;

        source.Skip(1);
        return 1;
    }

    private static bool IsName(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E);

    private static bool IsKnownName(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt32LittleEndian(bytes) is Fmt or Data;
}
