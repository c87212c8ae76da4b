using System.Globalization;
using System.Text.Json;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Firmware;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tests.Emitted;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>The board that only beeps, as <c>q3edge build --board meter-tone</c> makes it.</summary>
public sealed class ToneFirmware : IDisposable
{
    public ToneFirmware()
    {
        Board = Board.Load("meter-tone");
        Tones = BuiltInTones.Load().Within(new ToneRange(Board.Buzzer!.Value.LowHz, Board.Buzzer!.Value.HighHz));
        Alerts = Gather(Path.Combine(Board.Folder, AlertFile.Name));
        Build = ToneBuild.Build(Board, Path.Combine(Folder, "out"), new BoardAlerts(Alerts, Tones));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("q3e-tone-firmware-").FullName;

    public Board Board { get; }

    public ToneTable Tones { get; }

    public AlertSet Alerts { get; }

    public ToneBuildResult Build { get; }

    public static AlertSet Gather(string path) => AlertSet.Gather(AlertFile.Load(path), EdgeModel.Load(BuiltInModels.Default), speak: false, layers: 1);

    public string InOutput(string file) => Path.Combine(Build.Folder, file);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>What the board that only beeps costs and plays.</summary>
public sealed class ToneFirmwareTests(ToneFirmware firmware) : IClassFixture<ToneFirmware>
{
    private const int MeterCover = 8;
    private const long SlowHz = 16_000_000;

    [Fact]
    public void Both_images_fit_64_KiB_of_flash_and_8_KiB_of_RAM_with_the_stack_and_hold_no_decoder()
    {
        FirmwareImage image = firmware.Build.Firmware!;
        ApplicationImage application = image.Application!;

        Assert.Empty(firmware.Build.Notices);
        Assert.All([(image.FlashBytes, image.RamBytes), (application.FlashBytes, application.RamBytes)], size =>
        {
            // The tones of 2048 tokens, 6 bytes each, are the larger part.
            Assert.InRange(size.FlashBytes, 2048 * 6, 32 * 1024);
            Assert.InRange(size.RamBytes, firmware.Board.StackBytes, 4 * 1024);
        });
        Assert.True(firmware.Board is { FlashBytes: 64 * 1024, RamBytes: 8 * 1024 });
        Assert.False(application.Speaks);
        Assert.InRange(image.StackUsedBytes!.Value, 100, (int)firmware.Board.StackBytes - 256);
        Assert.StartsWith("qemu-system-arm -M microbit", image.VerifiedUnder, StringComparison.Ordinal);
        string[] names = [.. new[] { image.Image, application.Image }.SelectMany(i => ElfFile.Read(firmware.InOutput(i)).Symbols)];
        Assert.Contains("q3e_player_step", names);
        Assert.DoesNotContain(names, n => n.StartsWith("q3e_decode", StringComparison.Ordinal) || n.StartsWith("q3e_linear", StringComparison.Ordinal) || n.Contains("weights", StringComparison.Ordinal));
        Assert.False(Directory.Exists(firmware.InOutput("src")));
    }

    [Fact]
    public void Alerts_are_the_tokens_of_layer_0_of_the_other_board_with_tones_only()
    {
        Assert.Equal(Enumerable.Range(1, 19), firmware.Alerts.Alerts.Select(a => a.Row.Id));
        Assert.All(firmware.Alerts.Alerts, a => Assert.Equal((true, false, 1), (a.Row.Tone, a.Row.Speech, a.Tokens.Layers)));
        var shipped = AlertSet.Gather(AlertFile.Load(Path.Combine(Board.Load("meter-m4").Folder, AlertFile.Name)), EdgeModel.Load("edge-meter"), speak: false);
        Assert.All(firmware.Alerts.Alerts, a =>
        {
            TokenClip there = shipped.Alerts.Single(s => s.Row.Id == a.Row.Id).Tokens;
            Assert.Equal(Enumerable.Range(0, there.Frames).Select(f => there.Codes[f * there.Layers]), a.Tokens.Codes.ToArray());
        });
    }

    [Fact]
    public void Pulses_of_an_emulated_Cortex_M0_come_every_80_ms_as_the_schedule_says()
    {
        Alert alert = firmware.Alerts.Alerts.Single(a => a.Row.Id == 7);
        TonePulse[] schedule = ToneSchedule.Of(firmware.Tones, alert.Tokens);

        string[] lines = Emulated("tones", 7).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(schedule.Length * alert.Row.Repeats, lines.Length);
        for (int i = 0; i < lines.Length; i++)
        {
            int round = i / schedule.Length, at = i % schedule.Length;
            TonePulse pulse = schedule[at];
            TimerSetting? setting = pulse.FrequencyHz == 0 ? null : TimerSetting.Nearest(firmware.Board.ClockHz!.Value, pulse.FrequencyHz);
            string expected = string.Create(CultureInfo.InvariantCulture,
                $"pulse {i} t_us {80_000L * ((round * (schedule.Length + alert.Row.GapFrames)) + at)} code {pulse.Code} hz {pulse.FrequencyHz} duty {pulse.DutyPermille} on_us {pulse.OnUs} prescaler {setting?.Prescaler ?? 0} period {setting?.Period ?? 0} ");
            Assert.StartsWith(expected, lines[i], StringComparison.Ordinal);
        }
    }

    /// <summary>The emulator has no STM32G030. An STM32F405 executes the same instructions and has the system timer and, where nothing is modelled, registers that are logged: TIM14 among them.</summary>
    [Fact]
    public void The_application_beeps_for_an_input_as_the_schedule_says()
    {
        string log = Path.Combine(firmware.Folder, "application.log");
        Alert alert = firmware.Alerts.Alerts.Single(a => a.Row.Id == MeterCover);
        ApplicationSounds.Beep[] once = ApplicationSounds.Beeps(firmware.Tones, alert, SlowHz);
        ApplicationSounds.Beep[] expected = [.. Enumerable.Repeat(once, alert.Row.Repeats).SelectMany(b => b)];
        using ApplicationRun run = ApplicationRun.Start(firmware.InOutput(firmware.Build.Firmware!.Application!.Image), log);

        // The emulated pins are low: both covers are open, and the more urgent one comes first.
        run.WaitFor(writes => ApplicationSounds.BeepsIn(writes).Length > expected.Length);

        Assert.Equal(expected, ApplicationSounds.BeepsIn(run.Writes())[..expected.Length]);
        Assert.InRange(once.Distinct().Count(), 8, once.Length);
    }

    [Fact]
    public void The_Makefile_builds_the_same_bytes()
    {
        string copy = Path.Combine(firmware.Folder, "again");
        Tools.Run("cp", ["-r", firmware.Build.Folder, copy], firmware.Folder);
        Tools.Run("make", ["-C", Path.Combine(copy, "firmware"), "clean"], copy);
        Tools.Run("make", ["-C", Path.Combine(copy, "firmware"), "all", "test"], copy);

        Assert.All((string[])["meter-tone.bin", "meter-tone.hex", "meter-tone-test.elf"], file => Assert.Equal(File.ReadAllBytes(firmware.InOutput("firmware/" + file)), File.ReadAllBytes(Path.Combine(copy, "firmware", file))));
    }

    [Fact]
    public void A_second_build_replaces_the_first_with_the_same_bytes_and_its_report_says_what_it_costs()
    {
        string folder = Path.Combine(firmware.Folder, "twice");
        var alerts = new BoardAlerts(firmware.Alerts, firmware.Tones);
        byte[][] reports = [.. Enumerable.Range(0, 2).Select(_ => File.ReadAllBytes(ToneBuild.Build(firmware.Board, folder, alerts).ReportJsonPath))];

        Assert.Equal(reports[0], reports[1]);
        Assert.Equal(File.ReadAllBytes(firmware.InOutput("firmware/meter-tone.bin")), File.ReadAllBytes(Path.Combine(folder, "firmware", "meter-tone.bin")));
        JsonElement report = JsonDocument.Parse(reports[0]).RootElement;
        Assert.Equal(("meter-tone", firmware.Build.Firmware!.PulsesCrc32), (report.GetProperty("board").GetString(), report.GetProperty("conformance_crc32").GetString()));
        Assert.Equal(firmware.Build.Firmware.Application!.FlashBytes, report.GetProperty("firmware").GetProperty("application").GetProperty("flash_bytes").GetInt64());
    }

    [Theory]
    [InlineData("\"flash_bytes\": 65536", "\"flash_bytes\": 16384", @"^The firmware for board 'tight' needs \d+ bytes of flash more than there are \(16384\): alerts and tones \d+, stack 2048; drop alerts \(the longest is \d+, [a-z0-9-]+\)\.$")]
    [InlineData("\"ram_bytes\": 8192", "\"ram_bytes\": 2600", @"^The firmware for board 'tight' needs \d+ bytes of RAM more than there are \(2600\): ")]
    [InlineData("\"stack_bytes\": 2048", "\"stack_bytes\": 7900", @"^The firmware for board 'tight' needs \d+ bytes of RAM more than there are \(8192\): ")]
    [InlineData("\"event\": \"meter cover removed\"", "\"event\": 4711", @"^Board 'tight': its input PB0 raises event 4711 of the profile 'idis', for which there is no alert in en: add one to the alert file or change the input in board\.json\.$")]
    public void A_board_that_lacks_what_its_firmware_needs_fails_the_build(string old, string changed, string why)
    {
        string own = Directory.CreateDirectory(Path.Combine(firmware.Folder, $"own-{Guid.NewGuid():N}", "tight")).FullName, output = own + "-out";
        File.Copy(Path.Combine(firmware.Board.Folder, firmware.Board.LinkerScript!), Path.Combine(own, firmware.Board.LinkerScript!));
        string json = File.ReadAllText(Path.Combine(firmware.Board.Folder, Board.FileName));
        Assert.Contains(old, json, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(own, Board.FileName), json.Replace("\"meter-tone\"", "\"tight\"", StringComparison.Ordinal).Replace(old, changed, StringComparison.Ordinal));

        var e = Assert.Throws<BuildException>(() => ToneBuild.Build(Board.Load(own), output, new BoardAlerts(firmware.Alerts, firmware.Tones)));

        Assert.Matches(why, e.Message);
        Assert.False(Directory.Exists(output));
    }

    private string Emulated(string what, int id)
    {
        ChildProcess.Result result = ChildProcess.Run("qemu-system-arm", [
            "-M", "microbit", "-nographic", "-monitor", "none", "-serial", "none", "-icount", "shift=0,sleep=off",
            "-semihosting-config", $"enable=on,target=native,arg=meter-tone,arg={what},arg={id.ToString(CultureInfo.InvariantCulture)}", "-kernel", firmware.InOutput(firmware.Build.Firmware!.Image)], firmware.Folder, TimeSpan.FromMinutes(1));
        Assert.Equal(0, result.ExitCode);
        return result.Output + result.Error;
    }
}
