using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tests.Emitted;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Player;

/// <summary>The edge-meter library with the alerts of meter-m4, built once.</summary>
public sealed class MeterWithAlerts : IDisposable
{
    public const int PinnedToken = 567;
    public const int PinnedHertz = 1200;

    private readonly ScratchFolder _folder = new();

    public MeterWithAlerts()
    {
        var model = EdgeModel.Load("edge-meter");
        Set = AlertSet.Gather(AlertFile.Load(Tools.RepositoryPath("boards/meter-m4/alerts.json")), model, speak: false);
        Tones = BuiltInTones.Load().Within(ToneRange.Default).Pin(PinnedToken, PinnedHertz).Pin(1204, 1800);
        Build = HostBuild.Build(model, Path.Combine(_folder.Path, "build"));
        AlertPackage.Write(Build.Folder, Set, Tones);
    }

    public AlertSet Set { get; }

    public ToneTable Tones { get; }

    public BuildResult Build { get; }

    public string Folder => _folder.Path;

    /// <summary>Compiles player_speaks.c with the emitted library and tables.</summary>
    public string Speaks(string compiler, IEnumerable<string> options)
    {
        string In(string part) => Path.Combine(Build.Folder, part);
        string program = Path.Combine(Folder, $"speaks-{compiler}");
        var names = new CNames("edge-meter");
        string[] model = [$"-DMODEL_HEADER=\"{names.Stem}.h\"", $"-DMODEL={names.Descriptor}", $"-DARENA_BYTES={names.ArenaMacro}"];
        string[] includes = ["-I" + In("include"), "-I" + In("src"), "-I" + In("src/kernels"), "-I" + In(AlertPackage.Folder)];
        string[] files =
        [
            Tools.CFile("player/player_speaks.c"), .. Directory.GetFiles(In(AlertPackage.Folder), "*.c"), .. Directory.GetFiles(In("src"), "*.c"), .. Directory.GetFiles(In("src/kernels"), "*.c"),
        ];
        Tools.Run(compiler, [.. Tools.Strict, .. options, .. model, .. includes, .. files, "-o", program], Folder);
        return program;
    }

    public void Dispose() => _folder.Dispose();
}

/// <summary>Tests on that build.</summary>
[CollectionDefinition(Name)]
public sealed class MeterAlertCollection : ICollectionFixture<MeterWithAlerts>
{
    public const string Name = "Alerts of meter-m4";
}

/// <summary>The alerts of meter-m4 through the emitted library, on this machine.</summary>
[Collection(MeterAlertCollection.Name)]
public sealed class MeterAlertTests(MeterWithAlerts meter)
{
    private const int Runs = 10;

    [Theory, InlineData("gcc"), InlineData("clang")]
    public void Every_alert_speaks_what_plain_decoding_gives_by_frames_and_by_hops(string compiler)
    {
        string output = Tools.Run(meter.Speaks(compiler, PlayerFiles.Sanitizers), [], meter.Folder);
        string[][] alerts = [.. output.Split('\n').Where(l => l.StartsWith("alert ", StringComparison.Ordinal)).Select(l => l.Split(' '))];
        Assert.Equal(meter.Set.Alerts.Select(a => a.Row.Id.ToString(CultureInfo.InvariantCulture)), alerts.Select(a => a[1]));
        Assert.All(alerts, a => Assert.True(a[3] == a[4] && a[4] == a[5], string.Join(' ', a)));
        // Checksums of silence would agree too: different alerts sound different.
        Assert.Equal(alerts.Length, alerts.Select(a => a[3]).Distinct().Count());
    }

    [Fact]
    public void The_tone_log_is_the_schedule_computed_from_the_table_in_every_run()
    {
        string program = meter.Speaks("gcc", ["-O2"]);
        string first = Tools.Run(program, [], meter.Folder);
        for (int run = 1; run < Runs; run++)
            Assert.Equal(first, Tools.Run(program, [], meter.Folder));

        var expected = new List<string>();
        foreach (Alert alert in meter.Set.Alerts)
        {
            AlertRow r = alert.Row;
            long period = (long)ToneSchedule.FrameUs * (alert.Tokens.Frames + r.GapFrames);
            for (int repeat = 0; repeat < r.Repeats; repeat++)
                expected.AddRange(ToneSchedule.Of(meter.Tones, alert.Tokens, period * repeat).Select(p => $"pulse {p}"));
        }

        string[] pulses = [.. first.Split('\n').Where(l => l.StartsWith("pulse ", StringComparison.Ordinal))];
        Assert.Equal(expected, pulses.Select(l => string.Join(' ', l.Split(' ')[..7])));
        Assert.True(expected.Count > 500);
        foreach (string[] words in pulses.Select(l => l.Split(' ')).Where(w => w[3] != "0"))
        {
            TimerSetting timer = TimerSetting.Nearest(72_000_000, int.Parse(words[3], CultureInfo.InvariantCulture))!.Value;
            Assert.InRange(double.Parse(words[7], CultureInfo.InvariantCulture) - (1000 * timer.Hertz), -0.51, 0.51);
            Assert.InRange(double.Parse(words[8], CultureInfo.InvariantCulture) - timer.ErrorPpm, -0.51, 0.51);
            // Half a count of the period, at 3 kHz 20 ppm: a hundredth of what an ear can tell.
            Assert.InRange(Math.Abs(timer.ErrorPpm), 0, 0.51e6 / timer.Period);
        }
    }

    [Fact]
    public void Pinned_rows_are_emitted_as_pinned()
    {
        string[] lines = File.ReadAllLines(Path.Combine(meter.Build.Folder, AlertPackage.Folder, "q3e_tones.c"));
        Assert.Matches(@"^    \{ 1200, [0-9]+, [0-9]+, [0-9]+ \}, /\* 567, pinned \*/$", lines.Single(l => l.Contains("/* 567,", StringComparison.Ordinal)));
        Assert.Matches(@"^    \{ 1800, [0-9]+, [0-9]+, [0-9]+ \}, /\* 1204, pinned \*/$", lines.Single(l => l.Contains("/* 1204,", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_players_folder_builds_with_CMake()
    {
        string project = Directory.CreateDirectory(Path.Combine(meter.Folder, "cmake")).FullName, build = Path.Combine(project, "build");
        File.WriteAllText(Path.Combine(project, "CMakeLists.txt"), $"cmake_minimum_required(VERSION 3.16)\nproject(board C)\nadd_subdirectory({Path.Combine(meter.Build.Folder, AlertPackage.Folder)} player)\n");
        Tools.Run("cmake", ["-S", project, "-B", build], project);
        Tools.Run("cmake", ["--build", build], project);
        Assert.True(File.Exists(Path.Combine(build, "player", "libq3e_player.a")));
    }

    [Fact]
    public void The_sizes_that_the_tool_counts_with_are_the_compilers()
    {
        string sizes = Tools.Run(meter.Speaks("gcc", ["-O2"]), [], meter.Folder).Split('\n')[0];
        int row = AlertPackage.TableBytes(meter.Set, meter.Tones) - meter.Set.Codes.Length - (6 * meter.Tones.Entries);
        Assert.StartsWith($"sizes {row / meter.Set.Alerts.Count} 6 ", sizes, StringComparison.Ordinal);
    }
}
