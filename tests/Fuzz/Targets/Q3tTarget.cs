using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>Token files (.q3t).</summary>
public sealed class Q3tTarget : FuzzTarget
{
    private const int HeaderBytes = Q3tHeader.ByteLength;

    private readonly TemporaryFile _file = new(".q3t");
    private TokenClip? _accepted;
    private int _checked;

    /// <inheritdoc/>
    public override string Name => "q3t";

    /// <inheritdoc/>
    public override string Header => "the 52 bytes of the header are accepted";

    /// <inheritdoc/>
    // A code of one bit becomes two bytes, in an array that doubles: up to four times its final length, and once more when it is cut.
    public override int BytesPerInputByte => 80;

    /// <inheritdoc/>
    public override int FixedBytes => 80_000;

    /// <inheritdoc/>
    public override byte[] Valid(Random random)
    {
        int layers = RandomCodes.Layers(random), bits = random.Next(1, 17), frames = RandomCodes.Frames(random);
        var space = new byte[TokenSpace.ByteLength];
        random.NextBytes(space);
        var rate = new FrameRate(random.Next(1, FrameRate.MaxSampleRate + 1), random.Next(1, FrameRate.MaxSamplesPerFrame + 1));
        int blockFrames = random.Next(1, Math.Min(40, 8 * Q3tHeader.MaxBlockBytes / (layers * bits)) + 1);
        using var stream = new MemoryStream();
        using (var writer = new Q3tWriter(stream, new Q3tHeader(new TokenSpace(space), layers, bits, rate, blockFrames), leaveOpen: true))
        {
            for (int t = 0; t < frames; t++)
            {
                writer.WriteFrame(RandomCodes.Codes(random, layers, bits));
                if (random.Next(8) == 0)
                    writer.Flush();
            }
            writer.Complete(random.NextInt64((frames + 1L) * rate.SamplesPerFrame), random.Next());
        }
        return stream.ToArray();
    }

    /// <inheritdoc/>
    public override byte[] Repaired(Random random)
    {
        byte[] bytes = Valid(random);
        int trailer = bytes.Length - Q3tTrailer.ByteLength;
        for (int n = random.Next(1, 4); n > 0; n--)
        {
            switch (random.Next(8))
            {
                case 0:
                    bytes[random.Next(4, 8)] = (byte)random.Next(0, 70);
                    break;
                case 1:
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(40), (uint)Mutator.Edge(random));
                    break;
                case 2:
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(44 + (2 * random.Next(2))), (ushort)Mutator.Edge(random));
                    break;
                case 3:
                    bytes[random.Next(HeaderBytes, trailer)] = (byte)random.Next(256);
                    break;
                case 4:
                    BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(trailer + (random.Next(2) == 0 ? 2 : 14)), (uint)Mutator.Edge(random));
                    break;
                case 5:
                    BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(trailer + 6), Mutator.Edge(random));
                    break;
                case 6:
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(HeaderBytes), (ushort)random.Next(0, 64));
                    break;
                default:
                    bytes[random.Next(8, 40)] = (byte)random.Next(256);
                    break;
            }
        }
        if (random.Next(8) == 0)
            bytes = [.. bytes, .. new byte[random.Next(1, 40)]];
        Repair(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public override ReadOutcome Read(byte[] input)
    {
        try
        {
            using var reader = new Q3tReader(new MemoryStream(input), Name);
        }
        catch (TokenFormatException)
        {
            return ReadOutcome.RefusedInHeader;
        }
        try
        {
            _accepted = TokenFile.Read(new MemoryStream(input), Name);
            return _accepted.Frames > 0 ? ReadOutcome.Accepted : throw new InvalidOperationException("a clip without frames");
        }
        catch (TokenFormatException)
        {
            return ReadOutcome.RefusedAfterHeader;
        }
    }

    /// <inheritdoc/>
    public override void CheckAccepted()
    {
        TokenClip clip = _accepted!;
        // Files cost more than memory: every sixteenth goes through one.
        if (_checked++ % 16 != 0)
            return;
        TokenFile.Write(_file.Path, clip);
        TokenClip back = TokenFile.Read(_file.Path);
        if (back.Space != clip.Space || back.Rate != clip.Rate || back.Layers != clip.Layers || back.BitsPerCode != clip.BitsPerCode
            || back.Samples != clip.Samples || back.Delay != clip.Delay || !back.Codes.SequenceEqual(clip.Codes))
            throw new InvalidOperationException("what was written is not what was read");
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Walks the sections as Q3T.md lays them out and makes each CRC right, as far as the bytes go.</summary>
    private static void Repair(byte[] bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(HeaderBytes - 4), Crc32.Compute(bytes.AsSpan(0, HeaderBytes - 4)));
        int at = HeaderBytes, bitsPerFrame = bytes[5] * bytes[6];
        while (at + 2 <= bytes.Length)
        {
            int frames = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
            long length = frames == 0 ? Q3tTrailer.ByteLength : 2 + ((((long)frames * bitsPerFrame) + 7) / 8) + 4;
            if (at + length > bytes.Length)
                return;
            // A section's CRC covers the CRC before it, which are the four bytes before the section.
            uint crc = Crc32.Compute(bytes.AsSpan(at - 4, (int)length));
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at + (int)length - 4), crc);
            at += (int)length;
            if (frames == 0)
                return;
        }
    }
}
