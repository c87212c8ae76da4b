using System.Numerics;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

public class NetworkOperationsTests
{
    [Fact]
    public void Embed_sums_the_layers_present()
    {
        // Products 10*300, -7*200 (layer 0, code 1) and 5*1000, 127*1 (layer 1, code 0); n = 4.
        var op = new EmbedOperation("e", Buffer(2), [1, 2, 10, -7, 5, 127, 9, 9], [300, 200, 1000, 1], 2, 2, 2, 4, false);
        Assert.Equal([500, -80], NetworkOperations.Embed(op, [1, 0])); // 8000/16; (-1400+127)/16 = -79.56
        Assert.Equal([188, -87], NetworkOperations.Embed(op, [1])); // 187.5 and -87.5, half up
        Assert.Equal([500, -80], NetworkOperations.Embed(op, [1, 0, 1]));
        Assert.Throws<ArgumentException>(() => NetworkOperations.Embed(op, [2]));
        Assert.Throws<ArgumentException>(() => NetworkOperations.Embed(op, [1, 0, 2]));
        Assert.Throws<ArgumentException>(() => NetworkOperations.Embed(op, []));
    }

    [Fact]
    public void Embed_concatenates_all_layers_and_saturates()
    {
        var op = new EmbedOperation("e", Buffer(4), [1, 2, 10, -7, 5, 127, 9, 9], [300, 200, 1000, 1 << 20], 2, 2, 2, 4, true);
        Assert.Equal([188, -87, 313, 32767], NetworkOperations.Embed(op, [1, 0])); // 187.5, -87.5, 312.5, far beyond 16 bits
        Assert.Equal([188, -87, 0, 0], NetworkOperations.Embed(op, [1])); // the absent layer is zeros
    }

    [Fact]
    public void Embed_proves_its_sum_to_fit()
    {
        var op = new EmbedOperation("e", Buffer(1), [127, 127], [16000000, 16000000], 2, 1, 1, 16, false);
        Assert.Throws<OverflowException>(() => NetworkOperations.Embed(op, [0, 0]));
    }

    [Fact]
    public void Window_gathers_rows_oldest_first_and_push_keeps_the_newest()
    {
        Assert.Equal([1, 2, 3, 4, 5, 6, 3, 4, 5, 6, 7, 8], NetworkOperations.Window([1, 2, 3, 4], [5, 6, 7, 8], 2, 3));
        Assert.Equal([5, 6, 7, 8], NetworkOperations.Push([1, 2, 3, 4], [5, 6, 7, 8]));
        Assert.Equal([3, 4, 5, 6], NetworkOperations.Push([1, 2, 3, 4], [5, 6]));
        Assert.Equal([7, 8], NetworkOperations.Push([1, 2], [5, 6, 7, 8]));
        Assert.Empty(NetworkOperations.Push([], [5, 6]));
    }

    [Fact]
    public void Linear_is_the_exact_rational_rounded_half_up()
    {
        var random = new Random(1);
        const int In = 37, Out = 11, Rows = 3;
        int[] x = Values(random, Rows * In, 32768), residual = Values(random, Rows * Out, 32768);
        IntegerMatrix matrix = Matrix(random, In, Out, 3);
        int[] plain = NetworkOperations.Linear(matrix, x), add = NetworkOperations.LinearAdd(matrix, x, residual);
        bool saturates = false, passes = false;
        for (int t = 0; t < Rows; t++)
        {
            for (int o = 0; o < Out; o++)
            {
                BigInteger acc = matrix.Bias[o];
                for (int i = 0; i < In; i++)
                    acc += (BigInteger)matrix.Weight[o * In + i] * x[t * In + i];

                BigInteger z = FloorDivide(2 * acc * (1 << matrix.LeftShift) * matrix.Multiplier[o] + (BigInteger.One << 32), BigInteger.One << 33);
                Assert.Equal(Clamp(z, 16), plain[t * Out + o]);
                Assert.Equal(Clamp(z + residual[t * Out + o], 16), add[t * Out + o]);
                saturates |= BigInteger.Abs(z) > 32767;
                passes |= BigInteger.Abs(z) < 32767;
            }
        }

        Assert.True(saturates && passes);
    }

    [Fact]
    public void Linear_gelu_is_gelu_of_the_saturated_value_with_gain_and_zero_point()
    {
        // acc = 2 * 3 * 1000 + 96 = 6096 << 1; mulr with 2^29: 12192 / 8 = 1524 = 0.372 in Q12.
        var matrix = new IntegerMatrix(2, 1, [2, 1], [96], [1 << 29], 1);
        int h = 1524;
        double gelu = 0.3720703125 * 0.6450794; // x Phi(x), Phi by Python erfc
        int g = IntegerMath.Gelu(h, 12);
        Assert.InRange(g / 4096.0 - gelu, -2.4e-4, 2.4e-4);
        int expected = (int)Math.Floor(g * 20000 / 4194304.0 + 0.5) - 100;
        Assert.Equal([expected], NetworkOperations.LinearGelu(matrix, [2000, 2000], 12, 20000, 22, -100));
        Assert.Throws<ArgumentException>(() => NetworkOperations.LinearGelu(matrix, [0, 0], 12, 32768, 22, 0));
        Assert.Throws<ArgumentException>(() => NetworkOperations.LinearGelu(matrix, [0, 0], 12, 1, 31, 0));
    }

    /// <summary>The total fits but a subset of the terms does not: an implementation that adds in another order would overflow.</summary>
    [Fact]
    public void An_accumulator_whose_partial_sums_could_overflow_is_refused()
    {
        var matrix = new IntegerMatrix(2, 1, [127, -127], [0], [1], 10);
        Assert.Throws<OverflowException>(() => NetworkOperations.Linear(matrix, [32767, 32767]));
        Assert.Equal([0], NetworkOperations.Linear(matrix, [16384, 16384]));
        Assert.Throws<ArgumentOutOfRangeException>(() => NetworkOperations.Linear(matrix with { Multiplier = [1 << 30] }, [1, 1]));
    }

    [Fact]
    public void Depthwise_is_the_exact_convolution_of_each_channel()
    {
        var random = new Random(2);
        const int C = 5, Taps = 4, Rows = 6;
        short[] weight = [.. Values(random, Taps * C, 3000).Select(v => (short)v)];
        int[] bias = Values(random, C, 100000), history = Values(random, (Taps - 1) * C, 20000), x = Values(random, Rows * C, 20000);
        int[] multiplier = [.. Values(random, C, 1 << 27).Select(Math.Abs)];
        IntegerBuffer buffer = Buffer(C, Rows);
        var op = new DepthwiseOperation("d", buffer, buffer, new IntegerHistory("h", Taps - 1, C), Taps, weight, bias, multiplier, 2);
        int[] y = NetworkOperations.Depthwise(op, history, x);
        for (int t = 0; t < Rows; t++)
        {
            for (int c = 0; c < C; c++)
            {
                BigInteger acc = bias[c];
                for (int k = 0; k < Taps; k++)
                {
                    int row = t - Taps + 1 + k;
                    acc += (BigInteger)weight[k * C + c] * (row < 0 ? history[(row + Taps - 1) * C + c] : x[row * C + c]);
                }

                Assert.Equal(Clamp(FloorDivide(acc * 4 * multiplier[c] + (BigInteger.One << 31), BigInteger.One << 32), 16), y[t * C + c]);
            }
        }
    }

    /// <summary>
    /// The reciprocal square root is off by at most 2.3e-5 of its value (IntegerMathTests), the multiplier is rounded to 2^-29 of its value,
    /// and the result is rounded once.
    /// </summary>
    [Theory]
    [InlineData(1, 30000)]
    [InlineData(1, 40)]
    [InlineData(3_000_000, 40)]
    [InlineData(1, 2)]
    public void LayerNorm_is_the_normalised_row(long epsilon, int range)
    {
        var random = new Random(3);
        const int C = 96, Rows = 4;
        int[] x = [.. Values(random, Rows * C, range).Select(v => v + range / 3)];

        // scale = 1/4096: 1/scale = Zm 2^-ze with Zm = 2^30 + 12345 (a little more) and ze = 18.
        const uint Mantissa = (1u << 30) + 12345;
        var op = new LayerNormOperation("n", Buffer(C, Rows), Buffer(C, Rows), epsilon, Mantissa, 18);
        long[] y = NetworkOperations.LayerNorm(op, x);
        for (int t = 0; t < Rows; t++)
        {
            double mean = x.Skip(t * C).Take(C).Average(), variance = x.Skip(t * C).Take(C).Average(v => (v - mean) * (v - mean));
            for (int c = 0; c < C; c++)
            {
                double expected = (x[t * C + c] - mean) / Math.Sqrt(variance + epsilon / (double)(C * C)) * Mantissa / (1 << 18);
                double bound = Math.Abs(expected) * (3 / 32.0 / 4096 + Math.ScaleB(1, -28)) + 0.5 + 1e-9;
                Assert.InRange(y[t * C + c] - expected, -bound, bound);
            }
        }
    }

    [Fact]
    public void LayerNorm_of_a_constant_row_is_zero()
    {
        var op = new LayerNormOperation("n", Buffer(7), Buffer(7), 1, 1u << 30, 20);
        Assert.Equal(new long[7], NetworkOperations.LayerNorm(op, [.. Enumerable.Repeat(-32768, 7)]));
        Assert.Throws<ArgumentException>(() => NetworkOperations.LayerNorm(op with { Epsilon = 0 }, new int[7]));
        Assert.Throws<ArgumentException>(() => NetworkOperations.LayerNorm(op with { ScaleMantissa = 1u << 31 }, new int[7]));
    }

    private static IntegerBuffer Buffer(int channels, int rows = 1) => new("b", ElementType.Int16, rows, channels, 1);

    private static int[] Values(Random random, int count, int limit) => [.. Enumerable.Range(0, count).Select(_ => random.Next(-limit, limit))];

    private static IntegerMatrix Matrix(Random random, int inputs, int outputs, int leftShift) => new(
        inputs,
        outputs,
        [.. Values(random, inputs * outputs, 127).Select(v => (sbyte)v)],
        Values(random, outputs, 1 << 20),
        [.. Values(random, outputs, 1 << 24).Select(Math.Abs)],
        leftShift);

    private static BigInteger FloorDivide(BigInteger a, BigInteger b)
    {
        BigInteger quotient = BigInteger.DivRem(a, b, out BigInteger remainder);
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }

    private static int Clamp(BigInteger value, int bits) => (int)BigInteger.Max(-(1 << (bits - 1)), BigInteger.Min((1 << (bits - 1)) - 1, value));
}
