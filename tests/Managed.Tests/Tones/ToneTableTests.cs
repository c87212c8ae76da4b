using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Tones;

public sealed class ToneTableTests
{
    [Theory]
    [InlineData(-1, 500, 40, "frequency_hz: -1")]
    [InlineData(65536, 500, 40, "frequency_hz: 65536")]
    [InlineData(0, 500, 40, "frequency_hz: 0, but on_ms is 40")]
    [InlineData(1000, 1001, 40, "duty_permille: 1001")]
    [InlineData(1000, -1, 40, "duty_permille: -1")]
    [InlineData(1000, 500, 81, "on_ms: 81")]
    [InlineData(1000, 500, -1, "on_ms: -1")]
    public void An_impossible_tone_is_refused_with_its_token_and_field(int hertz, int duty, int on, string what)
    {
        var error = Assert.Throws<ToneFormatException>(() => ToneTables.Of(new Tone(1000, 500, 40), new Tone(hertz, duty, on)));
        Assert.Contains("token 1", error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(-1), InlineData(2), InlineData(2048)]
    public void A_token_out_of_range_is_refused_by_number(int token)
    {
        ToneTable table = ToneTables.Of(new Tone(1000, 500, 40), new Tone(2000, 500, 40));
        Assert.Contains($"Token {token} is out of range", Assert.Throws<ArgumentOutOfRangeException>(() => table[token]).Message, StringComparison.Ordinal);
        Assert.Contains($"Token {token} is out of range", Assert.Throws<ArgumentOutOfRangeException>(() => table.Pin(token, 1000)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pins_set_the_frequency_and_wake_silent_tokens()
    {
        ToneTable table = ToneTables.Of(new Tone(1000, 300, 30), new Tone(0, 0, 0)).Pin(0, 1200).Pin(1, 1800);
        Assert.Equal(new Tone(1200, 300, 30, true), table[0]);
        Assert.Equal(new Tone(1800, 500, 40, true), table[1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Pin(0, 0));
    }

    /// <summary>110, 220, 330 Hz: three octaves up they lie in 640 to 4000, and their ratios are the same.</summary>
    [Fact]
    public void A_range_moves_all_tones_by_the_same_octaves()
    {
        ToneTable table = ToneTables.Of(new Tone(110, 500, 40), new Tone(220, 500, 40), new Tone(330, 500, 40)).Within(new ToneRange(640, 4000));
        Assert.Equal([880, 1760, 2640], table.Tones.ToArray().Select(t => t.FrequencyHz));
        Assert.Equal([110, 220, 330], table.Within(new ToneRange(100, 400)).Tones.ToArray().Select(t => t.FrequencyHz));
    }

    [Fact]
    public void Tones_that_stay_outside_move_by_octaves_of_their_own()
    {
        ToneTable table = ToneTables.Of(new Tone(1000, 500, 40), new Tone(1100, 500, 40), new Tone(5000, 500, 40), new Tone(300, 500, 40)).Within(new ToneRange(800, 2000));
        Assert.Equal([1000, 1100, 1250, 1200], table.Tones.ToArray().Select(t => t.FrequencyHz));
    }

    [Fact]
    public void Pinned_tones_stay_and_must_be_playable()
    {
        ToneTable table = ToneTables.Of(new Tone(110, 500, 40), new Tone(1200, 500, 40, Pinned: true));
        Assert.Equal([880, 1200], table.Within(new ToneRange(640, 4000)).Tones.ToArray().Select(t => t.FrequencyHz));
        var error = Assert.Throws<ToneFormatException>(() => table.Within(new ToneRange(2000, 4000)));
        Assert.Contains("token 1", error.Message, StringComparison.Ordinal);
        Assert.Contains("1200 Hz", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(300, 1000, 1200, 1200)]
    [InlineData(300, 1300, 1500, 1300)]
    [InlineData(100, 3000, 3100, 3100)]
    [InlineData(100, 3500, 3600, 3500)]
    [InlineData(4, 1000, 2000, 1024)]
    [InlineData(60000, 1000, 2000, 1875)]
    public void A_range_of_less_than_an_octave_takes_the_nearer_end(double hertz, int low, int high, int expected) =>
        Assert.Equal(expected, new ToneRange(low, high).Fold(hertz));

    [Theory, InlineData("500"), InlineData("500-"), InlineData("-500"), InlineData("4000-500"), InlineData("0-10"), InlineData("1-65536"), InlineData("a-b"), InlineData("1-2-3"), InlineData("")]
    public void What_is_no_range_is_not_read_as_one(string text) => Assert.False(ToneRange.TryParse(text, out _));

    [Fact]
    public void A_range_is_read()
    {
        Assert.True(ToneRange.TryParse("500-4000", out ToneRange range));
        Assert.Equal(new ToneRange(500, 4000), range);
    }
}
