using Qwen3Tokenizer.Edge.Alerts;

namespace Qwen3Tokenizer.Edge.Tests.Alerts;

/// <summary>The C# player by itself. Native.Tests hold it against the C player over random scripts.</summary>
public sealed class AlertPlayerTests : IBuzzer, ISpeaker
{
    private readonly List<(long StartUs, int Alert, int Code, int Hertz)> _pulses = [];
    private readonly List<string> _said = [];

    [Fact]
    public void A_tamper_alert_interrupts_a_battery_hint_which_begins_again()
    {
        // Codes 1 2 3 of 8 bits: the hint plays all three, the tamper alert the last.
        var table = new AlertTable(
            [new Alert(1, "idis", 7, "en", 10, 1, 0, AlertOutputs.Tone, 1, 3, 0), new Alert(2, "idis", 40, "en", 200, 1, 0, AlertOutputs.Tone, 1, 1, 16)],
            [1, 2, 3], 8, 4, new ToneArrays([0, 100, 200, 300], [0, 500, 500, 500], [0, 70, 70, 70]));
        var player = new AlertPlayer(table, this, null);
        Assert.Equal(PlayerStatus.Ok, player.Post(1));
        player.Step();
        Assert.Equal(PlayerStatus.Ok, player.Post(2));
        for (int i = 0; i < 5; i++)
            Assert.Equal(PlayerStatus.Ok, player.Step());
        Assert.Equal([(0, 1, 1, 100), (80_000, 2, 3, 300), (160_000, 1, 1, 100), (240_000, 1, 2, 200), (320_000, 1, 3, 300)], _pulses);
        Assert.False(player.Busy);
        Assert.Equal(480_000, player.NowUs);
    }

    [Fact]
    public void Speech_that_is_cut_off_fades_once_and_speech_that_has_ended_does_not()
    {
        // Codes 1 2 3 of 8 bits: the hint says all three, the tamper alert the last.
        var table = new AlertTable(
            [new Alert(1, "idis", 7, "en", 10, 1, 0, AlertOutputs.Speech, 1, 3, 0), new Alert(2, "idis", 40, "en", 200, 1, 0, AlertOutputs.Speech, 1, 1, 16)], [1, 2, 3], 8, 4, null);
        var player = new AlertPlayer(table, null, this);
        player.Post(1);
        player.Step();
        player.Post(2);
        player.Step();
        player.Step();
        player.Stop();
        player.Step();
        player.Step();
        Assert.Equal(["begin", "1", "begin", "fade", "3", "begin", "1", "fade"], _said);

        // To its end, then stopped.
        _said.Clear();
        player.Post(2);
        player.Step();
        player.Stop();
        player.Step();
        Assert.Equal(["begin", "3"], _said);
    }

    [Fact]
    public void Playing_allocates_nothing()
    {
        var table = new AlertTable([new Alert(1, "idis", 7, "en", 10, 200, 1, AlertOutputs.Tone, 2, 2, 3)], [0xff, 0xff, 0xff, 0xff], 5, 32, new ToneArrays(new ushort[32], new ushort[32], new byte[32]));
        var player = new AlertPlayer(table, new Deaf(), null);
        player.Post(1);
        player.Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 300; i++)
        {
            player.Post(1);
            player.Step();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(300, player.Coalesced);
    }

    [Fact]
    public void Events_are_found_by_profile_code_and_language()
    {
        var table = new AlertTable(
            [new Alert(1, "idis", 80, "en", 0, 1, 0, AlertOutputs.Speech, 1, 1, 0), new Alert(2, "smr", 80, "en", 0, 1, 0, AlertOutputs.Speech, 1, 1, 0), new Alert(3, "smr", 80, "zh", 0, 1, 0, AlertOutputs.Speech, 1, 1, 0)],
            [0], 8, 256, null);
        Assert.Equal(2, table.OfEvent("smr", 80, null)!.Id);
        Assert.Equal(3, table.OfEvent("smr", 80, "zh")!.Id);
        Assert.Null(table.OfEvent("idis", 80, "zh"));
        Assert.Null(table.OfEvent("idis", 81, null));
    }

    [Theory]
    [InlineData(2, 1, 8, "the id occurs twice")]
    [InlineData(1, 1, 8, "ids do not ascend")]
    [InlineData(3, 0, 8, "it has 0 frames")]
    [InlineData(3, 1, 17, "its codes lie outside the bit string")]
    public void A_table_that_contradicts_itself_is_refused_with_its_row(int id, int frames, int offset, string what)
    {
        var error = Assert.Throws<ArgumentException>(() => new AlertTable(
            [new Alert(2, "idis", 1, "en", 0, 1, 0, AlertOutputs.Speech, 1, 1, 0), new Alert(id, "idis", 1, "en", 0, 1, 0, AlertOutputs.Speech, 1, frames, offset)], [1, 2, 3], 8, 256, null));
        Assert.Contains($"Row 1, alert {id}: {what}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_player_needs_an_output()
    {
        var table = new AlertTable([new Alert(1, "idis", 1, "en", 0, 1, 0, AlertOutputs.Speech, 1, 1, 0)], [0], 8, 256, null);
        Assert.Throws<ArgumentException>(() => new AlertPlayer(table, this, null));
        var player = new AlertPlayer(table, null, this);
        Assert.Equal(PlayerStatus.Unknown, player.Post(2));
        Assert.Equal(PlayerStatus.Ok, player.Post(1));
        Assert.Equal(PlayerStatus.Ok, player.Step());
        Assert.Equal(["begin", "0"], _said);
    }

    void IBuzzer.Pulse(long startUs, int alertId, int code, int frequencyHz, int dutyPermille, int onUs, int pauseUs) => _pulses.Add((startUs, alertId, code, frequencyHz));

    void ISpeaker.Begin() => _said.Add("begin");

    bool ISpeaker.Play(ushort[] codes, int layers)
    {
        _said.Add(string.Join(' ', codes.Take(layers)));
        return true;
    }

    void ISpeaker.Fade() => _said.Add("fade");

    private sealed class Deaf : IBuzzer
    {
        public void Pulse(long startUs, int alertId, int code, int frequencyHz, int dutyPermille, int onUs, int pauseUs)
        {
        }
    }
}
