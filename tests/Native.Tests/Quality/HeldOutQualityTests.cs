using Qwen3Tokenizer.Edge.Benchmarks.Quality;
using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Quality;

/// <summary>The promise of INT8: on speech that neither training nor calibration saw, the compiled decoder, and the compiled chain of encoder and decoder, is as good as the float one.</summary>
public sealed class HeldOutQualityTests(HeldOutMeasurements measurements, ITestOutputHelper output) : IClassFixture<HeldOutMeasurements>
{
    private const int LeastClips = 40;
    private const double LeastSeconds = 180;

    [Theory]
    [InlineData("edge-light")]
    [InlineData("edge-meter")]
    public void The_int8_decoder_is_as_good_as_float_on_held_out_clips(string model)
    {
        IReadOnlyList<ClipQuality> measured = measurements[model];
        var summary = new QualitySummary(measured);
        output.WriteLine(summary.ToString());

        Assert.True(measured.Count >= LeastClips, $"{measured.Count} clips");
        Assert.True(summary.Seconds >= LeastSeconds, $"{summary.Seconds:F1} s");
        Assert.All(measured, c => Assert.InRange(c.FloatStoi - c.Int8Stoi, -1, 0.03));
        Assert.True(summary.FloatStoi - summary.Int8Stoi <= 0.01, $"mean STOI {summary.FloatStoi:F4} in float, {summary.Int8Stoi:F4} in INT8");
        Assert.True(summary.Int8Lsd - summary.FloatLsd <= 0.3, $"log-spectral distance {summary.FloatLsd:F3} dB in float, {summary.Int8Lsd:F3} dB in INT8");
        Assert.True(summary.HeadCents <= 10, $"{summary.HeadCents:F2} cents between the decoders' pitches");
        Assert.True(summary.TrackedCents <= 10, $"{summary.TrackedCents:F2} cents between the tracked pitches");
        Assert.True(summary.HeadVoicing <= 0.01, $"{summary.HeadVoicing:P2} of hops voiced differently");

        // A tracker does not resolve 1 %: it already finds more between two float outputs that differ in their noise only.
        Assert.True(summary.TrackedVoicing <= summary.NoiseVoicing, $"tracked voicing differs in {summary.TrackedVoicing:P2}, between two noises in {summary.NoiseVoicing:P2}");
    }

    [Theory]
    [InlineData("edge-light")]
    [InlineData("edge-meter")]
    public void The_int8_chain_of_encoder_and_decoder_is_as_good_as_the_float_chain(string model)
    {
        var summary = new QualitySummary(measurements[model]);
        output.WriteLine($"STOI {summary.FloatStoi:F4} in float, {summary.ChainStoi:F4} in INT8 (worst loss {summary.WorstChainStoiLoss:F4}); LSD {summary.FloatLsd:F3} and {summary.ChainLsd:F3} dB");

        Assert.True(summary.FloatStoi - summary.ChainStoi <= 0.015, $"mean STOI {summary.FloatStoi:F4} in float, {summary.ChainStoi:F4} in INT8");
        Assert.True(summary.ChainLsd - summary.FloatLsd <= 0.4, $"log-spectral distance {summary.FloatLsd:F3} dB in float, {summary.ChainLsd:F3} dB in INT8");
    }

    [Fact]
    public void The_int8_encoder_gives_the_float_encoders_tokens()
    {
        IReadOnlyList<ClipQuality> measured = measurements["edge-light"];
        double[] shares = TokenAgreement.Shares([.. measured.Select(c => c.Tokens)]);
        output.WriteLine(string.Join(", ", shares.Select((share, layer) => $"layer {layer}: {share:P1}")));

        Assert.Equal(16, shares.Length);
        Assert.True(measured.Sum(c => c.Tokens.Frames) >= LeastSeconds * 12.5, $"{measured.Sum(c => c.Tokens.Frames)} frames");
        Assert.True(shares[0] >= 0.95, $"{shares[0]:P2} of the tokens of layer 0 are float's");
    }
}
