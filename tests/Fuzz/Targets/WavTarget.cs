using System.Buffers.Binary;
using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>WAV files.</summary>
public sealed class WavTarget : FuzzTarget
{
    private static readonly int[] Rates = [1000, 8000, 16000, 24000, 44100, 48000, 1_000_000];
    private static readonly string[] Names = ["LIST", "fact", "cue ", "bext", "junk", "JUNK", "\u0001\u0002\u0003\u0004"];

    /// <inheritdoc/>
    public override string Name => "wav";

    /// <inheritdoc/>
    public override string Header => "a fmt chunk is accepted and a data chunk found";

    /// <inheritdoc/>
    // A byte of 8-bit PCM becomes a float of four, and from a pipe the channels grow: a doubling array allocates up to four times its
    // final length, and once more when it is cut.
    public override int BytesPerInputByte => 20;

    /// <inheritdoc/>
    public override int FixedBytes => 160_000;

    /// <inheritdoc/>
    public override byte[] Valid(Random random) => File(random, wrong: false);

    /// <inheritdoc/>
    public override byte[] Repaired(Random random) => File(random, wrong: true);

    /// <inheritdoc/>
    public override ReadOutcome Read(byte[] input)
    {
        // Half of the inputs come as from a pipe, which cannot tell its length.
        using Stream stream = input.Length % 2 == 0 ? new MemoryStream(input) : new PipeStream(input);
        try
        {
            AudioClip clip = WavReader.Read(stream, Name);
            for (int c = 0; c < clip.Channels; c++)
            {
                if (Array.Exists(clip.Channel(c), s => !float.IsFinite(s)))
                    throw new InvalidOperationException("a sample that is not finite");
            }
            return ReadOutcome.Accepted;
        }
        catch (AudioFormatException e)
        {
            return e.Message.Contains("finite", StringComparison.Ordinal) ? ReadOutcome.RefusedAfterHeader : ReadOutcome.RefusedInHeader;
        }
    }

    private static byte[] File(Random random, bool wrong)
    {
        var bytes = new List<byte>();
        bytes.AddRange("RIFF\0\0\0\0WAVE"u8);
        bool large = random.Next(6) == 0;
        if (large)
            bytes[0] = (byte)(random.Next(2) == 0 ? 'R' : 'B');
        int frames = random.Next(100) == 0 ? random.Next(20_000) : random.Next(200);
        (byte[] format, int frameBytes, bool isFloat) = Format(random, wrong);
        byte[] data = Data(random, frames * frameBytes + (wrong && random.Next(4) == 0 ? random.Next(frameBytes) : 0), isFloat && !(wrong && random.Next(4) == 0), frameBytes);
        if (large)
        {
            (bytes[1], bytes[2], bytes[3]) = bytes[0] == 'R' ? ((byte)'F', (byte)'6', (byte)'4') : ((byte)'W', (byte)'6', (byte)'4');
            var ds64 = new byte[wrong && random.Next(4) == 0 ? random.Next(28) : 28];
            if (ds64.Length >= 16)
                BinaryPrimitives.WriteInt64LittleEndian(ds64.AsSpan(8), wrong && random.Next(3) == 0 ? Mutator.Edge(random) : data.Length);
            Chunk(bytes, "ds64", ds64);
        }
        Fillers(bytes, random);
        if (!wrong || random.Next(30) != 0)
            Chunk(bytes, "fmt ", format);
        Fillers(bytes, random);
        uint? size = large ? uint.MaxValue : wrong && random.Next(3) == 0 ? (uint)Mutator.Edge(random) : null;
        if (!wrong || random.Next(30) != 0)
            Chunk(bytes, "data", data, size);
        Fillers(bytes, random);
        uint riff = wrong && random.Next(3) == 0 ? (uint)Mutator.Edge(random) : (uint)(bytes.Count - 8);
        byte[] file = [.. bytes];
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), riff);
        return file;
    }

    private static (byte[] Chunk, int FrameBytes, bool IsFloat) Format(Random random, bool wrong)
    {
        bool isFloat = random.Next(3) == 0, extensible = random.Next(4) == 0;
        int bits = isFloat ? 32 << random.Next(2) : 8 * random.Next(1, 5);
        int channels = random.Next(8) == 0 ? random.Next(1, 65) : random.Next(1, 4);
        int frameBytes = channels * ((bits + 7) / 8);
        var chunk = new byte[extensible ? 40 : random.Next(2) == 0 ? 16 : 18];
        BinaryPrimitives.WriteUInt16LittleEndian(chunk, (ushort)(extensible ? 0xFFFE : isFloat ? 3 : 1));
        BinaryPrimitives.WriteUInt16LittleEndian(chunk.AsSpan(2), (ushort)channels);
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), Rates[random.Next(Rates.Length)]);
        BinaryPrimitives.WriteUInt16LittleEndian(chunk.AsSpan(12), (ushort)frameBytes);
        BinaryPrimitives.WriteUInt16LittleEndian(chunk.AsSpan(14), (ushort)bits);
        if (extensible)
        {
            chunk[16] = 22;
            chunk[24] = (byte)(isFloat ? 3 : 1);
            ReadOnlySpan<byte> tail = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];
            tail.CopyTo(chunk.AsSpan(26));
        }
        if (wrong && random.Next(3) == 0)
        {
            switch (random.Next(6))
            {
                case 0:
                    chunk[random.Next(chunk.Length)] = (byte)random.Next(256);
                    break;
                case 1:
                    int[] tags = [0, 1, 2, 3, 6, 7, 0x11, 0x31, 0x50, 0x55, 0xFFFE];
                    BinaryPrimitives.WriteUInt16LittleEndian(chunk, (ushort)tags[random.Next(tags.Length)]);
                    break;
                case 2:
                    BinaryPrimitives.WriteUInt32LittleEndian(chunk.AsSpan(4), (uint)Mutator.Edge(random));
                    break;
                case 3:
                    bits = random.Next(0, 70);
                    BinaryPrimitives.WriteUInt16LittleEndian(chunk.AsSpan(14), (ushort)bits);
                    BinaryPrimitives.WriteUInt16LittleEndian(chunk.AsSpan(12), (ushort)(channels * ((bits + 7) / 8)));
                    break;
                case 4:
                    chunk = chunk[..random.Next(chunk.Length)];
                    break;
                default:
                    BinaryPrimitives.WriteUInt16LittleEndian(chunk.AsSpan(2), (ushort)Mutator.Edge(random));
                    break;
            }
        }
        return (chunk, frameBytes, isFloat);
    }

    private static byte[] Data(Random random, int length, bool finite, int frameBytes)
    {
        var data = new byte[length];
        random.NextBytes(data);
        // Exponents in the middle of the range; of a double the upper half decides. A width of four or eight does not matter here.
        for (int i = 3; finite && frameBytes >= 4 && i < length; i += 4)
            data[i] = (byte)(0x30 + random.Next(8));
        return data;
    }

    private static void Fillers(List<byte> bytes, Random random)
    {
        while (random.Next(3) == 0)
        {
            var body = new byte[random.Next(20)];
            random.NextBytes(body);
            Chunk(bytes, Names[random.Next(Names.Length)], body, pad: random.Next(4) != 0);
        }
    }

    private static void Chunk(List<byte> bytes, string name, byte[] body, uint? size = null, bool pad = true)
    {
        foreach (char c in name)
            bytes.Add((byte)c);
        var length = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, size ?? (uint)body.Length);
        bytes.AddRange(length);
        bytes.AddRange(body);
        if (pad && body.Length % 2 == 1)
            bytes.Add(0);
    }

    private sealed class PipeStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 777));
    }
}
