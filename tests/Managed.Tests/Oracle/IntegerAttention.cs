using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>Attention of native/ARITHMETIC.md section 9 with its state.</summary>
internal sealed class IntegerAttention(AttentionConstants constants)
{
    private readonly List<(int[] Key, int[] Value)> _past = [];
    private uint _position;

    /// <summary>The next rows.</summary>
    public int[] Run(int[] q, int[] k, int[] v)
    {
        int width = constants.Heads * constants.Size, shared = constants.Groups * constants.Size, rows = q.Length / width;
        List<int> y = [];
        for (int t = 0; t < rows; t++)
        {
            int[] query = Rotated(q.AsSpan(t * width, width)), key = Rotated(k.AsSpan(t * shared, shared));
            _past.Add((key, v.AsSpan(t * shared, shared).ToArray()));
            if (_past.Count > constants.Window)
                _past.RemoveAt(0);
            for (int head = 0; head < constants.Heads; head++)
                y.AddRange(Head(query.AsSpan(head * constants.Size, constants.Size), head / (constants.Heads / constants.Groups) * constants.Size));
            unchecked
            {
                _position++;
            }
        }

        return [.. y];
    }

    private int[] Rotated(ReadOnlySpan<int> x)
    {
        int half = constants.Size / 2;
        int[] y = x.ToArray();
        for (int start = 0; start < y.Length; start += constants.Size)
        {
            for (int m = 0; m < half; m++)
            {
                uint turns = unchecked(_position * constants.Increments[m]);
                long c = IntegerMath.Cos31(turns), s = IntegerMath.Sin31(turns), a = x[start + m], b = x[start + half + m];
                y[start + m] = IntegerMath.Sat16(IntegerMath.Rshr((a * c) - (b * s), 31));
                y[start + half + m] = IntegerMath.Sat16(IntegerMath.Rshr((b * c) + (a * s), 31));
            }
        }

        return y;
    }

    private int[] Head(ReadOnlySpan<int> query, int at)
    {
        int size = constants.Size;
        var scores = new long[_past.Count];
        for (int j = 0; j < scores.Length; j++)
            for (int d = 0; d < size; d++)
                scores[j] += (long)query[d] * _past[j].Key[at + d];

        long top = scores.Max();
        uint sum = 0;
        var weights = new uint[scores.Length];
        for (int j = 0; j < scores.Length; j++)
        {
            long e = checked((top - scores[j]) * constants.Gain) >> constants.Shift;
            uint t = (1u << 24) - (uint)Math.Min(e, 1 << 24);
            weights[j] = t >= 1 << 20 ? (uint)IntegerMath.Rshr(IntegerMath.Exp2m(t & 0xfffff), 30 - (int)(t >> 20)) : 0;
            sum = checked(sum + weights[j]);
        }

        if (sum is < 1 << 16 or >= 1 << 24)
            throw new OverflowException($"The weights of an attention add up to {sum}.");
        int z = IntegerMath.Clz32(sum);
        long reciprocal = IntegerMath.Recip31(sum << z);
        var y = new int[size];
        for (int d = 0; d < size; d++)
        {
            long mean = 0;
            for (int j = 0; j < weights.Length; j++)
                mean += (long)weights[j] * _past[j].Value[at + d];
            y[d] = IntegerMath.Sat16(IntegerMath.Rshr(checked(IntegerMath.Rshr(mean, 8) * reciprocal), 54 - z));
        }

        return y;
    }
}
