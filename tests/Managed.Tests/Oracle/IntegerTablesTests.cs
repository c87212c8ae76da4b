using System.Numerics;
using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>Sums and checksums (CRC-32 of the little-endian bytes) were computed in Python with 80-digit decimals from the definitions.</summary>
public class IntegerTablesTests
{
    [Fact]
    public void Sine_is_the_decimal_computation()
    {
        Assert.Equal(258, IntegerTables.Sine.Length);
        Assert.Equal([0, 13176712, 26352928], IntegerTables.Sine[..3]);
        Assert.Equal([2147443222, 2147483647, 2147483647], IntegerTables.Sine[255..]);
        Assert.Equal(1518500250, IntegerTables.Sine[128]);
        Assert.Equal(353205548499, IntegerTables.Sine.Sum(v => (long)v));
        Assert.Equal(0x9c336cbd, Crc32(MemoryMarshal.AsBytes<int>(IntegerTables.Sine)));
    }

    [Fact]
    public void Exp2_is_the_decimal_computation()
    {
        Assert.Equal(257, IntegerTables.Exp2.Length);
        Assert.Equal([1u << 30, 1076653033u, 1079572136u], IntegerTables.Exp2[..3]);
        Assert.Equal(1u << 31, IntegerTables.Exp2[256]);
        Assert.Equal(0x5425c9a3u, Crc32(MemoryMarshal.AsBytes<uint>(IntegerTables.Exp2)));
    }

    [Fact]
    public void Reciprocals_are_the_decimal_computation()
    {
        Assert.Equal(257, IntegerTables.Reciprocal.Length);
        Assert.Equal(1431655765u, IntegerTables.Reciprocal[128]);
        Assert.Equal(0xee288e86, Crc32(MemoryMarshal.AsBytes<uint>(IntegerTables.Reciprocal)));
        Assert.Equal(193, IntegerTables.ReciprocalSquareRoot.Length);
        Assert.Equal(1518500250u, IntegerTables.ReciprocalSquareRoot[64]);
        Assert.Equal(0xbc2f4103, Crc32(MemoryMarshal.AsBytes<uint>(IntegerTables.ReciprocalSquareRoot)));
    }

    [Fact]
    public void Gelu_is_the_decimal_computation()
    {
        Assert.Equal(257, IntegerTables.Gelu.Length);
        Assert.Equal(5199, IntegerTables.Gelu[32]); // 32768 * 0.158655 at x = 1
        Assert.Equal(262095, IntegerTables.Gelu.Sum(v => v));
        Assert.Equal(0x41063503u, Crc32(MemoryMarshal.AsBytes<ushort>(IntegerTables.Gelu)));
    }

    [Fact]
    public void Pulse_is_the_decimal_computation()
    {
        Assert.Equal(256, IntegerTables.Pulse.Length);
        Assert.Equal([0, 1518500250, 1073741824], IntegerTables.Pulse[..3]);
        Assert.Equal(0x324f2012u, Crc32(MemoryMarshal.AsBytes<int>(IntegerTables.Pulse)));
    }

    [Fact]
    public void Log2_is_the_decimal_computation()
    {
        Assert.Equal(257, IntegerTables.Log2.Length);
        Assert.Equal([0, 377457, 753448], IntegerTables.Log2[..3]);
        Assert.Equal(39256169, IntegerTables.Log2[128]);
        Assert.Equal(1 << 26, IntegerTables.Log2[256]);
        Assert.Equal(9607964965, IntegerTables.Log2.Sum(v => (long)v));
        Assert.Equal(0xfe300f26, Crc32(MemoryMarshal.AsBytes<int>(IntegerTables.Log2)));
    }

    /// <summary>The numbers are good to about 2^-240, so no rounding is in doubt when every one is farther than 2^-40 from a tie.</summary>
    [Fact]
    public void No_entry_lies_near_a_rounding_tie()
    {
        IEnumerable<BigInteger> reals = Enumerable.Range(0, 257).SelectMany(i => new[]
        {
            IntegerTables.SineReal(i), IntegerTables.Exp2Real(i), IntegerTables.ReciprocalReal(i), IntegerTables.GeluReal(i),
            IntegerTables.ReciprocalSquareRootReal(Math.Min(i, 192)), IntegerTables.PulseReal(Math.Min(i, 255)), IntegerTables.Log2Real(i),
        });
        Assert.True(reals.Min(HighPrecision.DistanceFromTie) > Math.ScaleB(1, -40));
    }

    [Fact]
    public void High_precision_functions_agree_with_doubles()
    {
        Assert.Equal(Math.PI, ToDouble(HighPrecision.Pi), 15);
        Assert.Equal(Math.Sin(1), ToDouble(HighPrecision.Sine(HighPrecision.One)), 15);
        Assert.Equal(Math.Log2(1.7), ToDouble(HighPrecision.BinaryLogarithm(17, 10)), 15);
        Assert.Equal(Math.Sqrt(7), ToDouble(HighPrecision.SquareRoot(7 * HighPrecision.One)), 15);
        Assert.Equal(0.15865525393145705, ToDouble(HighPrecision.NormalTail(HighPrecision.One)), 15); // Phi(-1), Python erfc
        Assert.Equal(0.622096057427178, 1e15 * ToDouble(HighPrecision.NormalTail(8 * HighPrecision.One)), 13); // Phi(-8), Python erfc
        Assert.Equal([-2, -3, 3, 2], new[] { -2.25, -2.5, 2.5, 2.25 }.Select(v => (int)HighPrecision.Round((BigInteger)(v * 4) * HighPrecision.One / 4)));
    }

    private static double ToDouble(BigInteger x) => (double)x / (double)HighPrecision.One;

    private static uint Crc32(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xedb88320u);
        }

        return ~crc;
    }
}
