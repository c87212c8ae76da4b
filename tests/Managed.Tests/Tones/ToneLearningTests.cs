using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Tones;

public sealed class ToneLearningTests
{
    private static readonly EdgeModel Light = EdgeModel.Load("edge-light");

    [Fact]
    public void Rank_correlation_of_known_series()
    {
        Assert.Equal(1, RankCorrelation.Spearman([1, 2, 3, 10], [5, 6, 7, 8]), 12);
        Assert.Equal(-1, RankCorrelation.Spearman([1, 2, 3], [9, 8, -7]), 12);
        // Ranks 1 2 3 4 5 against 2 1 4 3 5: 1 - 6 * 4 / (5 * 24).
        Assert.Equal(0.8, RankCorrelation.Spearman([10, 20, 30, 40, 50], [2, 1, 4, 3, 5]), 12);
        // Ties: ranks 1.5 1.5 3 against 1 2 3 correlate by sqrt(3) / 2.
        Assert.Equal(Math.Sqrt(3) / 2, RankCorrelation.Spearman([4, 4, 9], [1, 2, 3]), 12);
        Assert.True(double.IsNaN(RankCorrelation.Spearman([1, 1], [1, 2])));
    }

    /// <summary>A token heard at 110 Hz, another at 220 Hz: three octaves up A5 and A6. A fifth (3:2) is seven semitones, 1318.5 Hz above A5.</summary>
    [Fact]
    public void Tones_are_the_median_pitch_in_semitones_three_octaves_up()
    {
        var learner = new ToneLearner(Light);
        learner.Add([.. Heard(7, 110, 1, 0), .. Heard(9, 220, 1, 0), .. Heard(11, 165, 1, 0)]);
        ToneTable table = learner.Learn(ToneRange.Default);
        Assert.Equal((880, 1760, 1319), (table[7].FrequencyHz, table[9].FrequencyHz, table[11].FrequencyHz));
        Assert.Equal(3, learner.PitchedTokens);
    }

    /// <summary>sin(pi d) = 10^(-6.02 / 20) = 1/2 gives d = 1/6.</summary>
    [Fact]
    public void Duty_follows_the_level_and_length_the_voicing()
    {
        var learner = new ToneLearner(Light);
        learner.Add([.. Heard(1, 110, 1, 0), .. Heard(2, 110, 0.5, 20 * Math.Log10(0.5)), .. Heard(3, 0, 0, -10), .. Heard(4, 110, 1, -60), .. Heard(5, 110, 1, double.NegativeInfinity)]);
        ToneTable table = learner.Learn(ToneRange.Default);
        Assert.Equal((500, 70, 10), (table[1].DutyPermille, table[1].OnMs, table[1].PauseMs));
        Assert.Equal((167, 40, 40), (table[2].DutyPermille, table[2].OnMs, table[2].PauseMs));
        Assert.False(table[3].Sounds);
        Assert.False(table[4].Sounds);
        Assert.False(table[5].Sounds);
    }

    [Fact]
    public void Tokens_that_were_not_heard_take_after_their_neighbours()
    {
        var learner = new ToneLearner(Light);
        learner.Add([.. Heard(1, 110, 1, 0), .. Heard(2, 220, 1, 0)]);
        ToneTable table = learner.Learn(ToneRange.Default);
        Assert.All(table.Tones.ToArray(), t => Assert.InRange(t.FrequencyHz, 880, 1760));
        Assert.True(table.Tones.ToArray().Select(t => t.FrequencyHz).Distinct().Count() > 3);
    }

    [Fact]
    public void Nothing_heard_is_refused() =>
        Assert.Contains("more speech is needed", Assert.Throws<BuildException>(() => new ToneLearner(Light).Learn(ToneRange.Default)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_shipped_table_is_of_the_built_in_token_space_and_inside_the_default_range()
    {
        ToneTable table = BuiltInTones.Load();
        Assert.Equal(Light.Config.Space, table.Space);
        Assert.Equal(Light.Config.CodebookSize, table.Entries);
        Assert.All(table.Tones.ToArray(), t => Assert.True(ToneRange.Default.Contains(t.FrequencyHz) && t.OnMs is 0 or (>= 20 and <= 70) && !t.Pinned));
        Assert.Equal(table.Tones.ToArray(), table.Within(ToneRange.Default).Tones.ToArray());
        Assert.InRange(table.Tones.ToArray().Count(t => t.Sounds), 1200, 1900);
    }

    /// <summary>Clips that the table was not learned from: the tone's rank follows the pitch's, and does not in shuffled tables.</summary>
    [Fact]
    public void The_shipped_table_follows_the_pitch_of_held_out_speech()
    {
        IReadOnlyList<SpeechFrame[]> clips = SpeechFolder.Frames(Light, SpeechFolder.Files(TestData.Path("heldout")));
        var score = ToneScore.Of(BuiltInTones.Load(), clips);
        Assert.Equal(50, clips.Count);
        Assert.True(score.Frames > 1500, $"{score.Frames} voiced frames");
        Assert.True(score.Gain >= 0.3 && score.Correlation >= score.ShuffledMax + 0.3, $"{score.Correlation} against {score.Shuffled}, at most {score.ShuffledMax}");
        Assert.True(score.WithinClips >= 0.3 && score.VoicingAgreement >= 0.75, $"inside clips {score.WithinClips}, voicing {score.VoicingAgreement}");
    }

    private static IEnumerable<SpeechFrame> Heard(int token, double hertz, double voiced, double level) => Enumerable.Repeat(new SpeechFrame(token, hertz, voiced, level), 8);
}
