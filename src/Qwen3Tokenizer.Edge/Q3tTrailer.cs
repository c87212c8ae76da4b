using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge;

/// <summary>What a token stream says after its last frame. The byte layout is in Q3T.md.</summary>
/// <param name="Frames">Number of frames, 1 or more.</param>
/// <param name="Samples">Length of the original in samples at the header's sample rate, less than one frame longer than the
/// frames last (a live encoder leaves an unfinished frame out).</param>
/// <param name="Delay">Samples at the same rate by which decoded audio lags behind the original, 0 or more.</param>
public readonly record struct Q3tTrailer(int Frames, long Samples, int Delay)
{
    /// <summary>Length of the trailer in a stream, its two marker bytes included.</summary>
    public const int ByteLength = 22;

    internal const int CrcOffset = ByteLength - 4;

    internal void Validate(string name, FrameRate rate)
    {
        if (Frames < 1)
            throw new TokenFormatException($"{name}: frames: {Frames} is not within 1 to {int.MaxValue}.");
        long most = ((Frames + 1L) * rate.SamplesPerFrame) - 1;
        if (Samples < 0 || Samples > most)
            throw new TokenFormatException($"{name}: samples: {Samples} is not within 0 to {most}, what {Frames} frames can stand for.");
        if (Delay < 0)
            throw new TokenFormatException($"{name}: delay: {Delay} is not within 0 to {int.MaxValue}.");
    }

    internal void Write(Span<byte> destination, uint previousCrc)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(destination, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[2..], (uint)Frames);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[6..], (ulong)Samples);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[14..], (uint)Delay);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[CrcOffset..], Q3tSection.Crc(previousCrc, destination[..CrcOffset]));
    }

    /// <summary>Reads a trailer whose CRC has been checked.</summary>
    internal static Q3tTrailer Read(ReadOnlySpan<byte> source, string name, FrameRate rate)
    {
        uint frames = BinaryPrimitives.ReadUInt32LittleEndian(source[2..]);
        ulong samples = BinaryPrimitives.ReadUInt64LittleEndian(source[6..]);
        uint delay = BinaryPrimitives.ReadUInt32LittleEndian(source[14..]);
        if (frames > int.MaxValue)
            throw new TokenFormatException($"{name}: frames: {frames} is not within 1 to {int.MaxValue}.");
        if (samples > long.MaxValue)
            throw new TokenFormatException($"{name}: samples: {samples} is more than {frames} frames can stand for.");
        if (delay > int.MaxValue)
            throw new TokenFormatException($"{name}: delay: {delay} is not within 0 to {int.MaxValue}.");
        var trailer = new Q3tTrailer((int)frames, (long)samples, (int)delay);
        trailer.Validate(name, rate);
        return trailer;
    }
}
