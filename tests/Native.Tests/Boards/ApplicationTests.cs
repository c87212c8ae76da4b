using System.Globalization;
using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Benchmarks.M4;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Firmware;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>The application of the metering board in an emulated STM32F405: events in, samples, tones and lines out.</summary>
public sealed partial class ApplicationTests : IClassFixture<AlertFirmware>
{
    private const int PowerDown = 1, MeasurementError = 5, MeterCover = 8, UnexpectedConsumption = 10;
    private const int PowerDownEvent = 1, MeasurementErrorEvent = 16, MeterCoverEvent = 44, UnexpectedConsumptionEvent = 52;

    // The internal oscillator: the emulated clock control never says that a crystal or a PLL is ready.
    private const long SlowHz = 16_000_000;

    private readonly AlertFirmware _firmware;
    private readonly int _frame;
    private readonly byte[] _pcm;

    public ApplicationTests(AlertFirmware firmware)
    {
        const string File = "said.pcm";
        _firmware = firmware;
        _frame = firmware.Alerts.Model.Config.SamplesPerToken;
        string pcm = Path.Combine(firmware.Scratch, File);
        if (!System.IO.File.Exists(pcm))
            Assert.Equal(0, firmware.Emulator.Run(Emulator.CortexM4, firmware.Program, "pcm", File).Status);
        _pcm = System.IO.File.ReadAllBytes(pcm);
        // These are the samples of this machine: its program gave the checksum.
        Assert.Equal(firmware.Build.Firmware!.PcmCrc32, $"{Crc32.Compute(_pcm):x8}");
    }

    [Fact]
    public void The_application_fits_the_board_and_the_Makefile_builds_the_same_bytes()
    {
        ApplicationImage image = _firmware.Build.Firmware!.Application!;
        string Of(string file) => Path.Combine(_firmware.Build.Folder, file);

        Assert.True(image.Speaks);
        Assert.InRange(image.FlashBytes, 300_000, 512 * 1024);
        Assert.InRange(image.RamBytes, 16_832 + 8192, 64 * 1024);
        Assert.Equal(("firmware/meter-m4.elf", "firmware/meter-m4.bin", "firmware/meter-m4.hex"), (image.Image, image.Binary, image.Hex));
        Assert.InRange(new FileInfo(Of(image.Binary!)).Length, image.FlashBytes, image.FlashBytes + 256);
        string again = Variant("again", board => board);
        Assert.Equal(File.ReadAllBytes(Of(image.Binary!)), File.ReadAllBytes(Path.Combine(again, "firmware", "meter-m4.bin")));
        Assert.Equal(File.ReadAllBytes(Of(image.Hex!)), File.ReadAllBytes(Path.Combine(again, "firmware", "meter-m4.hex")));
        string[] symbols = Tools.Run("arm-none-eabi-nm", ["-u", Of(image.Image)], _firmware.Scratch).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Empty(symbols);
    }

    [Fact]
    public void An_event_code_on_the_serial_line_is_said_with_the_samples_of_this_machine_while_the_buzzer_plays_its_tones()
    {
        using ApplicationRun run = Start(Variant("serial", Listening()), "serial.log");
        Assert.Equal("meter-m4 ready", run.Line());

        run.Send($"{UnexpectedConsumptionEvent}");
        Assert.Equal($"ok {UnexpectedConsumptionEvent}", run.Line());
        Assert.Equal("idle", run.Line());
        run.Send("status");
        string status = run.Line();

        Assert.Matches(@"^status clock 2 hz 16000000 watchdog 0 seconds \d+ playing 0 waiting 0 dropped 0 underruns 0 lost 0 stack \d+$", status);
        Assert.InRange(int.Parse(status[(status.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture), 500, 8192 / 2);
        List<RegisterWrite> writes = run.Writes();
        Assert.Equal([.. Said(UnexpectedConsumption), ApplicationSounds.Middle], ApplicationSounds.WidthsIn(writes));
        Alert alert = _firmware.Alerts.Alerts.Single(a => a.Row.Id == UnexpectedConsumption);
        Assert.Equal(ApplicationSounds.Beeps(_firmware.Tones, alert, SlowHz), ApplicationSounds.BeepsIn(writes));
        RequireTonesWithTheirFrames(alert, writes);
    }

    [Fact]
    public void A_board_with_a_converter_gets_twelve_bits_of_the_same_samples()
    {
        const uint LeftAligned = 0x0c;
        using ApplicationRun run = Start(Variant("dac", board => Listening()(board).Replace("BOARD_AUDIO_DAC 0", "BOARD_AUDIO_DAC 1", StringComparison.Ordinal)), "dac.log");
        Assert.Equal("meter-m4 ready", run.Line());

        run.Send($"idis {UnexpectedConsumptionEvent}");
        Assert.Equal($"ok {UnexpectedConsumptionEvent}", run.Line());
        Assert.Equal("idle", run.Line());

        IEnumerable<uint> expected = ApplicationSounds.Samples(_pcm, _firmware.Alerts.Alerts, UnexpectedConsumption, _frame).Select(s => (uint)(s + 32768) & 0xfff0).Append(0x8000u);
        Assert.Equal(expected, run.Writes().Where(w => w is { Device: "DAC", Offset: LeftAligned }).Skip(1).Select(w => w.Value));
    }

    [Fact]
    public void A_more_urgent_event_of_a_pin_interrupts_another_at_a_frame_which_then_begins_again_and_so_in_every_run()
    {
        // The emulator's pins are low: both events come by themselves, the urgent one later.
        string folder = Variant("pins", Listening($"{{ 2, 0, 0, 50, {PowerDownEvent} }}, {{ 2, 1, 0, 500, {MeterCoverEvent} }},"));
        uint[][] runs = [.. Enumerable.Range(0, 3).Select(i =>
        {
            using ApplicationRun run = Start(folder, $"pins{i}.log");
            Assert.Equal(("meter-m4 ready", "idle"), (run.Line(), run.Line()));
            return ApplicationSounds.WidthsIn(run.Writes());
        })];

        uint[] low = Said(PowerDown), urgent = Said(MeterCover);
        const int Times = 3;
        int before = runs[0].Length - low.Length - (Times * (urgent.Length + 1));
        Assert.InRange(before, _frame, low.Length - _frame);
        Assert.Equal(0, before % _frame);
        // Between two of three times there is a gap, which begins with silence.
        Assert.Equal([.. low[..before], .. SaidAfter(PowerDown, before, MeterCover), ApplicationSounds.Middle, .. urgent, ApplicationSounds.Middle, .. urgent, .. low, ApplicationSounds.Middle], runs[0]);
        Assert.All(runs, run => Assert.Equal(runs[0], run));
    }

    [Fact]
    public void A_more_urgent_event_on_the_serial_line_interrupts_too()
    {
        using ApplicationRun run = Start(Variant("serial", Listening()), "serial-urgent.log");
        Assert.Equal("meter-m4 ready", run.Line());

        run.Send($"{MeasurementErrorEvent}\n{MeterCoverEvent}");
        string[] told = [run.Line(), run.Line(), run.Line()];

        Assert.Equal([$"ok {MeasurementErrorEvent}", $"ok {MeterCoverEvent}", "idle"], told);
        uint[] heard = ApplicationSounds.WidthsIn(run.Writes()), low = [.. Said(MeasurementError), ApplicationSounds.Middle], urgent = [.. Said(MeterCover), ApplicationSounds.Middle];
        // How far the first alert got before the second line was read depends on this machine; what follows does not.
        int before = heard.Length - ((3 * urgent.Length) - 1) - (2 * low.Length);
        Assert.InRange(before, 0, low.Length - 1 - _frame);
        Assert.Equal(0, before % _frame);
        Assert.Equal([.. low[..before], .. SaidAfter(MeasurementError, before, MeterCover), ApplicationSounds.Middle, .. urgent, .. urgent[..^1], .. low, .. low], heard);
    }

    [Fact]
    public void Lines_that_are_no_known_event_are_answered_with_one_line_each_and_nothing_is_said()
    {
        using ApplicationRun run = Start(Variant("serial", Listening()), "unknown.log");
        Assert.Equal("meter-m4 ready", run.Line());
        const string Usage = "error: a line is CODE, PROFILE CODE or status";
        (string Sent, string Answer)[] lines =
        [
            ("999", "error 999: no such alert"), ("smr 44", "error 44: no such alert"), ("nobody 1", "error 1: no such alert"), ("65535", "error 65535: no such alert"), ("65536", Usage), ("-1", Usage),
            ("4 4 4", Usage), ("idis  44", Usage), (" 44", Usage), ("44 ", Usage), ("99999999999999999999", Usage), ("idis", Usage), (new string('4', 300), Usage), ("\u0001\u00ff", Usage), ("\r\n\n1000", "error 1000: no such alert"),
        ];

        foreach ((string sent, string answer) in lines)
        {
            run.Send(sent);
            Assert.Equal(answer, run.Line());
        }

        Assert.Empty(ApplicationSounds.WidthsIn(run.Writes()));
        Assert.Empty(ApplicationSounds.BeepsIn(run.Writes()));
        run.Send("smr 80");
        Assert.Equal(("ok 80", "idle"), (run.Line(), run.Line()));
    }

    [Fact]
    public void The_watchdog_runs_and_is_fed_all_the_time_that_an_alert_plays()
    {
        const uint Start = 0xcccc, Feed = 0xaaaa;
        // QEMU calls the watchdog by the name of a device at the same address.
        const string Watchdog = "I2S2ext";
        using ApplicationRun run = ApplicationTests.Start(Variant("pins", Listening($"{{ 2, 0, 0, 50, {PowerDownEvent} }}, {{ 2, 1, 0, 500, {MeterCoverEvent} }},")), "watchdog.log");
        Assert.Equal(("meter-m4 ready", "idle"), (run.Line(), run.Line()));

        List<RegisterWrite> writes = run.Writes();
        Assert.Single(writes, w => w is { Device: Watchdog, Offset: 0, Value: Start });
        int unfed = 0, longest = 0;
        foreach (RegisterWrite write in writes.SkipWhile(w => w is not { Device: Watchdog, Value: Start }))
        {
            if (write is { Device: Watchdog, Offset: 0, Value: Feed })
                unfed = 0;
            else if (write is { Device: "timer[1]", Offset: ApplicationSounds.Compare })
                longest = Math.Max(longest, ++unfed);
        }

        // 8 samples are a millisecond; it bites after 600 ms at the earliest.
        Assert.InRange(longest, 8 * 50, 8 * 300);
    }

    private static void RequireTonesWithTheirFrames(Alert alert, List<RegisterWrite> writes)
    {
        // Nothing but the frames' samples is written here, so that they are a clock: 640 in 80 ms. The tone begins when its frame does, and the tick ends it to the millisecond.
        (int Begin, int Samples)[] times = ApplicationSounds.TimesOf(writes);
        int[] frames = [.. times.Select(t => t.Begin / 640)];
        Assert.Equal(frames.Distinct(), frames);
        Assert.All(times, t => Assert.InRange(t.Begin % 640, 0, 40));
        Assert.All(times, t => Assert.InRange(t.Samples, 8 * 10, 640));
        Assert.InRange(times.Length, alert.Tokens.Frames / 2, alert.Tokens.Frames);
    }

    private uint[] Said(int id) => ApplicationSounds.Widths(_pcm, _firmware.Alerts.Alerts, id, _frame);

    // The urgent alert where another one breaks off: that one's last sample goes to 0 in 5 ms, a sixteenth of a frame, under the first samples.
    private uint[] SaidAfter(int low, int before, int urgent)
    {
        int last = before == 0 ? 0 : ApplicationSounds.Samples(_pcm, _firmware.Alerts.Alerts, low, _frame).ElementAt(before - 1), length = _frame / 16;
        return [.. ApplicationSounds.Samples(_pcm, _firmware.Alerts.Alerts, urgent, _frame).Select((s, i) => (uint)((Math.Clamp(s + (i < length ? last * (length - i) / length : 0), -32768, 32767) + 32768) / 64))];
    }

    private static ApplicationRun Start(string folder, string log) => ApplicationRun.Start(Path.Combine(folder, "firmware", "meter-m4.elf"), Path.Combine(folder, log));

    // The emulator's pins are all low, which a cover's switch would be when it is open: other inputs, or none.
    private static Func<string, string> Listening(string inputs = "") => board =>
    {
        int count = Inputs().Count(inputs);
        return $"{board[..board.IndexOf("#define BOARD_INPUTS_COUNT", StringComparison.Ordinal)]}#define BOARD_INPUTS_COUNT {count}u\n#define BOARD_INPUTS {inputs}\n\n#endif\n";
    };

    // The output of the build with another board.h, made again by its own Makefile.
    private string Variant(string name, Func<string, string> change)
    {
        string folder = Path.Combine(_firmware.Scratch, name), header = Path.Combine(folder, "firmware", "board.h");
        if (Directory.Exists(folder))
            return folder;
        Tools.Run("cp", ["-r", _firmware.Build.Folder, folder], _firmware.Scratch);
        File.WriteAllText(header, change(File.ReadAllText(header)));
        Tools.Run("make", ["-C", Path.Combine(folder, "firmware"), "clean"], folder);
        Tools.Run("make", ["-C", Path.Combine(folder, "firmware")], folder);
        return folder;
    }

    [GeneratedRegex(@"\{")]
    private static partial Regex Inputs();
}
