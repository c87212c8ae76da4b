using System.Globalization;
using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Benchmarks.RandomCheckpoint;

/// <summary>Random weights for a list of tensors, scaled so that activations stay near unit variance (the scaling of He et al. 2015 for each matrix).</summary>
internal static class Weights
{
    // A residual branch adds this share of its input's standard deviation, so that a chain of blocks does not grow.
    private const double BranchGain = 0.35;

    /// <summary>Makes every tensor of a list (tests/data/qwen3-golden/full-tensors.tsv) from its name, its shape and the seed.</summary>
    public static Dictionary<string, (long[] Shape, float[] Values)> Make(string list, int seed)
    {
        var tensors = new Dictionary<string, (long[], float[])>(StringComparer.Ordinal);
        foreach (string line in File.ReadLines(list).Where(l => !l.StartsWith('#')).Skip(1))
        {
            string[] fields = line.Split('\t');
            long[] shape = [.. fields[1].Trim('[', ']').Split(',', StringSplitOptions.TrimEntries).Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
            tensors.Add(fields[0], (shape, Values(fields[0], shape, seed)));
        }

        return tensors;
    }

    /// <summary>Writes them as a checkpoint.</summary>
    public static void Save(string path, Dictionary<string, (long[] Shape, float[] Values)> tensors)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata("format", "pt");
        foreach ((string name, (long[] shape, float[] values)) in tensors)
        {
            writer.Add(name, DType.F32, shape, new FloatBytes(values).Memory);
        }

        writer.Save(path);
    }

    private static float[] Values(string name, long[] shape, int seed)
    {
        var values = new float[shape.Aggregate(1L, (product, n) => product * n)];
        string last = name[(name.LastIndexOf('.') + 1)..];
        var random = new Random(HashCode(name) ^ seed);
        switch (last)
        {
            case "cluster_usage":
                Fill(values, () => 1 + (3 * random.NextDouble()));
                break;
            case "embed_sum" or "embedding_sum":
                // Usage is 2.5 on average; each layer's entries are smaller than the last's.
                int layer = int.Parse(name.Split('.').SkipWhile(p => p != "layers").ElementAt(1), CultureInfo.InvariantCulture);
                Fill(values, () => 2.5 * Math.Pow(0.85, layer) * 0.5 * Normal(random));
                break;
            case "initialized":
                values.AsSpan().Fill(1);
                break;
            case "alpha" or "beta":
                Fill(values, () => 0.3 * Normal(random));
                break;
            case "scale" or "gamma":
                Fill(values, () => BranchGain * (1 + (0.2 * Normal(random))));
                break;
            case "bias":
                Fill(values, () => 0.02 * Normal(random));
                break;
            case "weight" when shape.Length == 1:
                Fill(values, () => 1 + (0.1 * Normal(random)));
                break;
            default:
                double gain = Gain(name) / Math.Sqrt(FanIn(name, shape));
                Fill(values, () => gain * Normal(random));
                break;
        }

        return values;
    }

    // A transposed convolution ([in, out, kernel = 2 strides], or kernel = stride in the upsampling stages) has two taps, or one, that meet in an output.
    private static double FanIn(string name, long[] shape)
    {
        if (name.Contains(".block.1.conv.", StringComparison.Ordinal) && name.StartsWith("decoder.", StringComparison.Ordinal))
            return shape[0] * 2;
        if (name.Contains("upsample.", StringComparison.Ordinal) && name.Contains(".0.conv.", StringComparison.Ordinal))
            return shape[0];
        return shape.Length == 3 ? shape[1] * shape[2] : shape[1];
    }

    private static double Gain(string name) =>
        name.Contains(".conv2.", StringComparison.Ordinal) || name.Contains(".block.3.", StringComparison.Ordinal) ? BranchGain : 1;

    private static void Fill(float[] values, Func<double> next)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)next();
        }
    }

    // Of a sum of uniform numbers (Irwin-Hall, 4 terms): fast, and near enough to normal for weights.
    private static double Normal(Random random) =>
        (random.NextDouble() + random.NextDouble() + random.NextDouble() + random.NextDouble() - 2) * Math.Sqrt(3);

    // The same in every process, unlike string.GetHashCode.
    private static int HashCode(string name) => name.Aggregate(17, (hash, c) => unchecked((hash * 31) + c));

    private sealed class FloatBytes(float[] values) : System.Buffers.MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(values.AsSpan());

        public override System.Buffers.MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
