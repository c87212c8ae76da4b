namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>What native/ARITHMETIC.md section 8 promises, on made-up voices.</summary>
public class ConcealmentTests
{
    private const int RowsAFrame = 4;
    private const int RowsUntilGone = 20;

    public static TheoryData<string> Sizes => ["light", "meter"];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Before_the_first_row_there_are_zeros_and_the_stream_begins_as_if_nothing_had_been_asked(string size)
    {
        SyntheticVoice voice = VoiceOf(size);
        var asked = new SourceFilterOracle(voice.Constants());

        Assert.All(Conceal(asked, voice, rows: 7, noise: true), sample => Assert.Equal(0, sample));
        Assert.Equal(Decode(new SourceFilterOracle(voice.Constants()), voice, voice.Phrase()), Decode(asked, voice, voice.Phrase()));
    }

    /// <summary>A voice at 120 Hz: three frames lose 12 dB in the harmonics, two more 48 dB, then nothing is left but the overlap of the last row.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_voice_fades_slowly_then_fast_and_ends_in_zeros(string size)
    {
        SyntheticVoice voice = VoiceOf(size);
        var oracle = new SourceFilterOracle(voice.Constants());
        double held = Level(Decode(oracle, voice, Voiced(voice, rows: 10))[^(4 * voice.Hop)..]);
        short[] faded = Conceal(oracle, voice, RowsUntilGone + 2 + 40, noise: false);

        double[] frames = [.. faded.Chunk(RowsAFrame * voice.Hop).Select(Level)];
        // A row is heard a hop later, half over the row before: h - 1/2 dB have gone on average in hop h = 1, 2, ..., so 1.1, 5 and 9 dB in a frame, give or take how pulses fall.
        for (int f = 0; f < 3; f++)
            Assert.InRange(held - frames[f], (4 * f) + 0.4, (4 * f) + 1.8);
        Assert.InRange(held - frames[4], 35, 60);
        Assert.All(faded[((RowsUntilGone + 2) * voice.Hop)..], sample => Assert.Equal(0, sample));
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_noise_that_is_left_has_the_level_of_the_streams_pauses(string size)
    {
        SyntheticVoice voice = VoiceOf(size);
        var oracle = new SourceFilterOracle(voice.Constants());
        int[][] pause = [.. Enumerable.Repeat(voice.Row(-30, -9, 0, false, 0), 25)];
        double background = Level(Decode(oracle, voice, pause)[^(10 * voice.Hop)..]);

        // Half a second of loud speech, with louder noise: the background may rise by 1.5 dB meanwhile.
        Decode(oracle, voice, [.. Enumerable.Repeat(voice.Row(-3.5, -5, 0, true, 0.3), 25)]);
        short[] left = Conceal(oracle, voice, RowsUntilGone + 30, noise: true)[((RowsUntilGone + 2) * voice.Hop)..];

        Assert.InRange(Level(left) - background, -1, 2.5);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_stream_that_goes_on_has_no_click(string size)
    {
        SyntheticVoice voice = VoiceOf(size);
        var whole = new SourceFilterOracle(voice.Constants());
        int steepest = Steepest(Decode(whole, voice, Voiced(voice, rows: 40)));
        foreach (int lost in (int[])[1, 4, 11, 12, 13, 20, 21, 50])
        {
            var oracle = new SourceFilterOracle(voice.Constants());
            short[] before = Decode(oracle, voice, Voiced(voice, rows: 10)), gap = Conceal(oracle, voice, lost, noise: lost % 2 == 0);
            short[] after = Decode(oracle, voice, Voiced(voice, rows: 10));
            // A pulse train has steps of its own; a loss may not add a larger one.
            Assert.InRange(Steepest([.. before, .. gap, .. after]), 1, (int)(1.05 * steepest));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_decoded_row_makes_the_next_loss_begin_anew(string size)
    {
        SyntheticVoice voice = VoiceOf(size);
        var oracle = new SourceFilterOracle(voice.Constants());
        Decode(oracle, voice, Voiced(voice, rows: 10));
        Conceal(oracle, voice, rows: 200, noise: false);
        Decode(oracle, voice, Voiced(voice, rows: 4));

        short[] held = Conceal(oracle, voice, rows: 4, noise: false);

        Assert.True(Level(held) > Level(Decode(new SourceFilterOracle(voice.Constants()), voice, Voiced(voice, rows: 10))) - 6);
    }

    private static SyntheticVoice VoiceOf(string size) => size == "light" ? SyntheticVoice.Light : SyntheticVoice.Meter;

    private static int[][] Voiced(SyntheticVoice voice, int rows) =>
        [.. Enumerable.Repeat(voice.Row(-3.5, -30, (int)Math.Round(Math.Log2(120 / voice.PitchReference) * 16384), true, 0.3), rows)];

    private static short[] Decode(SourceFilterOracle oracle, SyntheticVoice voice, int[][] rows) => Collect(rows.Length, voice, (t, pcm) => oracle.Hop(rows[t], pcm));

    private static short[] Conceal(SourceFilterOracle oracle, SyntheticVoice voice, int rows, bool noise) => Collect(rows, voice, (_, pcm) => oracle.ConcealHop(noise, pcm));

    private static short[] Collect(int rows, SyntheticVoice voice, Action<int, int[]> hop)
    {
        var samples = new List<short>();
        var pcm = new int[voice.Hop];
        for (int t = 0; t < rows; t++)
        {
            hop(t, pcm);
            samples.AddRange(pcm.Select(s => checked((short)s)));
        }

        return [.. samples];
    }

    // dB of a step.
    private static double Level(IEnumerable<short> samples) => 10 * Math.Log10(samples.Average(s => (double)s * s) + 1e-9);

    private static int Steepest(short[] samples) => samples.Zip(samples.Skip(1), (a, b) => Math.Abs(a - b)).Max();
}
