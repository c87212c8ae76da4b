using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qwen3Tokenizer.Edge.Benchmarks.M4;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Firmware;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>The metering board as <c>q3edge build --board meter-m4</c> makes it: the shipped alerts, one more whose tokens have pinned tones, and the emulator that says them.</summary>
public sealed class AlertFirmware : IDisposable
{
    /// <summary>An alert that the tests add, of tokens with pinned tones.</summary>
    public const int PinnedAlert = 900;

    /// <summary>Its tokens of layer 0.</summary>
    public static readonly ushort[] PinnedTokens = [567, 1204, 567, 567, 1204];

    private static readonly Lazy<EdgeModel> Meter = new(() => EdgeModel.Load("edge-meter"));
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-alert-firmware-").FullName;

    public AlertFirmware()
    {
        EdgeModel model = Meter.Value;
        Board = Board.Load("meter-m4");
        var range = new ToneRange(Board.Buzzer!.Value.LowHz, Board.Buzzer!.Value.HighHz);
        Tones = BuiltInTones.Load().Within(range).Pin(567, 1200).Pin(1204, 1800);
        Alerts = AlertSet.Gather(AlertFile.Load(WriteAlerts(model)), model, speak: false);
        Build = BoardBuild.Build(model, Board, Path.Combine(_folder, "out"), alerts: new BoardAlerts(Alerts, Tones));
        Tools = new Firmware(Emitted.Tools.RepositoryPath("."), Directory.CreateDirectory(Path.Combine(_folder, "runs")).FullName);
        Emulator = new Emulator(Tools);
    }

    public Board Board { get; }

    public ToneTable Tones { get; }

    public AlertSet Alerts { get; }

    public BoardBuildResult Build { get; }

    public Firmware Tools { get; }

    public Emulator Emulator { get; }

    public string Program => Path.Combine(Build.Folder, Build.Firmware!.Image);

    public string Scratch => Tools.Folder;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string WriteAlerts(EdgeModel model)
    {
        string shipped = Emitted.Tools.RepositoryPath("boards/meter-m4"), own = Directory.CreateDirectory(Path.Combine(_folder, "alerts-of-the-test")).FullName;
        Directory.CreateDirectory(Path.Combine(own, "alerts"));
        foreach (string file in Directory.GetFiles(Path.Combine(shipped, "alerts")))
        {
            File.Copy(file, Path.Combine(own, "alerts", Path.GetFileName(file)));
        }

        int layers = model.MinLayers;
        ushort[] codes = [.. PinnedTokens.SelectMany(t => Enumerable.Repeat(t, layers))];
        TokenFile.Write(Path.Combine(own, "pinned.q3t"), new TokenClip(model.Config.Space, layers, model.Config.BitsPerCode, model.Config.Rate, codes, PinnedTokens.Length * model.Config.SamplesPerToken, model.Config.DelaySamples));
        JsonNode alerts = JsonNode.Parse(File.ReadAllText(Path.Combine(shipped, "alerts.json")))!;
        alerts["alerts"]!.AsArray().Add(JsonNode.Parse($$"""{ "id": {{PinnedAlert}}, "name": "pinned", "event": "power up", "language": "en", "priority": 10, "text": "Pinned.", "tokens": "pinned.q3t", "licence": "CC0-1.0" }"""));
        string path = Path.Combine(own, "alerts.json");
        File.WriteAllText(path, alerts.ToJsonString());
        return path;
    }
}

/// <summary>What the firmware of the metering board says, how it beeps, and what it costs.</summary>
public sealed class AlertFirmwareTests(AlertFirmware firmware) : IClassFixture<AlertFirmware>
{
    [Fact]
    public void The_image_fits_and_says_every_alert_in_the_emulator_as_on_this_machine()
    {
        FirmwareImage image = firmware.Build.Firmware!;

        Assert.Empty(firmware.Build.Notices);
        Assert.StartsWith("qemu-system-arm -M netduinoplus2", image.VerifiedUnder, StringComparison.Ordinal);
        Assert.InRange(image.FlashBytes, 300_000, 512 * 1024);
        Assert.InRange(image.RamBytes, 16_832 + 8192, 64 * 1024);
        Assert.InRange(image.StackUsedBytes!.Value, 500, (int)image.StackBytes);
        Assert.Contains(image.Sections, s => s.Name == ".stack" && s.Bytes == image.StackBytes);
        Assert.True(firmware.Alerts.Alerts.Count(a => a.Row.Language == "en") >= 12);
        Assert.True(firmware.Alerts.Alerts.Count(a => a.Row.Language == "zh") >= 4);
        Assert.Equal(firmware.Alerts.Alerts.Select(a => (a.Row.Id, a.Tokens.Frames)), image.Alerts.Select(a => (a.Id, a.Frames)));
        // Speech, not the checksum of nothing, and each its own.
        Assert.Equal(image.Alerts.Count, image.Alerts.Select(a => a.PcmCrc32).Distinct().Count());
    }

    [Fact]
    public void All_alerts_stay_within_the_instructions_and_the_64_KiB_of_the_board()
    {
        var speaking = Speaking.Of(firmware.Tools, firmware.Emulator, firmware.Program);

        int frame = firmware.Alerts.Model.Config.SamplesPerToken, frames = firmware.Alerts.Alerts.Sum(a => a.Tokens.Frames);
        Assert.Equal(frames * frame * 2, speaking.Pcm.Length);
        Assert.Equal(frames, speaking.Frames);
        Assert.Equal($"{Crc32.Compute(speaking.Pcm):x8}", firmware.Build.Firmware!.PcmCrc32);
        Assert.Equal(0, speaking.Stores);
        Assert.InRange(speaking.Sounding, frames / 2, frames);
        Assert.InRange(speaking.PerSecond, 5e6, 12.5e6);
        Assert.InRange(speaking.WorstFrame, 500_000, 1_100_000);
        Assert.InRange(speaking.CyclesPerSecond / firmware.Board.ClockHz!.Value, 0.05, 0.23);
    }

    [Fact]
    public void Pulses_come_every_80_ms_of_the_system_timer_as_the_schedule_says_and_the_same_in_every_run()
    {
        string[] runs = [.. Enumerable.Range(0, 10).Select(_ => Tones(7))];

        Assert.All(runs, run => Assert.Equal(runs[0], run));
        Alert alert = firmware.Alerts.Alerts.Single(a => a.Row.Id == 7);
        TonePulse[] schedule = ToneSchedule.Of(firmware.Tones, alert.Tokens);
        string[] lines = runs[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        // The alert is repeated after a gap without pulses.
        Assert.Equal(schedule.Length * alert.Row.Repeats, lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            int round = i / schedule.Length, at = i % schedule.Length;
            Assert.Equal(Line(i, schedule[at], 80_000L * ((round * (schedule.Length + alert.Row.GapFrames)) + at)), lines[i]);
        }
    }

    [Fact]
    public void Pinned_tokens_beep_as_pinned()
    {
        string[] lines = Tones(AlertFirmware.PinnedAlert).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(AlertFirmware.PinnedTokens.Select(t => t == 567 ? "1200" : "1800"), lines.Select(l => l.Split(' ')[7]));
        Assert.Equal(AlertFirmware.PinnedTokens.Select((_, i) => $"{80_000 * i}"), lines.Select(l => l.Split(' ')[3]));
    }

    [Fact]
    public void A_budget_that_the_alerts_exceed_names_what_to_drop()
    {
        string own = Path.Combine(firmware.Scratch, "tight");
        Directory.CreateDirectory(own);
        File.Copy(Path.Combine(firmware.Board.Folder, firmware.Board.LinkerScript!), Path.Combine(own, firmware.Board.LinkerScript!));
        string json = File.ReadAllText(Path.Combine(firmware.Board.Folder, "board.json"));
        // Enough for the library, whose archive has kernels that no image links, and too little for the firmware.
        long library = JsonDocument.Parse(File.ReadAllText(firmware.Build.ReportJsonPath)).RootElement.GetProperty("library_bytes").GetInt64(), budget = (library + firmware.Build.Firmware!.FlashBytes) / 2;
        File.WriteAllText(Path.Combine(own, "board.json"), json.Replace("\"meter-m4\"", "\"tight\"", StringComparison.Ordinal).Replace("\"flash_bytes\": 524288", $"\"flash_bytes\": {budget}", StringComparison.Ordinal));

        var e = Assert.Throws<BuildException>(() => BoardBuild.Build(firmware.Alerts.Model, Board.Load(own), Path.Combine(firmware.Scratch, "tight-out"), alerts: new BoardAlerts(firmware.Alerts, firmware.Tones)));

        Assert.InRange(budget, library, firmware.Build.Firmware.FlashBytes - 1);
        Assert.Matches($@"^The firmware for board 'tight' needs \d+ bytes of flash more than there are \({budget}\): weights \d+, alerts and tones \d+, stack 8192; take a smaller model or drop alerts \(the longest is \d+, [a-z0-9-]+\)\.$", e.Message);
        Assert.False(Directory.Exists(Path.Combine(firmware.Scratch, "tight-out")));
    }

    // The emulator's console is its standard error.
    private string Tones(int id)
    {
        ChildProcess.Result result = ChildProcess.Run("qemu-system-arm", [
            "-M", Emulator.CortexM4, "-nographic", "-monitor", "none", "-serial", "none", "-icount", "shift=0,sleep=off",
            "-semihosting-config", $"enable=on,target=native,arg=meter-m4,arg=tones,arg={id.ToString(CultureInfo.InvariantCulture)}", "-kernel", firmware.Program], firmware.Scratch, TimeSpan.FromMinutes(1));
        Assert.Equal(0, result.ExitCode);
        return result.Output + result.Error;
    }

    private string Line(int number, TonePulse pulse, long us)
    {
        TimerSetting? setting = pulse.FrequencyHz == 0 ? null : TimerSetting.Nearest(firmware.Board.ClockHz!.Value, pulse.FrequencyHz);
        long millihertz = setting is { } s ? (long)Math.Round(s.Hertz * 1000, MidpointRounding.AwayFromZero) : 0, ppm = setting is { } t ? (long)Math.Round(t.ErrorPpm, MidpointRounding.AwayFromZero) : 0;
        return string.Create(CultureInfo.InvariantCulture,
            $"pulse {number} t_us {us} code {pulse.Code} hz {pulse.FrequencyHz} duty {pulse.DutyPermille} on_us {pulse.OnUs} prescaler {setting?.Prescaler ?? 0} period {setting?.Period ?? 0} true_mhz {millihertz} error_ppm {ppm}");
    }
}
