using System.Text.Json;
using Qwen3Tokenizer.Edge.Benchmarks.M4;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Firmware;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tests.Emitted;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>The metering board without DSP instructions, as <c>q3edge build --board meter-m3</c> makes it: the alerts of meter-m4 with portable kernels.</summary>
public sealed class MeterM3Tests(BuiltModels models) : IClassFixture<BuiltModels>
{
    [Fact]
    public void An_emulated_Cortex_M3_says_every_alert_as_this_machine_and_the_application_beeps_because_speech_would_take_too_long()
    {
        var board = Board.Load("meter-m3");
        EdgeModel model = models.Meter.Model;
        ToneTable tones = BuiltInTones.Load().Within(new ToneRange(board.Buzzer!.Value.LowHz, board.Buzzer!.Value.HighHz));
        var alerts = AlertSet.Gather(AlertFile.Load(Path.Combine(board.Folder, AlertFile.Name)), model, speak: false);
        string folder = models.NewPath("meter-m3 build");

        BoardBuildResult build = BoardBuild.Build(model, board, folder, alerts: new BoardAlerts(alerts, tones));

        FirmwareImage image = build.Firmware!;
        Assert.StartsWith("qemu-system-arm -M netduino2", image.VerifiedUnder, StringComparison.Ordinal);
        Assert.Equal(models.Meter.Build.ConformanceCrc, build.ConformanceCrc);
        Assert.Equal(25, image.Alerts.Count);
        Assert.InRange(image.FlashBytes, 300_000, 512 * 1024);
        Assert.InRange(image.RamBytes, 16_832 + 4096, 64 * 1024);
        Assert.InRange(image.StackUsedBytes!.Value, 500, 4096 - 512);
        Assert.False(image.Application!.Speaks);
        Assert.InRange(image.Application.RamBytes, 4096, 8192);
        Assert.Matches(@"^The application for board 'meter-m3' plays tones only: a frame of speech would take about 7\d\.\d ms there, and 60 of its 80 ms are for decoding\. ", Assert.Single(build.Notices));

        // A second way to count, between the markers of the image that says them: 40 M instructions and modelled 63 M of 72 M cycles for a second of speech.
        string runs = Directory.CreateDirectory(models.NewPath("meter-m3 runs")).FullName;
        var tools = new Firmware(Tools.RepositoryPath("."), runs);
        var speaking = Speaking.Of(tools, new Emulator(tools), Path.Combine(build.Folder, image.Image), cortexM3: true);
        JsonElement frame = JsonDocument.Parse(File.ReadAllText(build.ReportJsonPath)).RootElement.GetProperty("frame");
        Assert.Equal($"{Crc32.Compute(speaking.Pcm):x8}", image.PcmCrc32);
        Assert.Equal(("counted", speaking.Frames), (frame.GetProperty("basis").GetString(), frame.GetProperty("frames").GetInt32()));
        // The image is another program than the one that is counted, with its buffers elsewhere.
        Assert.InRange(speaking.WorstFrame - frame.GetProperty("worst_instructions").GetInt64(), -32, 32);
        Assert.InRange(speaking.CyclesPerSecond * 0.08 / frame.GetProperty("cycles").GetInt64(), 0.995, 1.005);
        Assert.InRange(speaking.CyclesPerSecond / (speaking.PerSecond * board.InstructionModel!.CyclesPerInstruction), 0.9, 1.0);
        Assert.InRange(speaking.CyclesPerSecond / board.ClockHz!.Value, 0.75, 1.0);
        Assert.Equal(0, speaking.Stores);
    }

    [Fact]
    public void With_a_faster_clock_the_application_speaks()
    {
        string folder = Directory.CreateDirectory(models.NewPath(Path.Combine("boards", "fast-m3"))).FullName;
        var shipped = Board.Load("meter-m3");
        File.Copy(Path.Combine(shipped.Folder, shipped.LinkerScript!), Path.Combine(folder, shipped.LinkerScript!));
        File.WriteAllText(Path.Combine(folder, Board.FileName), File.ReadAllText(Path.Combine(shipped.Folder, Board.FileName))
            .Replace("\"meter-m3\"", "\"fast-m3\"", StringComparison.Ordinal).Replace("72000000", "120000000", StringComparison.Ordinal));
        var alerts = AlertSet.Gather(AlertFile.Load(Path.Combine(shipped.Folder, AlertFile.Name)), models.Meter.Model, speak: false);

        BoardBuildResult build = BoardBuild.Build(models.Meter.Model, Board.Load(folder), models.NewPath("fast-m3 build"), alerts: new BoardAlerts(alerts, BuiltInTones.Load()));

        Assert.Empty(build.Notices);
        Assert.True(build.Firmware!.Application!.Speaks);
        Assert.InRange(build.Firmware.Application.RamBytes, 16_832 + 4096, 64 * 1024);
    }
}
