using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Safetensors;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

/// <summary>The named activations of the case tiny/odd_length (tests/data/qwen3-golden/README.md, section 6.1).</summary>
internal sealed class GoldenActivations : IDisposable
{
    private readonly SafetensorsFile _file = SafetensorsFile.Open(TestData.Path("qwen3-golden/tiny/cases/odd_length/intermediates.safetensors"));

    public IEnumerable<string> Names(string prefix) => _file.Tensors.Keys.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public void Dispose() => _file.Dispose();

    /// <summary>Compares a node's value with the activation of its name, if there is one: 1e-4 * max(1, max|x|), section 8.</summary>
    public void Compare(string name, FloatTensor value, HashSet<string> seen)
    {
        // Besides the activations the file repeats "input", "codes" and "wave".
        if (!name.Contains('.', StringComparison.Ordinal) || !_file.Tensors.TryGetValue(name, out TensorInfo? info))
        {
            return;
        }

        // Around convolutions [1, channels, time], in the transformers [1, time, channels].
        bool rowsFirst = name.Contains("transformer", StringComparison.Ordinal);
        float[] expected = rowsFirst ? _file.ToFloat32(name) : Transposed(_file.ToFloat32(name), value);
        Assert.Equal([1, rowsFirst ? value.Rows : value.Channels, rowsFirst ? value.Channels : value.Rows], info.Shape);
        NodeRun.Close(expected, value.Data, 1e-4 * Math.Max(1, expected.Max(MathF.Abs)));
        seen.Add(name);
    }

    private static float[] Transposed(float[] stored, FloatTensor shape)
    {
        Assert.Equal(shape.Data.Length, stored.Length);
        var rows = new float[stored.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = stored[(i % shape.Channels * shape.Rows) + (i / shape.Channels)];
        }

        return rows;
    }
}
