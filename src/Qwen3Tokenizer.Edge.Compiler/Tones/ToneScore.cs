using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Compiler.Tones;

/// <summary>How well a tone table follows speech: Spearman's rank correlation of tone and pitch over voiced frames.</summary>
/// <param name="Frames">Voiced frames that it rests on.</param>
/// <param name="Correlation">Of this table.</param>
/// <param name="Shuffled">Mean over tables whose rows were shuffled.</param>
/// <param name="ShuffledMax">The largest of them.</param>
/// <param name="WithinClips">Mean over clips of the correlation inside each: the melody without the speakers' registers.</param>
/// <param name="VoicingAgreement">Share of all frames whose token sounds where the frame is voiced, and does not where it is not.</param>
public sealed record ToneScore(int Frames, double Correlation, double Shuffled, double ShuffledMax, double WithinClips, double VoicingAgreement)
{
    /// <summary>Shuffled tables that the mean is of.</summary>
    public const int Shuffles = 20;

    private const int Seed = 12;
    private const int MinFramesInClip = 10;

    /// <summary>Correlation above chance.</summary>
    public double Gain => Correlation - Shuffled;

    /// <summary>Scores a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="clips">Frames of each clip, none of which the table was learned from.</param>
    /// <exception cref="BuildException">There are fewer than two voiced frames.</exception>
    public static ToneScore Of(ToneTable table, IReadOnlyList<SpeechFrame[]> clips)
    {
        SpeechFrame[] all = [.. clips.SelectMany(c => c)], voiced = [.. all.Where(f => f.IsVoiced)];
        if (voiced.Length < 2)
            throw new BuildException($"The speech has {voiced.Length} voiced frames; a correlation needs two.");
        int[] frequencies = [.. table.Tones.ToArray().Select(t => t.FrequencyHz)];
        var random = new Random(Seed);
        double[] shuffled = [.. Enumerable.Range(0, Shuffles).Select(_ =>
        {
            int[] rows = [.. frequencies];
            random.Shuffle(rows);
            return Correlate(rows, voiced);
        })];
        double[] within = [.. clips.Select(c => c.Where(f => f.IsVoiced).ToArray()).Where(c => c.Length >= MinFramesInClip).Select(c => Correlate(frequencies, c)).Where(double.IsFinite)];
        return new ToneScore(
            voiced.Length,
            Correlate(frequencies, voiced),
            shuffled.Average(),
            shuffled.Max(),
            within.Length == 0 ? double.NaN : within.Average(),
            (double)all.Count(f => f.IsVoiced == table[f.Token].Sounds) / all.Length);
    }

    private static double Correlate(int[] frequencies, SpeechFrame[] frames) =>
        RankCorrelation.Spearman([.. frames.Select(f => (double)frequencies[f.Token])], [.. frames.Select(f => f.PitchHz)]);
}
