using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public class FixedPointTests
{
    [Theory]
    [InlineData(0.2499, 0)]
    [InlineData(0.25, 1)]
    [InlineData(0.4999, 1)]
    [InlineData(0.5, 2)]
    [InlineData(1.0, 3)]
    [InlineData(8191.99, 15)]
    public void The_left_shift_is_the_smallest_that_keeps_multipliers_below_two_to_the_30(double factor, int shift)
    {
        (int[] multipliers, int leftShift) = FixedPoint.Requantizer("m", [factor, factor / 3]);

        Assert.Equal(shift, leftShift);
        Assert.All(multipliers, m => Assert.InRange(m, 0, FixedPoint.MultiplierLimit - 1));
    }

    [Fact]
    public void A_requantized_accumulator_is_within_half_a_step_and_the_rounding_of_its_multiplier()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            double factor = Math.Pow(2, -20 + (random.NextDouble() * 25));
            (int[] multipliers, int shift) = FixedPoint.Requantizer("m", [factor]);
            int accumulator = random.Next(-(int.MaxValue >> shift), int.MaxValue >> shift);

            double exact = accumulator * factor, got = IntegerMath.Mulr(IntegerMath.ShiftLeft(accumulator, shift), multipliers[0]);

            // |M - factor * 2^(32 - shift)| <= 1/2, times acc * 2^shift / 2^32.
            Assert.InRange(got - exact, -0.5 - (Math.Abs((double)accumulator) * Math.Pow(2, shift - 33)) - 1e-6, 0.5 + (Math.Abs((double)accumulator) * Math.Pow(2, shift - 33)) + 1e-6);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1e-9)]
    [InlineData(8192.0)]
    public void A_factor_without_an_integer_form_is_refused_with_the_name_of_its_matrix(double factor)
    {
        var e = Assert.Throws<BuildException>(() => FixedPoint.Requantizer("blocks.0.pw1", [0.1, factor]));

        Assert.StartsWith("blocks.0.pw1:", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Factors_of_zero_give_multipliers_of_zero()
    {
        (int[] multipliers, int shift) = FixedPoint.Requantizer("m", [0, 0]);

        Assert.Equal([0, 0], multipliers);
        Assert.Equal(0, shift);
    }

    [Fact]
    public void A_normalized_factor_has_31_bits_and_is_exact_to_half_of_the_last()
    {
        var random = new Random(2);
        double[] factors = [1, 0.5, 2, 3, 1 - (Math.Pow(2, -40)), .. Enumerable.Range(0, 1000).Select(_ => Math.Pow(10, -12 + (24 * random.NextDouble())))];
        foreach (double factor in factors)
        {
            (uint mantissa, int exponent) = FixedPoint.Normalize(factor);

            Assert.InRange(mantissa, 1u << 30, (1u << 31) - 1);
            Assert.InRange(mantissa * Math.Pow(2, -exponent) / factor, 1 - Math.Pow(2, -31), 1 + Math.Pow(2, -31));
        }
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Only_positive_finite_factors_are_normalized(double factor) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => FixedPoint.Normalize(factor));

    [Fact]
    public void Rounding_takes_ties_away_from_zero_and_refuses_what_32_bits_do_not_hold()
    {
        Assert.Equal([-3, -2, 1, 2, 3], new[] { -2.5, -1.5, 0.5, 1.5, 2.5 }.Select(FixedPoint.Round));
        Assert.Throws<OverflowException>(() => FixedPoint.Round(2147483647.5));
    }
}
