using Qwen3Tokenizer.Edge.Benchmarks.Quality;
using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Quality;

/// <summary>The promise of INT8: on speech that neither training nor calibration saw, the compiled decoder is as good as the float one.</summary>
public sealed class HeldOutQualityTests(ITestOutputHelper output)
{
    private const int LeastClips = 40;
    private const double LeastSeconds = 180;

    [Theory]
    [InlineData("edge-light")]
    [InlineData("edge-meter")]
    public void The_int8_decoder_is_as_good_as_float_on_held_out_clips(string model)
    {
        string[] clips = [.. Directory.GetFiles(HeldOutFolder(), "*.wav").Order(StringComparer.Ordinal)];
        using var quality = new HeldOutQuality(model);
        ClipQuality[] measured = [.. clips.Select(quality.Measure)];
        var summary = new QualitySummary(measured);
        output.WriteLine(summary.ToString());

        Assert.True(measured.Length >= LeastClips, $"{measured.Length} clips");
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

    private static string HeldOutFolder()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string clips = Path.Combine(folder.FullName, "tests", "data", "heldout");
            if (Directory.Exists(clips))
            {
                return clips;
            }
        }

        throw new DirectoryNotFoundException("tests/data/heldout was not found above the test assembly.");
    }
}
