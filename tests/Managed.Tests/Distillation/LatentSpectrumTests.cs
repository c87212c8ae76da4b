using Qwen3Tokenizer.Edge.Distillation.Training;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

/// <summary>Scales of the latent, against the rate-distortion function of independent Gaussians.</summary>
public sealed class LatentSpectrumTests
{
    private const int Dim = 64;
    private const int Layers = 16;
    private const int Entries = 2048;
    private readonly LatentSpectrum _spectrum = new(Dim, Layers, Entries);

    [Fact]
    public void Scales_fall_in_equal_steps_and_have_a_mean_square_of_one()
    {
        Assert.Equal(1, _spectrum.Scales.Average(s => (double)s * s), 1e-6);
        double ratio = _spectrum.Scales[1] / (double)_spectrum.Scales[0];
        Assert.InRange(ratio, 0.5, 0.99);
        Assert.All(Enumerable.Range(1, Dim - 1), i => Assert.Equal(ratio, _spectrum.Scales[i] / (double)_spectrum.Scales[i - 1], 1e-5));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(15)]
    public void The_channel_carries_the_bits_of_the_layers(int layers)
    {
        // The mutual information of x and keep x + noise, for x of variance 1.
        double bits = Enumerable.Range(0, Dim).Select(d => _spectrum.Channel(layers, d)).Where(c => c.Keep > 0).Sum(c => 0.5 * Math.Log2(1 + (c.Keep * (double)c.Keep / (c.Noise * (double)c.Noise))));
        Assert.Equal(layers * Math.Log2(Entries), bits, 0.01);
    }

    [Fact]
    public void All_layers_just_reach_the_last_dimension() =>
        // The water stands half a step of variance below it.
        Assert.Equal(1 - (_spectrum.Scales[Dim - 1] / _spectrum.Scales[Dim - 2]), _spectrum.Channel(Layers, Dim - 1).Keep, 1e-4f);

    [Fact]
    public void The_channel_loses_the_same_in_every_dimension_that_it_reaches()
    {
        // E (s x - s (keep x + noise))^2 = s^2 ((1 - keep)^2 + noise^2): the water level.
        double[] lost = [.. Enumerable.Range(0, Dim).Select(d => (_spectrum.Channel(4, d), Scale: (double)_spectrum.Scales[d])).Where(c => c.Item1.Keep > 0)
            .Select(c => c.Scale * c.Scale * (Math.Pow(1 - c.Item1.Keep, 2) + Math.Pow(c.Item1.Noise, 2)))];
        Assert.InRange(lost.Length, 8, Dim - 8);
        Assert.All(lost, l => Assert.Equal(lost[0], l, 1e-5));
    }

    [Fact]
    public void Without_layers_nothing_passes() => Assert.All(Enumerable.Range(0, Dim), d => Assert.Equal((0f, 0f), _spectrum.Channel(0, d)));

    [Fact]
    public void Folded_weights_compute_the_same_through_the_quantizers_scales()
    {
        const int Inputs = 7, Outputs = 3, Kernel = 2;
        var random = new Random(5);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
        float[] x = Numbers(Inputs), projection = Numbers(Dim * Inputs), bias = Numbers(Dim), convolution = Numbers(Outputs * Dim * Kernel);
        float[] u = Product(projection, x, bias);
        float[] z = Product(_spectrum.Folded("encoder.proj.weight", [Dim, Inputs], projection), x, _spectrum.Folded("encoder.proj.bias", [Dim], bias));
        var scaled = new float[Dim];
        _spectrum.ToQuantizer(u, scaled);
        Assert.Equal(scaled, z, (a, b) => Math.Abs(a - b) < 1e-5);

        float[] folded = _spectrum.Folded("decoder.conv_in.weight", [Outputs, Dim, Kernel], convolution);
        for (int o = 0; o < Outputs; o++)
        {
            for (int k = 0; k < Kernel; k++)
            {
                double expected = Enumerable.Range(0, Dim).Sum(d => (double)convolution[(((o * Dim) + d) * Kernel) + k] * u[d]);
                Assert.Equal(expected, Enumerable.Range(0, Dim).Sum(d => (double)folded[(((o * Dim) + d) * Kernel) + k] * z[d]), 1e-4);
            }
        }

        _spectrum.ToNetwork(scaled);
        Assert.Equal(u, scaled, (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Same(bias, _spectrum.Folded("decoder.conv_in.bias", [Dim], bias));
        Assert.Equal(convolution, _spectrum.Unfolded("decoder.conv_in.weight", [Outputs, Dim, Kernel], folded), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal(bias, _spectrum.Unfolded("encoder.proj.bias", [Dim], _spectrum.Folded("encoder.proj.bias", [Dim], bias)), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    private static float[] Product(float[] matrix, float[] x, float[] bias) =>
        [.. bias.Select((b, row) => b + (float)Enumerable.Range(0, x.Length).Sum(i => (double)matrix[(row * x.Length) + i] * x[i]))];
}
