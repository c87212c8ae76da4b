using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>The operations of native/ARITHMETIC.md section 9 on plain int arrays, before the saturation to the type of the result. Arithmetic that the text says fits is checked.</summary>
public static class FullDecoderOperations
{
    /// <summary>silu[0..512], Q16: x / (1 + e^x), x = i/32.</summary>
    public static readonly int[] SiluTable = [.. Enumerable.Range(0, 513).Select(i => (int)HighPrecision.Round(HighPrecision.SiluTail(i) << 16))];

    /// <summary>The high half of a 16-bit product, rounded half up.</summary>
    public static int Mulrs(int a, int b) => IntegerMath.Sat16(a) != a || IntegerMath.Sat16(b) != b
        ? throw new OverflowException($"{a} or {b} is no int16.")
        : (int)IntegerMath.Rshr((long)a * b, 15);

    /// <summary>The cosine of t turns (2^16 = one turn), Q15.</summary>
    public static int Cos15(int t)
    {
        int d = Math.Min(t <= 1 << 15 ? t : (1 << 16) - t, 32767), q = (1 << 14) - d, z = Math.Min(2 * q, 32767), w = Mulrs(z, z);
        int p = Mulrs(-142, w) + 2603;
        p = Mulrs(p, w) - 21163;
        p = Mulrs(p, w) + 18702;
        return IntegerMath.Sat16(z + Mulrs(p, z));
    }

    /// <summary>SiLU of h in Qf.</summary>
    public static int Silu(int h, int f)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(f, 5);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(f, 12);
        int a = Math.Abs(h), i = a >> (f - 5), d = 0;
        if (i < 512)
        {
            int r = a & ((1 << (f - 5)) - 1);
            d = checked((SiluTable[i] << (f - 5)) + ((SiluTable[i + 1] - SiluTable[i]) * r) + (1 << 10)) >> 11;
        }

        return Math.Max(h, 0) - d;
    }

    /// <summary>Narrow.</summary>
    public static long[] Narrow(NarrowOperation op, int[] x) => op is { Gain: >= 0 and <= 32767, Shift: >= 1 and <= 30 }
        ? Array.ConvertAll(x, v => IntegerMath.Rshr(checked(v * op.Gain), op.Shift))
        : throw new ArgumentException($"{op.Name}: gain {op.Gain} or shift {op.Shift} is out of range.", nameof(op));

    /// <summary>RmsNorm.</summary>
    public static long[] RmsNorm(RmsNormOperation op, int[] x)
    {
        if (op.Epsilon < 1 || op.ScaleMantissa is < 1u << 30 or >= 1u << 31)
            throw new ArgumentException($"{op.Name}: epsilon {op.Epsilon} or scale {op.ScaleMantissa} is out of range.", nameof(op));

        int channels = op.Input.Channels;
        var y = new long[x.Length];
        for (int row = 0; row < x.Length; row += channels)
        {
            long v = op.Epsilon;
            foreach (int value in x.AsSpan(row, channels))
                v = checked(v + (long)value * value);
            if (v >= 1L << 62)
                throw new OverflowException($"{op.Name}: the energy {v} is not below 2^62.");

            int z = IntegerMath.Clz64((ulong)v) & ~1;
            ulong r = IntegerMath.Rsqrt31((uint)(((ulong)v << z) >> 32));
            long multiplier = (long)((r * op.ScaleMantissa + (1UL << 31)) >> 32);
            for (int c = 0; c < channels; c++)
                y[row + c] = IntegerMath.Rshr(x[row + c] * multiplier, 30 + op.ScaleExponent - z / 2);
        }

        return y;
    }

    /// <summary>Snake of values that lie in rows of the constants' channels.</summary>
    public static long[] Snake(SnakeConstants s, int[] x)
    {
        if (s.InputGain is < 0 or >= 1 << 14 || s.Shift is < 1 or > 30 || s.Gain.Any(g => g is < 0 or >= 1 << 14))
            throw new ArgumentException("A gain or shift of a Snake is out of range.", nameof(s));

        var y = new long[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            int c = i % s.Frequency.Length, t = (int)(unchecked((uint)x[i] * s.Frequency[c]) >> 16);
            int sum = checked((x[i] * s.InputGain) + (((1 << 15) - Cos15(t)) * s.Gain[c]));
            y[i] = IntegerMath.Rshr(sum, s.Shift);
            _ = checked((int)(sum + (1L << (s.Shift - 1))));
        }

        return y;
    }

    /// <summary>SiluGate.</summary>
    public static long[] SiluGate(SiluGateOperation op, int[] gate, int[] up) => op.Gain is >= 0 and <= 32767
        ? [.. gate.Zip(up, (h, u) => IntegerMath.Rshr((long)checked(Silu(h, op.Fraction) * u) * op.Gain, op.Shift))]
        : throw new ArgumentException($"{op.Name}: gain {op.Gain} is out of range.", nameof(op));

    /// <summary>A convolution's rows: for each row of x the taps rows, dilation apart, that end with it.</summary>
    public static int[] Window(int[] history, int[] x, int channels, int taps, int dilation)
    {
        int[] past = [.. history, .. x];
        int rows = x.Length / channels;
        List<int> y = [];
        for (int t = 0; t < rows; t++)
            for (int k = 0; k < taps; k++)
                y.AddRange(past.AsSpan((t + (k * dilation)) * channels, channels));
        return [.. y];
    }
}
