using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

public class PitchTracksTests
{
    /// <summary>A pitch that sweeps up and down by an octave a second tells the time of a frame: 12 ms are 14 cents. 65 s are tracked in three pieces.</summary>
    [Fact]
    public void Frames_lie_at_160_g_minus_192_in_every_piece_of_a_long_recording()
    {
        const int Seconds = 65;
        static double Hertz(double t) => 110 * Math.Pow(2, 1 - Math.Abs((t % 2) - 1));
        var pcm = new short[Seconds * 16000];
        double phase = 0;
        for (int i = 0; i < pcm.Length; i++)
        {
            double sum = 0;
            for (int h = 1; h <= 8; h++)
                sum += Math.Cos(2 * Math.PI * h * phase) / h;
            pcm[i] = (short)(5000 * sum);
            phase += Hertz(i / 16000.0) / 16000;
        }

        float[] track = PitchTracks.Of(pcm);
        Assert.Equal(Seconds * 100, track.Length);
        int[] frames = [.. Enumerable.Range(5, track.Length - 10)];
        Assert.All(frames, g => Assert.NotEqual(0, track[g]));
        double Off(int g) => 1200 * Math.Log2(track[g] / Hertz(((160.0 * g) - 192) / 16000));

        // Away from the turning points, rising and falling stretches would be off to opposite sides.
        double rising = frames.Where(g => g % 200 is > 10 and < 90).Average(Off), falling = frames.Where(g => g % 200 is > 110 and < 190).Average(Off);
        Assert.Equal(0, rising, 2.0);
        Assert.Equal(0, falling, 2.0);
        Assert.All(frames.Where(g => g % 100 is > 10 and < 90), g => Assert.Equal(0, Off(g), 12.0));
    }
}
