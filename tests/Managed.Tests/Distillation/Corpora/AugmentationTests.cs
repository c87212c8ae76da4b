using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

public class AugmentationTests
{
    private static float[] Apply(AugmentationOptions options, float[] clean, long step = 1)
    {
        var input = new float[clean.Length];
        new SegmentAugmenter(options).Apply(step, 0, clean, input);
        return input;
    }

    /// <summary>Power of a signal between two frequencies.</summary>
    private static double Power(float[] x, double low, double high)
    {
        var fft = new RealFft(16384);
        var (re, im) = (new double[fft.Bins], new double[fft.Bins]);
        fft.Forward([.. x.Take(16384).Select((v, i) => v * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / 16384))))], re, im);
        return Enumerable.Range(0, fft.Bins).Where(k => k * 16000.0 / 16384 >= low && k * 16000.0 / 16384 < high).Sum(k => (re[k] * re[k]) + (im[k] * im[k]));
    }

    private static float[] Noise(int n)
    {
        var random = new CounterRandom(9, 0, 0, 0);
        return [.. Enumerable.Range(0, n).Select(_ => (float)(0.1 * random.NextNormal()))];
    }

    [Fact]
    public void Without_strength_nothing_changes()
    {
        float[] clean = SmallCorpus.Tone(120, 1.2);
        Assert.Equal(clean, Apply(new AugmentationOptions(), clean));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Noise_has_the_ratio_that_is_asked_for(bool white)
    {
        float[] clean = SmallCorpus.Tone(120, 1.2);
        float[] input = Apply(new AugmentationOptions { White = white ? 1 : 0, Pink = white ? 0 : 1, MinSnrDb = 12, MaxSnrDb = 12 }, clean);
        float[] noise = new float[clean.Length];
        TensorPrimitives.Subtract(input, clean, noise);
        Assert.Equal(12, 10 * Math.Log10(TensorPrimitives.SumOfSquares<float>(clean) / TensorPrimitives.SumOfSquares<float>(noise)), 0.01);

        // White: an octave has twice the power of the one below. Pink: the same.
        double octaves = Power(noise, 1000, 2000) / Power(noise, 500, 1000);
        Assert.InRange(octaves, white ? 1.5 : 0.75, white ? 2.6 : 1.35);
    }

    [Fact]
    public void Telephone_and_low_pass_keep_their_band_in_place()
    {
        float[] clean = Noise(20000);
        float[] telephone = Apply(new AugmentationOptions { Telephone = 1 }, clean), low = Apply(new AugmentationOptions { LowPass = 1 }, clean);
        Assert.InRange(Power(telephone, 0, 200) / Power(clean, 0, 200), 0, 1e-4);
        Assert.InRange(Power(telephone, 3600, 8000) / Power(clean, 3600, 8000), 0, 1e-4);
        Assert.InRange(Power(telephone, 500, 3200) / Power(clean, 500, 3200), 0.98, 1.02);
        Assert.InRange(Power(low, 4050, 8000) / Power(clean, 4050, 8000), 0, 1e-4);
        Assert.InRange(Power(low, 0, 3700) / Power(clean, 0, 3700), 0.98, 1.02);

        // No delay: what is left of the clean signal is the part outside the band.
        double corr = TensorPrimitives.Dot<float>(clean, low) / TensorPrimitives.SumOfSquares<float>(low);
        Assert.Equal(1, corr, 0.02);
    }

    [Fact]
    public void A_room_leaves_the_direct_sound_and_decays_as_asked()
    {
        var click = new float[16000];
        click[100] = 1;
        float[] heard = Apply(new AugmentationOptions { Room = 1, MinDecaySeconds = 0.4, MaxDecaySeconds = 0.4, MinDirectDb = 3, MaxDirectDb = 3 }, click);
        Assert.All(heard[..100], v => Assert.Equal(0, v, 1e-5f));
        Assert.Equal(1, heard[100], 1e-4f);
        Assert.Equal(Math.Pow(10, -0.3), TensorPrimitives.SumOfSquares<float>(heard.AsSpan(101)), 0.01);

        // 60 dB in 0.4 s: 15 dB in 0.1 s.
        double early = TensorPrimitives.SumOfSquares<float>(heard.AsSpan(500, 1600)), later = TensorPrimitives.SumOfSquares<float>(heard.AsSpan(2100, 1600));
        Assert.Equal(15, 10 * Math.Log10(early / later), 1.0);
    }

    [Fact]
    public void Babble_is_other_speech_at_the_ratio()
    {
        using var folder = new TemporaryFolder();
        using SpeechCorpus corpus = SmallCorpus.Prepare(folder);
        var segments = new SegmentOptions { Seed = 3 };
        var sampler = new SegmentSampler(corpus, segments);
        var (clean, pitch, input, again) = (new float[sampler.SampleCount], new float[sampler.PitchCount], new float[sampler.SampleCount], new float[sampler.SampleCount]);
        sampler.Draw(1, 0, clean, pitch);
        var options = new AugmentationOptions { Seed = 4, Babble = 1, MinSnrDb = 6, MaxSnrDb = 6 };
        new SegmentAugmenter(options, corpus, segments).Apply(1, 0, clean, input);
        new SegmentAugmenter(options, corpus, segments).Apply(1, 0, clean, again);
        Assert.Equal(input, again);
        TensorPrimitives.Subtract(input, clean, again);
        Assert.Equal(6, 10 * Math.Log10(TensorPrimitives.SumOfSquares<float>(clean) / TensorPrimitives.SumOfSquares<float>(again)), 0.01);
        Assert.Throws<ArgumentException>(() => new SegmentAugmenter(options));
    }

    [Fact]
    public void The_same_counters_give_the_same_input_and_others_another()
    {
        float[] clean = SmallCorpus.Tone(120, 1.2);
        AugmentationOptions options = new() { Seed = 5, White = 0.5, Pink = 0.5, Room = 1, Telephone = 0.5, LowPass = 0.5 };
        Assert.Equal(Apply(options, clean, 1), Apply(options, clean, 1));
        Assert.NotEqual(Apply(options, clean, 1), Apply(options, clean, 2));
    }

    [Fact]
    public void Strengths_that_are_no_probabilities_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentAugmenter(new AugmentationOptions { White = 0.6, Pink = 0.6 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentAugmenter(new AugmentationOptions { Room = -0.1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentAugmenter(new AugmentationOptions { LowPass = double.NaN }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SegmentAugmenter(new AugmentationOptions { MinSnrDb = 40 }));
    }
}
