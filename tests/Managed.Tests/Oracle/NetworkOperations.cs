using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>
/// The network operations of native/ARITHMETIC.md section 3 on plain int arrays (whatever the type of the buffer). Arithmetic that
/// the text says fits is checked. Rows lie one behind the other.
/// </summary>
public static class NetworkOperations
{
    private const int MultiplierLimit = 1 << 30;

    /// <summary>Embed: the codes' table entries, scaled, summed or concatenated, with zeros for absent layers. Codes above the table's layers do not matter.</summary>
    public static int[] Embed(EmbedOperation op, ReadOnlySpan<ushort> codes)
    {
        if (codes.Length < 1)
            throw new ArgumentException($"{op.Name}: {codes.Length} codes are fewer than it needs.", nameof(codes));

        codes = codes[Math.Min(op.FirstLayer, codes.Length)..];
        foreach (ushort code in codes)
            if (code >= op.Entries)
                throw new ArgumentException($"{op.Name}: code {code} is not below {op.Entries}.", nameof(codes));

        int layers = Math.Min(codes.Length, op.Layers);
        var product = new int[layers, op.Dim];
        for (int l = 0; l < layers; l++)
        {
            for (int d = 0; d < op.Dim; d++)
            {
                int multiplier = op.Multipliers[l * op.Dim + d];
                ArgumentOutOfRangeException.ThrowIfNegative(multiplier, op.Name);
                product[l, d] = checked(op.Table[(l * op.Entries + codes[l]) * op.Dim + d] * multiplier);
            }
        }

        var y = new int[op.Concatenate ? op.Layers * op.Dim : op.Dim];
        for (int d = 0; d < op.Dim; d++)
        {
            int sum = 0;
            for (int l = 0; l < layers; l++)
            {
                if (op.Concatenate)
                    y[l * op.Dim + d] = IntegerMath.Sat16(IntegerMath.Rshr(product[l, d], op.Shift));
                else
                    sum = checked(sum + product[l, d]);
            }

            if (!op.Concatenate)
                y[d] = IntegerMath.Sat16(IntegerMath.Rshr(sum, op.Shift));
        }

        return y;
    }

    /// <summary>Window: for each row of x the taps rows that end with it, oldest first.</summary>
    public static int[] Window(int[] history, int[] x, int channels, int taps)
    {
        int[] past = [.. history, .. x];
        int rows = x.Length / channels;
        var y = new int[rows * taps * channels];
        for (int t = 0; t < rows; t++)
            Array.Copy(past, t * channels, y, t * taps * channels, taps * channels);
        return y;
    }

    /// <summary>The last rows of (history, x), as many values as the history has.</summary>
    public static int[] Push(int[] history, int[] x)
    {
        int[] past = [.. history, .. x];
        return past[^history.Length..];
    }

    /// <summary>Linear with its requantizing end.</summary>
    public static int[] Linear(IntegerMatrix matrix, int[] x) => Array.ConvertAll(Requantized(matrix, x), z => (int)IntegerMath.Sat16(z));

    /// <summary>Linear with its adding end.</summary>
    public static int[] LinearAdd(IntegerMatrix matrix, int[] x, int[] residual)
    {
        int[] z = Requantized(matrix, x);
        return [.. z.Zip(residual, (value, r) => (int)IntegerMath.Sat16((long)r + value))];
    }

    /// <summary>Linear with its GELU end, before the saturation to the type of the result.</summary>
    public static int[] LinearGelu(IntegerMatrix matrix, int[] x, int fraction, int gain, int shift, int zero)
    {
        if (gain is < 0 or > 32767 || shift is < 1 or > 30)
            throw new ArgumentException($"Gain {gain} or shift {shift} of a GELU is out of range.", nameof(gain));

        return Array.ConvertAll(Requantized(matrix, x), z =>
        {
            int g = IntegerMath.Gelu(IntegerMath.Sat16(z), fraction);
            return checked((int)IntegerMath.Rshr(checked(g * gain), shift) + zero);
        });
    }

    /// <summary>Depthwise: one kernel per channel over the history and x.</summary>
    public static int[] Depthwise(DepthwiseOperation op, int[] history, int[] x)
    {
        int channels = op.Input.Channels;
        int[] past = [.. history, .. x];
        var y = new int[x.Length];
        for (int i = 0; i < y.Length; i++)
        {
            int c = i % channels;
            long low = Math.Min(op.Bias[c], 0), high = Math.Max(op.Bias[c], 0);
            for (int k = 0; k < op.Taps; k++)
            {
                int product = op.Weight[k * channels + c] * past[i + k * channels];
                low += Math.Min(product, 0);
                high += Math.Max(product, 0);
            }

            y[i] = IntegerMath.Sat16(Requantize(low, high, op.LeftShift, op.Multiplier[c]));
        }

        return y;
    }

    /// <summary>LayerNorm, before the saturation to the type of the result.</summary>
    public static long[] LayerNorm(LayerNormOperation op, int[] x)
    {
        int channels = op.Input.Channels;
        if (op.Epsilon < 1 || op.ScaleMantissa is < 1u << 30 or >= 1u << 31)
            throw new ArgumentException($"{op.Name}: epsilon {op.Epsilon} or scale {op.ScaleMantissa} is out of range.", nameof(op));

        var y = new long[x.Length];
        for (int row = 0; row < x.Length; row += channels)
        {
            int sum = 0;
            long squares = 0;
            checked
            {
                for (int c = 0; c < channels; c++)
                {
                    sum += x[row + c];
                    squares += (long)x[row + c] * x[row + c];
                }
            }

            long v = checked(channels * squares - (long)sum * sum + op.Epsilon);
            if (v < 1 || v >= 1L << 62)
                throw new OverflowException($"{op.Name}: the variance {v} is not below 2^62.");

            int z = IntegerMath.Clz64((ulong)v) & ~1;
            uint m = (uint)(((ulong)v << z) >> 32);
            ulong r = IntegerMath.Rsqrt31(m);
            long multiplier = (long)(checked(r * op.ScaleMantissa + (1UL << 31)) >> 32);
            int sh = 30 + op.ScaleExponent - z / 2;
            for (int c = 0; c < channels; c++)
                y[row + c] = IntegerMath.Rshr(checked((long)checked(channels * x[row + c] - sum) * multiplier), sh);
        }

        return y;
    }

    /// <summary>mulr(acc &lt;&lt; ls, M) of every output channel of every row.</summary>
    internal static int[] Requantized(IntegerMatrix matrix, int[] x)
    {
        int rows = x.Length / matrix.In;
        var z = new int[rows * matrix.Out];
        for (int t = 0; t < rows; t++)
        {
            ReadOnlySpan<int> row = x.AsSpan(t * matrix.In, matrix.In);
            for (int o = 0; o < matrix.Out; o++)
            {
                ReadOnlySpan<sbyte> weight = matrix.Weight.AsSpan(o * matrix.In, matrix.In);
                long low = Math.Min(matrix.Bias[o], 0), high = Math.Max(matrix.Bias[o], 0);
                for (int i = 0; i < weight.Length; i++)
                {
                    int product = weight[i] * row[i];
                    low += Math.Min(product, 0);
                    high += Math.Max(product, 0);
                }

                z[t * matrix.Out + o] = Requantize(low, high, matrix.LeftShift, matrix.Multiplier[o]);
            }
        }

        return z;
    }

    // The terms of an accumulator come as their negative and their positive part: where both fit, the sum of any subset does, in any order.
    private static int Requantize(long low, long high, int leftShift, int multiplier)
    {
        if (multiplier is < 0 or >= MultiplierLimit)
            throw new ArgumentOutOfRangeException(nameof(multiplier), multiplier, "A multiplier is not in 0..2^30-1.");

        IntegerMath.ShiftLeft(checked((int)low), leftShift);
        IntegerMath.ShiftLeft(checked((int)high), leftShift);
        return IntegerMath.Mulr(IntegerMath.ShiftLeft((int)(low + high), leftShift), multiplier);
    }
}
