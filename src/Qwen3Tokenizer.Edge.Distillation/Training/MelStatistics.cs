using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>Mean and deviation of every band of the log-mel spectrum over training segments: what a fresh encoder normalises its input by.</summary>
internal static class MelStatistics
{
    // Numbers that no sequence of a batch has.
    private const int FirstItem = 1 << 20;
    private const int Segments = 256;

    /// <summary>Measures them and puts them into a student; the deviation a little larger, so that no band explodes.</summary>
    /// <param name="student">A student with an encoder.</param>
    /// <param name="hops">Hops of a segment.</param>
    /// <param name="draw">Fills the samples of a segment, with the front-end's on their left; given the number of a sequence.</param>
    public static void Set(Student student, int hops, Action<int, float[]> draw)
    {
        int bands = student.Config.FrontEnd!.MelBands;
        var frontEnd = new MelFrontEnd(student.Config, student.Weights, hops, OpenBlas.Fastest);
        float[] samples = new float[frontEnd.LeftSamples + (hops * student.Config.FrontEnd.Hop)], mel = new float[hops * bands];
        double[] sums = new double[bands], squares = new double[bands];
        for (int s = 0; s < Segments; s++)
        {
            draw(FirstItem + s, samples);
            frontEnd.Compute(samples, mel);
            for (int i = 0; i < mel.Length; i++)
            {
                sums[i % bands] += mel[i];
                squares[i % bands] += (double)mel[i] * mel[i];
            }
        }

        float[] mean = student.Weights.Read("frontend.mel_mean", bands), deviation = student.Weights.Read("frontend.mel_std", bands);
        for (int b = 0; b < bands; b++)
        {
            double m = sums[b] / (Segments * hops);
            (mean[b], deviation[b]) = ((float)m, (float)(Math.Sqrt((squares[b] / (Segments * hops)) - (m * m)) + 0.1));
        }
    }
}
