using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>The operations of native/ARITHMETIC.md section 9 against real numbers.</summary>
public class FullDecoderOperationsTests
{
    /// <summary>Sum and checksum were computed in Python with 80-digit decimals from the definition.</summary>
    [Fact]
    public void Silu_is_the_decimal_computation()
    {
        Assert.Equal(513, FullDecoderOperations.SiluTable.Length);
        Assert.Equal([0, 1008, 1984, 2928], FullDecoderOperations.SiluTable[..4]);
        Assert.Equal(1724739, FullDecoderOperations.SiluTable.Sum());
        ushort[] table = Array.ConvertAll(FullDecoderOperations.SiluTable, v => checked((ushort)v));
        Assert.Equal(0xdad2ef1au, Crc32(MemoryMarshal.AsBytes<ushort>(table)));
    }

    [Fact]
    public void The_short_cosine_stays_within_1_8_units_and_is_even()
    {
        for (int t = 0; t < 65536; t++)
        {
            double exact = 32768 * Math.Cos(2 * Math.PI * t / 65536);
            Assert.InRange(FullDecoderOperations.Cos15(t) - exact, -1.8, 1.8);
            Assert.Equal(FullDecoderOperations.Cos15(t), FullDecoderOperations.Cos15((65536 - t) % 65536));
        }

        Assert.Equal([32767, 0, -32768, 0], new[] { 0, 16384, 32768, 49152 }.Select(FullDecoderOperations.Cos15));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(12)]
    public void Silu_stays_within_the_chord_error(int fraction)
    {
        // max |f''| / (8 * 32^2), half a unit of the table, half of the result.
        double bound = Math.ScaleB(6.3e-5 + Math.ScaleB(0.5, -16), fraction) + 0.5;
        for (int h = -32768; h < 32768; h += 7)
        {
            double x = Math.ScaleB(h, -fraction);
            Assert.InRange(FullDecoderOperations.Silu(h, fraction) - Math.ScaleB(x / (1 + Math.Exp(-x)), fraction), -bound, bound);
        }
    }

    [Fact]
    public void Snake_is_x_plus_the_squared_sine()
    {
        const double Alpha = 2.5, Beta = 0.8, In = 1e-4, Out = 2e-4;
        double amplitude = 1 / (2 * Beta * Out * 32768);
        const int Shift = 13;
        var constants = new SnakeConstants(
            [(uint)Math.Round(Alpha * In / Math.PI * 4294967296.0)], [(short)Math.Round(amplitude * 8192)], (int)Math.Round(In / Out * 8192), Shift);
        int[] x = [.. Enumerable.Range(-32768, 65536)];
        long[] y = FullDecoderOperations.Snake(constants, x);
        for (int i = 0; i < x.Length; i++)
        {
            double real = x[i] * In, exact = (real + (Math.Pow(Math.Sin(Alpha * real), 2) / Beta)) / Out;
            Assert.InRange(y[i] - exact, -8, 8);
        }
    }

    [Fact]
    public void Attention_to_equal_keys_is_the_mean_of_the_values_and_a_strong_key_takes_all()
    {
        var constants = new AttentionConstants([0u], 1, 1, 2, 4, 1 << 14, 20);
        var equal = new IntegerAttention(constants);
        int[] y = equal.Run([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], [5, 5, 5, 5, 5, 5, 5, 5, 5, 5], [100, -100, 200, -200, 300, -300, 1000, 0, 2000, 0]);
        Assert.Equal([100, -100, 150, -150, 200, -200, 400, -150, 875, -125], y);

        var strong = new IntegerAttention(constants);
        Assert.Equal([7, 8, 7, 8], strong.Run([30000, 0, 30000, 0], [30000, 0, -30000, 0], [7, 8, 9000, 9000]));
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xedb88320u);
            }
        }

        return ~crc;
    }
}
