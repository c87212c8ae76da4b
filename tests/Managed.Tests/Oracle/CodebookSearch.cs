using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>The codebook search of native/ARITHMETIC.md section 7.3.</summary>
public static class CodebookSearch
{
    /// <summary>A latent row to its codes in the first layers.</summary>
    /// <param name="op">The search.</param>
    /// <param name="latent">Dim values, int16.</param>
    /// <param name="layers">Layers to search, at least 1.</param>
    public static ushort[] Run(SearchOperation op, ReadOnlySpan<int> latent, int layers)
    {
        Check(op);
        if (latent.Length != op.Dim || layers < 1 || layers > op.Layers)
            throw new ArgumentException($"{op.Name}: {latent.Length} values for {layers} layers, not {op.Dim} for 1 to {op.Layers}.", nameof(layers));

        int[] residual = Array.ConvertAll(latent.ToArray(), y => y * (1 << 8));
        var codes = new ushort[layers];
        for (int l = 0; l < layers; l++)
        {
            int[] scaled = Scaled(op, l, residual);
            codes[l] = Nearest(op, l, scaled);
            Subtract(op, l, codes[l], residual);
        }

        return codes;
    }

    private static int[] Scaled(SearchOperation op, int layer, int[] residual)
    {
        var u = new int[op.Dim];
        for (int d = 0; d < u.Length; d++)
            u[d] = IntegerMath.Sat16(IntegerMath.Mulr(IntegerMath.ShiftLeft(residual[d], op.LeftShift[layer]), op.Gain[layer * op.Dim + d]));
        return u;
    }

    private static ushort Nearest(SearchOperation op, int layer, int[] u)
    {
        int best = int.MinValue;
        ushort code = 0;
        for (int c = 0; c < op.Entries; c++)
        {
            int score = Score(u, op.Table.AsSpan((layer * op.Entries + c) * op.Dim, op.Dim), op.Half[layer * op.Entries + c]);
            if (c > 0 && score <= best)
                continue;

            best = score;
            code = (ushort)c;
        }

        return code;
    }

    // The terms come as their negative and their positive part: where both fit, the sum of any subset does, in any order.
    private static int Score(int[] u, ReadOnlySpan<sbyte> entry, int half)
    {
        long low = Math.Min(-(long)half, 0), high = Math.Max(-(long)half, 0);
        for (int d = 0; d < entry.Length; d++)
        {
            int product = u[d] * entry[d];
            low += Math.Min(product, 0);
            high += Math.Max(product, 0);
        }

        return checked((int)low + (int)high);
    }

    private static void Subtract(SearchOperation op, int layer, int code, int[] residual)
    {
        for (int d = 0; d < residual.Length; d++)
        {
            int product = checked(op.Table[(layer * op.Entries + code) * op.Dim + d] * op.Step[layer * op.Dim + d]);
            long r = residual[d] - IntegerMath.Rshr(product, op.Shift);
            if (Math.Abs(r) >= 1 << 30)
                throw new OverflowException($"{op.Name}: the residual {r} after layer {layer} is not below 2^30.");
            residual[d] = (int)r;
        }
    }

    private static void Check(SearchOperation op)
    {
        int columns = op.Layers * op.Dim, rows = op.Layers * op.Entries;
        bool fits = op.Entries is >= 1 and <= 65536 && op.Table.Length == rows * op.Dim && op.Half.Length == rows && op.Gain.Length == columns && op.Step.Length == columns
            && op.LeftShift.Length == op.Layers && op.Gain.All(g => g is >= 0 and < 1 << 30) && op.Step.All(s => s >= 0);
        if (!fits)
            throw new ArgumentException($"{op.Name}: its tables contradict native/ARITHMETIC.md section 7.3.", nameof(op));
    }
}
