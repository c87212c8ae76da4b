using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Tones;

public sealed class ToneScheduleTests
{
    private static readonly ToneTable Table = ToneTables.Of(new Tone(800, 250, 0), new Tone(1200, 500, 70), new Tone(1800, 100, 20));

    [Fact]
    public void Pulse_i_starts_80000_i_microseconds_after_the_first()
    {
        TonePulse[] pulses = ToneSchedule.Of(Table, [1, 0, 2, 2], 500);
        Assert.Equal(
            [
                new TonePulse(500, 1, 1200, 500, 70_000, 10_000), new TonePulse(80_500, 0, 0, 0, 0, 80_000),
                new TonePulse(160_500, 2, 1800, 100, 20_000, 60_000), new TonePulse(240_500, 2, 1800, 100, 20_000, 60_000),
            ],
            pulses);
    }

    [Fact]
    public void Hours_do_not_overflow() => Assert.Equal(80_000L * 60_000, ToneSchedule.Of(Table, new ushort[60_001])[60_000].StartUs);

    [Fact]
    public void A_token_out_of_range_is_refused_with_its_frame()
    {
        var error = Assert.Throws<ToneFormatException>(() => ToneSchedule.Of(Table, [1, 3]));
        Assert.Contains("frame 1: token 3 is out of range", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tokens_of_another_space_are_refused()
    {
        var clip = new TokenClip(TokenSpace.OfCodebooks([9]), 1, 11, new FrameRate(16000, 1280), [1], 1280, 0);
        Assert.Contains("token space", Assert.Throws<ToneFormatException>(() => ToneSchedule.Of(Table, clip)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clip_plays_its_first_layer()
    {
        var clip = new TokenClip(ToneTables.Space, 2, 11, new FrameRate(16000, 1280), [1, 2000, 2, 2001], 2560, 0);
        Assert.Equal([1, 2], ToneSchedule.Of(Table, clip).Select(p => p.Code));
    }

    /// <summary>72 MHz / 1200 Hz = 60000 and 72 MHz / 1800 Hz = 40000 exactly; 1 MHz / 999 Hz = 1001.001; 72 MHz / 440 Hz = 163636.36 = 4 x 40909.09, where 3 x 54545 would be farther off.</summary>
    [Theory]
    [InlineData(72_000_000, 1200, 1, 60000, 0)]
    [InlineData(72_000_000, 1800, 1, 40000, 0)]
    [InlineData(1_000_000, 999, 1, 1001, 1.001)]
    [InlineData(72_000_000, 440, 4, 40909, 2.22)]
    public void The_nearest_divider_is_found(long clock, int hertz, int prescaler, int period, double ppm)
    {
        TimerSetting setting = TimerSetting.Nearest(clock, hertz)!.Value;
        Assert.Equal((prescaler, period), (setting.Prescaler, setting.Period));
        Assert.Equal(ppm, setting.ErrorPpm, 2);
        Assert.Equal((double)clock / (prescaler * period), setting.Hertz, 9);
    }

    [Theory, InlineData(100, 51), InlineData(100, 65535)]
    public void What_a_timer_cannot_make_is_told(long clock, int hertz) => Assert.Null(TimerSetting.Nearest(clock, hertz));
}
