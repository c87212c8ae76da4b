using System.Runtime.Intrinsics;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Tests.Models;

/// <summary>Elementary functions in single precision against the runtime's in double.</summary>
public sealed class FixedMathTests
{
    private const int Steps = 400_000;

    [Fact]
    public void The_exponential_is_right_to_two_units_in_the_last_place() =>
        Check(-86.9, 87.9, Math.Exp, x => FixedMath.Exp(x), 2);

    [Fact]
    public void The_logarithm_is_right_to_two_units_in_the_last_place()
    {
        Check(1e-6, 4, Math.Log, x => FixedMath.Log(x), 2);
        Check(4, 1e6, Math.Log, x => FixedMath.Log(x), 2);
        Check(1.2e-38, 1e-30, Math.Log, x => FixedMath.Log(x), 2);
    }

    [Fact]
    public void Sine_and_cosine_are_right_to_the_precision_of_one()
    {
        // Near their zeros what counts is the distance, in units of 2^-24.
        Check(-4, 4, Math.Sin, x => FixedMath.SinCos(x).Sin, 2, least: 1);
        Check(-4, 4, Math.Cos, x => FixedMath.SinCos(x).Cos, 2, least: 1);
        Check(-2000, 2000, Math.Sin, x => FixedMath.SinCos(x).Sin, 2, least: 1);
        Check(-2000, 2000, Math.Cos, x => FixedMath.SinCos(x).Cos, 2, least: 1);
    }

    [Fact]
    public void Exact_arguments_give_exact_results()
    {
        Assert.Equal(1, FixedMath.Exp(Vector256<float>.Zero)[3]);
        Assert.Equal(0, FixedMath.Log(Vector256<float>.One)[5]);
        Assert.Equal((0f, 1f), (FixedMath.SinCos(Vector256<float>.Zero).Sin[0], FixedMath.SinCos(Vector256<float>.Zero).Cos[0]));
        Assert.True(float.IsNaN(FixedMath.Exp(Vector256.Create(float.NaN))[0]));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(16)]
    public void A_value_gives_the_same_bits_wherever_it_stands(int length)
    {
        float[] x = [.. Enumerable.Range(0, length).Select(i => 0.1f + (0.37f * i))], exp = new float[length], log = new float[length];
        FixedMath.Exp(x, exp);
        FixedMath.Log(x, log);
        Assert.All(Enumerable.Range(0, length), i => Assert.Equal((FixedMath.Exp(Vector256.Create(x[i]))[0], FixedMath.Log(Vector256.Create(x[i]))[0]), (exp[i], log[i])));
    }

    private static void Check(double from, double to, Func<double, double> exact, Func<Vector256<float>, Vector256<float>> function, double units, double least = 0)
    {
        double worst = 0, at = 0;
        for (int i = 0; i < Steps; i++)
        {
            float x = (float)(from + ((to - from) * i / Steps));
            double wanted = exact(x), unit = Math.Max(Math.Abs(MathF.BitIncrement((float)wanted) - (float)wanted), least * Math.Pow(2, -24));
            double error = Math.Abs(function(Vector256.Create(x))[i % 8] - wanted) / unit;
            (worst, at) = error > worst ? (error, x) : (worst, at);
        }

        Assert.True(worst < units, FormattableString.Invariant($"{worst} units at {at}"));
    }
}
