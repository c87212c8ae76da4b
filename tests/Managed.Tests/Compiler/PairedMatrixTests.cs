using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public class PairedMatrixTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 2)]
    [InlineData(17, 3)]
    [InlineData(80, 124)]
    public void A_pair_is_256_times_the_weight_of_the_second_output_plus_that_of_the_first(int inputs, int outputs)
    {
        IntegerMatrix matrix = Random(inputs, outputs);

        sbyte[] packed = PairedMatrix.Weight(matrix);

        // int16 [out/2][in], inputs padded to 16, as the C kernels read it.
        int paddedIn = (inputs + 15) / 16 * 16, pairs = (outputs + 1) / 2;
        Assert.Equal(2 * paddedIn * pairs, packed.Length);
        for (int at = 0; at < paddedIn * pairs; at++)
        {
            int pair = (packed[(2 * at) + 1] * 256) + (byte)packed[2 * at], lower = Weight(at / paddedIn * 2, at % paddedIn), upper = Weight((at / paddedIn * 2) + 1, at % paddedIn);
            Assert.Equal((256 * upper) + lower, pair);
            Assert.Equal(lower, packed[2 * at]);
            Assert.Equal(upper, packed[(2 * at) + 1] + (packed[2 * at] < 0 ? 1 : 0));
        }

        int Weight(int o, int i) => o < outputs && i < inputs ? matrix.Weight[(o * inputs) + i] : 0;
    }

    [Fact]
    public void Values_of_an_odd_number_of_outputs_are_padded_with_a_zero()
    {
        Assert.Equal([7, -8, 9, 0], PairedMatrix.Padded([7, -8, 9]));
        Assert.Equal([7, -8], PairedMatrix.Padded([7, -8]));
    }

    /// <summary>With weights of 127 and inputs of -128, 257 * 127 * 128 * 514 = 2,147,385,088 is the last sum below 2^31.</summary>
    [Theory, InlineData(514, true), InlineData(515, false)]
    public void A_matrix_fits_when_no_int8_input_can_take_the_joint_sum_out_of_32_bits(int inputs, bool fits)
    {
        IntegerMatrix loud = Constant(inputs, 4, 127);
        Assert.Equal(fits, PairedMatrix.Fits(loud, ElementType.Int8));

        // The largest input against every sign, added up as a kernel does.
        long joint = 0;
        for (int i = 0; i < inputs; i++)
        {
            joint += ((256 * 127) + 127) * -128L;
        }

        Assert.Equal(fits, joint >= int.MinValue + 1);
    }

    [Fact]
    public void Only_the_pair_that_is_too_loud_counts_and_a_last_odd_output_is_alone()
    {
        sbyte[] loud = [.. Enumerable.Repeat((sbyte)127, 515)], quiet = [.. Enumerable.Repeat((sbyte)126, 515)];
        Assert.True(PairedMatrix.Fits(Of(515, [.. loud, .. quiet]), ElementType.Int8));
        Assert.False(PairedMatrix.Fits(Of(515, [.. quiet, .. quiet, .. quiet, .. loud, .. quiet]), ElementType.Int8));
        Assert.True(PairedMatrix.Fits(Of(515, [.. quiet, .. quiet, .. loud]), ElementType.Int8));
    }

    [Fact]
    public void A_matrix_that_does_not_fit_is_emitted_in_rows_and_says_so()
    {
        var decoder = new SmallDecoder();
        IntegerProgram program = decoder.Lower(decoder.Build(), new LoweringOptions()).Program;
        LinearAddOperation operation = program.Operations.OfType<LinearAddOperation>().First(o => o.Input.Type == ElementType.Int8);

        Assert.Equal((515 * 2, "NULL"), Emitted(Constant(515, 2, 127)));
        Assert.Equal((512 * 2, "q3e_pairs"), Emitted(Constant(512, 2, 127)));

        (long WeightBytes, string Mark) Emitted(IntegerMatrix matrix)
        {
            var weights = new WeightSet();
            var printer = new OperationSource(new CNames("small"), program, MemoryPlan.Of(program), weights, WeightLayout.Pairs, 1);
            string line = printer.Print(operation with { Matrix = matrix }, hop: true).Single(l => l.Contains("q3e_matrix m", StringComparison.Ordinal));
            // Bias and multiplier are two int32 each.
            return (weights.Bytes - 16, line[(line.LastIndexOf(' ') + 1)..].TrimEnd('}', ';'));
        }
    }

    [Fact]
    public void Sums_of_int16_inputs_have_64_bits_and_always_fit() => Assert.True(PairedMatrix.Fits(Constant(4000, 2, 127), ElementType.Int16));

    private static IntegerMatrix Constant(int inputs, int outputs, sbyte weight) => Of(inputs, [.. Enumerable.Repeat(weight, inputs * outputs)]);

    private static IntegerMatrix Of(int inputs, sbyte[] weight) => new(inputs, weight.Length / inputs, weight, new int[weight.Length / inputs], new int[weight.Length / inputs], 0);

    private static IntegerMatrix Random(int inputs, int outputs)
    {
        var random = new Random(inputs + outputs);
        return Of(inputs, [.. Enumerable.Range(0, inputs * outputs).Select(_ => (sbyte)random.Next(-127, 128))]);
    }
}
