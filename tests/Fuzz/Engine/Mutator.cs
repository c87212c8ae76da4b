using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>Damage that knows nothing of a format: bits, bytes, numbers at the edges of their types, pieces removed, doubled, moved or cut off.</summary>
public static class Mutator
{
    private static readonly long[] Edges =
    [
        0, 1, -1, 2, 7, 8, 16, 63, 64, 65, 127, 128, 255, 256, 1023, 4096, short.MaxValue, short.MinValue, ushort.MaxValue, 65536,
        int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, long.MaxValue, long.MinValue,
    ];

    /// <summary>A number at the edge of some type.</summary>
    public static long Edge(Random random) => Edges[random.Next(Edges.Length)];

    /// <summary>One to six changes to a copy of <paramref name="input"/>; half of them lie in its first 64 bytes.</summary>
    public static byte[] Damage(byte[] input, Random random)
    {
        var bytes = new List<byte>(input);
        for (int n = random.Next(1, 7); n > 0; n--)
            Change(bytes, random);
        return [.. bytes];
    }

    private static void Change(List<byte> bytes, Random random)
    {
        int at = bytes.Count == 0 ? 0 : random.Next(random.Next(2) == 0 ? Math.Min(64, bytes.Count) : bytes.Count);
        int length = Math.Min(random.Next(1, 32), bytes.Count - at);
        switch (random.Next(9))
        {
            case 0 when bytes.Count > 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when bytes.Count > 0:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                WriteNumber(bytes, at, random);
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                var noise = new byte[random.Next(1, 16)];
                random.NextBytes(noise);
                bytes.InsertRange(at, noise);
                break;
            case 6 when bytes.Count > 0:
                List<byte> moved = bytes.GetRange(at, length);
                bytes.RemoveRange(at, length);
                bytes.InsertRange(random.Next(bytes.Count + 1), moved);
                break;
            case 7 when random.Next(3) == 0:
                int kept = random.Next(bytes.Count + 1);
                bytes.RemoveRange(kept, bytes.Count - kept);
                break;
            default:
                for (int i = at; i < at + length; i++)
                    bytes[i] = (byte)random.Next(0x20, 0x7F);
                break;
        }
    }

    private static void WriteNumber(List<byte> bytes, int at, Random random)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(number, Edge(random));
        int width = 1 << random.Next(4);
        for (int i = 0; i < width && at + i < bytes.Count; i++)
            bytes[at + i] = number[i];
    }
}
