using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public class MatrixQuantizerTests
{
    private const int Inputs = 40, Outputs = 7;

    [Fact]
    public void Weights_are_within_half_a_step_of_their_row_and_the_largest_is_127()
    {
        float[] weight = [.. SmallDecoder.Normal(new Random(1), Inputs * Outputs)];

        IntegerMatrix matrix = Quantize(weight, [], Buffer(ElementType.Int16, 0));

        for (int o = 0; o < Outputs; o++)
        {
            double step = weight.Skip(o * Inputs).Take(Inputs).Max(w => Math.Abs(w)) / 127.0;
            Assert.Equal(127, matrix.Weight.Skip(o * Inputs).Take(Inputs).Max(q => Math.Abs((int)q)));
            for (int i = o * Inputs; i < (o + 1) * Inputs; i++)
            {
                Assert.InRange(weight[i] - (matrix.Weight[i] * step), -0.5001 * step, 0.5001 * step);
            }
        }
    }

    [Theory]
    [InlineData(ElementType.Int8, 0)]
    [InlineData(ElementType.Int8, -97)]
    [InlineData(ElementType.Int8, 127)]
    [InlineData(ElementType.Int16, 0)]
    [InlineData(ElementType.Int16, 3)]
    public void The_integer_result_is_the_float_result_within_the_rounding_of_weights_bias_and_output(ElementType type, int zeroPoint)
    {
        var random = new Random(2);
        float[] weight = [.. SmallDecoder.Normal(random, Inputs * Outputs)], bias = [.. SmallDecoder.Normal(random, Outputs)];
        IntegerBuffer input = Buffer(type, zeroPoint);
        const double outputStep = 0.01;
        IntegerMatrix matrix = Quantize(weight, bias, input, outputStep);
        for (int trial = 0; trial < 200; trial++)
        {
            int[] x = [.. Enumerable.Range(0, Inputs).Select(_ => type == ElementType.Int8 ? random.Next(-128, 128) : random.Next(-20000, 20001))];
            int[] y = NetworkOperations.Linear(matrix, x);
            for (int o = 0; o < Outputs; o++)
            {
                double exact = bias[o], reach = 0, step = weight.Skip(o * Inputs).Take(Inputs).Max(w => Math.Abs(w)) / 127.0;
                for (int i = 0; i < Inputs; i++)
                {
                    double value = (x[i] - zeroPoint) * input.Scale;
                    exact += weight[(o * Inputs) + i] * value;
                    reach += Math.Abs(value);
                }

                // Half a weight step at every input, half an accumulator step of the bias, half an output step, a quarter for the multiplier.
                double bound = (reach * step / 2) + (input.Scale * step / 2) + (0.75 * outputStep) + 1e-6;
                Assert.InRange((y[o] * outputStep) - exact, -bound, bound);
            }
        }
    }

    [Theory]
    [InlineData(1.0f)]
    [InlineData(-1.0f)]
    public void A_row_that_is_too_loud_for_32_bits_gets_coarser_weights_and_passes_the_proof(float value)
    {
        const int many = 4096;
        float[] weight = new float[2 * many];
        Array.Fill(weight, value, 0, many);
        weight[many] = 1;
        var input = new IntegerBuffer("x", ElementType.Int16, 1, many, 1e-4);
        IntegerMatrix matrix = MatrixQuantizer.Quantize("m", weight, [0.5f, 0.5f], input, [1 / 0.5, 1 / 0.5]);

        int coarse = Math.Abs((int)matrix.Weight[0]);
        Assert.InRange(coarse, 8, 15);
        Assert.Equal(127, matrix.Weight[many]);

        // The oracle throws where any subset of the products leaves 32 bits.
        foreach (int extreme in (int[])[short.MinValue, short.MaxValue])
        {
            int[] x = new int[many];
            Array.Fill(x, extreme);
            int[] y = NetworkOperations.Linear(matrix, x);
            double exact = 0.5 + (many * (double)value * extreme * 1e-4);
            Assert.InRange((y[0] * 0.5) - exact, -(Math.Abs(exact) * 0.5 / coarse) - 0.5, (Math.Abs(exact) * 0.5 / coarse) + 0.5);
        }
    }

    [Theory]
    [InlineData(10000, 0f)]
    [InlineData(70000, 0f)]
    [InlineData(40, 1e6f)]
    public void A_row_that_no_usable_weights_bring_into_32_bits_is_refused(int inputs, float bias)
    {
        var weight = new float[inputs];
        Array.Fill(weight, 1f);
        var input = new IntegerBuffer("x", ElementType.Int16, 1, inputs, 1e-4);

        var e = Assert.Throws<BuildException>(() => MatrixQuantizer.Quantize("blocks.3.pw2", weight, [bias], input, [100]));

        Assert.Equal("blocks.3.pw2: output channel 0 cannot be computed in 32 bits.", e.Message);
    }

    [Fact]
    public void Weights_too_small_to_move_the_output_may_vanish_beside_a_large_bias()
    {
        var weight = new float[Inputs];
        Array.Fill(weight, 1e-9f);

        IntegerMatrix matrix = MatrixQuantizer.Quantize("m", weight, [20f], new IntegerBuffer("x", ElementType.Int16, 1, Inputs, 1e-4), [1 / 0.01]);

        Assert.Equal([2000], NetworkOperations.Linear(matrix, new int[Inputs]));
    }

    [Fact]
    public void Rows_of_zeros_give_their_bias()
    {
        IntegerMatrix matrix = Quantize(new float[Inputs * Outputs], [1, -1, 0, 2, -2, 0.5f, 3], Buffer(ElementType.Int8, 5), 0.01);

        Assert.Equal([100, -100, 0, 200, -200, 50, 300], NetworkOperations.Linear(matrix, new int[Inputs]));
    }

    [Fact]
    public void An_output_step_far_below_the_accumulators_is_refused()
    {
        var e = Assert.Throws<BuildException>(() => Quantize([.. SmallDecoder.Normal(new Random(5), Inputs * Outputs)], [], Buffer(ElementType.Int16, 0), 1e-12));

        Assert.StartsWith("m: scale factor", e.Message, StringComparison.Ordinal);
    }

    private static IntegerBuffer Buffer(ElementType type, int zeroPoint) => new("x", type, 1, Inputs, type == ElementType.Int8 ? 0.02 : 1e-4, zeroPoint);

    private static IntegerMatrix Quantize(float[] weight, float[] bias, IntegerBuffer input, double outputStep = 0.01) =>
        MatrixQuantizer.Quantize("m", weight, bias, input, [.. Enumerable.Repeat(1 / outputStep, Outputs)]);
}
