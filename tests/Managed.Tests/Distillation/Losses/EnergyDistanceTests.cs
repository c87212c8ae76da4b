using Qwen3Tokenizer.Edge.Distillation.Losses;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Losses;

public sealed class EnergyDistanceTests
{
    [Theory]
    [InlineData("light")]
    [InlineData("meter")]
    public void Energy_and_its_gradients_are_those_of_PyTorch(string name)
    {
        var torch = new TorchCase(name);
        float[] target = torch.Floats("target"), first = torch.Floats("first"), second = torch.Floats("second");
        float[] gradientFirst = new float[first.Length], gradientSecond = new float[first.Length];
        EnergyDistance energy = Create(torch.SampleRate, torch.Samples);
        double sum = 0;
        for (int s = 0; s < torch.Sequences; s++)
        {
            Range part = (s * torch.Samples)..((s + 1) * torch.Samples);
            sum += energy.Add(target.AsSpan(part), first.AsSpan(part), second.AsSpan(part), 1f / torch.Sequences, gradientFirst.AsSpan(part), gradientSecond.AsSpan(part));
        }

        Assert.Equal(torch.Losses[0], sum / torch.Sequences, 1e-5);
        Assert.InRange(TorchCase.RelativeError(gradientFirst, torch.Floats("first-gradient")), 0, 1e-4);
        Assert.InRange(TorchCase.RelativeError(gradientSecond, torch.Floats("second-gradient")), 0, 1e-4);
    }

    [Theory]
    [InlineData("light")]
    [InlineData("meter")]
    public void The_plain_distance_and_its_gradient_are_those_of_PyTorch(string name)
    {
        var torch = new TorchCase(name);
        float[] target = torch.Floats("target"), draw = torch.Floats("first"), gradient = new float[draw.Length];
        EnergyDistance energy = Create(torch.SampleRate, torch.Samples);
        double sum = 0;
        for (int s = 0; s < torch.Sequences; s++)
        {
            Range part = (s * torch.Samples)..((s + 1) * torch.Samples);
            energy.SetTarget(target.AsSpan(part));
            sum += energy.Add(draw.AsSpan(part), 1f / torch.Sequences, gradient.AsSpan(part));
        }

        Assert.Equal(torch.Losses[1], sum / torch.Sequences, 1e-5);
        Assert.InRange(TorchCase.RelativeError(gradient, torch.Floats("plain-gradient")), 0, 1e-4);
    }

    [Theory]
    [InlineData("light")]
    [InlineData("meter")]
    public void From_head_rows_to_their_gradient_a_step_is_that_of_PyTorch(string name)
    {
        var torch = new TorchCase(name);
        HeadChain chain = torch.Chain();
        float[] target = torch.Floats("target"), first = torch.Floats("first"), second = torch.Floats("second");
        EnergyDistance energy = Create(torch.SampleRate, torch.Samples);
        int voiced = 0;
        for (int s = 0; s < torch.Sequences; s++)
        {
            voiced += PitchLoss.CountVoiced(torch.PitchOf(s)[..torch.Frames]);
        }

        // Twice: a warm pass must give the same as the first.
        for (int turn = 0; turn < 2; turn++)
        {
            double sum = 0;
            var pitch = default(PitchLossValue);
            chain.Forward();
            for (int s = 0; s < torch.Sequences; s++)
            {
                Range part = (s * torch.Samples)..((s + 1) * torch.Samples);
                Assert.InRange(TorchCase.RelativeError(chain.Samples(s, 0), first.AsSpan(part)), 0, 1e-5);
                Assert.InRange(TorchCase.RelativeError(chain.Samples(s, 1), second.AsSpan(part)), 0, 1e-5);
                sum += energy.Add(target.AsSpan(part), chain.Samples(s, 0), chain.Samples(s, 1), 1f / torch.Sequences, chain.Gradient(s, 0), chain.Gradient(s, 1));
            }

            chain.Backward();
            Assert.InRange(TorchCase.RelativeError(chain.HeadGradient.Data, torch.Floats("spectral-gradient")), 0, 1e-4);
            var loss = new PitchLoss(3 * torch.Knots, (3 * torch.Knots) + 1, 150);
            int length = torch.Frames * chain.Head.Channels;
            for (int s = 0; s < torch.Sequences; s++)
            {
                Span<float> gradient = chain.HeadGradient.Data.AsSpan(s * length, length);
                pitch += loss.Add(chain.Head.Data.AsSpan(s * length, length), chain.Head.Channels, torch.PitchOf(s)[..torch.Frames], voiced, torch.Frames * torch.Sequences, gradient);
            }

            Assert.Equal(torch.Losses[0] + torch.Losses[2], (sum / torch.Sequences) + pitch.Total, 1e-5);
            Assert.InRange(TorchCase.RelativeError(chain.HeadGradient.Data, torch.Floats("head-gradient")), 0, 1e-4);
        }
    }

    [Fact]
    public void Draws_that_are_the_target_cost_nothing_and_pull_nowhere()
    {
        float[] x = Noise(6000, 1), gradientFirst = new float[6000], gradientSecond = new float[6000];
        EnergyDistance energy = Create(16000, 6000);
        Assert.Equal(0, energy.Add(x, x, x, 1, gradientFirst, gradientSecond));
        Assert.All(gradientFirst, g => Assert.Equal(0, g));
        Assert.Equal(0, energy.Add(x, 1, gradientSecond));
        Assert.All(gradientSecond, g => Assert.Equal(0, g));
    }

    [Fact]
    public void The_energy_distance_is_twice_the_plain_one_less_what_lies_between_the_draws()
    {
        float[] x = Noise(6000, 1), first = Noise(6000, 2), second = Noise(6000, 3), unused = new float[6000];
        EnergyDistance energy = Create(16000, 6000);
        double value = energy.Add(x, first, second, 1, unused, unused), near = energy.ToTarget;
        double toFirst = energy.Add(first, 1, unused), toSecond = energy.Add(second, 1, unused);
        Assert.Equal((toFirst + toSecond) / 2, near, 1e-6);
        Assert.InRange(value, 1e-3, toFirst + toSecond);
        Assert.Equal(toFirst * 2, energy.Add(x, first, first, 1, unused, unused), 1e-6);
    }

    [Fact]
    public void The_gradient_is_scaled_and_added_to_and_a_second_target_replaces_the_first()
    {
        float[] x = Noise(6000, 1), first = Noise(6000, 2), second = Noise(6000, 3), one = new float[6000], other = new float[6000], again = Noise(6000, 4), start = [.. again];
        EnergyDistance energy = Create(16000, 6000);
        double value = energy.Add(x, first, second, 1, one, other);
        energy.SetTarget(second);
        Assert.Equal(value, energy.Add(x, first, second, 0.25f, again, new float[6000]));
        for (int i = 0; i < again.Length; i++)
        {
            Assert.Equal(start[i] + (0.25 * one[i]), again[i], 1e-6);
        }
    }

    [Fact]
    public void Each_part_of_a_scale_is_weighed_alone()
    {
        float[] x = Noise(3000, 1), y = Noise(3000, 2), unused = new float[3000];
        double Value(double linear, double log, double mel)
        {
            var energy = new EnergyDistance(new SpectralDistance(16000, [new SpectralScale(512, 200, 20, linear, log, mel)], 3000));
            energy.SetTarget(x);
            return energy.Add(y, 1, unused);
        }

        Assert.Equal((0.7 * Value(1, 0, 0)) + (0.2 * Value(0, 1, 0)) + (1.3 * Value(0, 0, 1)), Value(0.7, 0.2, 1.3), 1e-5);
    }

    [Fact]
    public void Scales_add_up()
    {
        float[] x = Noise(6000, 1), y = Noise(6000, 2), gradient = new float[6000], parts = new float[6000];
        IReadOnlyList<SpectralScale> scales = SpectralScale.Defaults(16000);
        double sum = 0;
        foreach (SpectralScale scale in scales)
        {
            var alone = new EnergyDistance(new SpectralDistance(16000, [scale], 6000));
            alone.SetTarget(x);
            sum += alone.Add(y, 1, parts);
        }

        var all = new EnergyDistance(new SpectralDistance(16000, scales, 6000));
        all.SetTarget(x);
        Assert.Equal(sum, all.Add(y, 1, gradient), 1e-12);
        Assert.InRange(TorchCase.RelativeError(gradient, parts), 0, 1e-6);
    }

    [Fact]
    public void A_warm_step_allocates_nothing()
    {
        var torch = new TorchCase("meter");
        HeadChain chain = torch.Chain();
        EnergyDistance energy = Create(torch.SampleRate, torch.Samples);
        float[] target = torch.Floats("target"), noise = new float[chain.Excitation.Samples];
        void Step()
        {
            float start = ExcitationNoise.Fill(1, 2, 3, 4, noise);
            chain.SetExcitation(0, 0, torch.PitchOf(0), start, noise);
            chain.Forward();
            energy.Add(target, chain.Samples(0, 0), chain.Samples(0, 1), 1, chain.Gradient(0, 0), chain.Gradient(0, 1));
            chain.Backward();
        }

        Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Step();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Impossible_scales_and_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new SpectralDistance(16000, [], 5000));
        Assert.Throws<ArgumentException>(() => new SpectralDistance(16000, [new SpectralScale(1022, 100, 0, 1, 1, 1)], 5000));
        Assert.Throws<ArgumentException>(() => new SpectralDistance(16000, [new SpectralScale(1024, 0, 0, 1, 1, 1)], 5000));
        Assert.Throws<ArgumentException>(() => new SpectralDistance(16000, [new SpectralScale(1024, 100, 0, double.NaN, 1, 1)], 5000));
        Assert.Throws<ArgumentException>(() => new SpectralDistance(16000, SpectralScale.Defaults(16000), 2047));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpectralScale.Defaults(11025));
        EnergyDistance energy = Create(16000, 6000);
        float[] right = new float[6000], wrong = new float[5999];
        Assert.Throws<InvalidOperationException>(() => energy.Add(right, 1, right));
        Assert.Throws<ArgumentException>(() => energy.SetTarget(wrong));
        Assert.Throws<ArgumentException>(() => energy.Add(right, wrong, right, 1, right, right));
        Assert.Throws<ArgumentException>(() => energy.Add(right, right, right, 1, right, wrong));
    }

    private static EnergyDistance Create(int sampleRate, int samples) => new(new SpectralDistance(sampleRate, SpectralScale.Defaults(sampleRate), samples));

    private static float[] Noise(int count, int seed)
    {
        var noise = new float[count];
        ExcitationNoise.Fill((ulong)seed, 0, 0, 0, noise);
        return [.. noise.Select(v => v * 0.1f)];
    }
}
