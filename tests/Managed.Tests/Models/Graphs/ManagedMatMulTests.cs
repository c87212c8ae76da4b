using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Graphs;

public sealed class ManagedMatMulTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 8, 4)]
    [InlineData(3, 7, 5)]
    [InlineData(5, 31, 11)]
    [InlineData(4, 192, 9)]
    [InlineData(7, 2, 3)]
    public void A_product_is_its_formula(int rows, int inputs, int outputs)
    {
        float[] x = NodeRun.Normal(1, rows * inputs), w = NodeRun.Normal(2, outputs * inputs), b = NodeRun.Normal(3, outputs), y = new float[rows * outputs];
        ManagedMatMul.Instance.Multiply(x, rows, w, b, y);
        for (int i = 0; i < y.Length; i++)
        {
            double expected = b[i % outputs] + Enumerable.Range(0, inputs).Sum(k => (double)x[(i / outputs * inputs) + k] * w[(i % outputs * inputs) + k]);
            Assert.Equal(expected, y[i], 2e-5);
        }
    }

    [Fact]
    public void The_bits_of_a_row_do_not_depend_on_its_place_in_memory_or_among_other_rows()
    {
        const int inputs = 203, outputs = 13, rows = 9;
        float[] x = NodeRun.Normal(1, rows * inputs), w = NodeRun.Normal(2, outputs * inputs), whole = new float[rows * outputs];
        ManagedMatMul.Instance.Multiply(x, rows, w, [], whole);
        for (int offset = 0; offset < 20; offset++)
        {
            float[] shiftedX = [.. new float[offset], .. x], shiftedW = [.. new float[(offset * 3) % 17], .. w];
            for (int row = 0; row < rows; row++)
            {
                var y = new float[outputs];
                ManagedMatMul.Instance.Multiply(shiftedX.AsSpan(offset + (row * inputs), inputs), 1, shiftedW.AsSpan((offset * 3) % 17), [], y);
                Assert.Equal(whole.AsSpan(row * outputs, outputs).ToArray(), y);
            }
        }
    }

    [Fact]
    public void Lengths_that_do_not_fit_are_refused()
    {
        ManagedMatMul.Instance.Multiply([], 0, new float[6], [], []);
        Assert.Throws<ArgumentException>(() => ManagedMatMul.Instance.Multiply(new float[5], 2, new float[6], [], new float[4]));
        Assert.Throws<ArgumentException>(() => ManagedMatMul.Instance.Multiply(new float[6], 2, new float[5], [], new float[4]));
        Assert.Throws<ArgumentException>(() => ManagedMatMul.Instance.Multiply(new float[6], 2, new float[6], new float[3], new float[4]));
        Assert.Throws<ArgumentException>(() => ManagedMatMul.Instance.Multiply(new float[6], 2, new float[6], [], new float[5]));
    }
}
