using System.Text.Json;
using System.Text.Json.Nodes;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Benchmarks.M4;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Counting;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Runtime;
using Qwen3Tokenizer.Edge.Tests.Emitted;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>The metering board with three alerts: a recording, tokens, and a text that espeak-ng speaks.</summary>
public sealed class ReportedBoard : IDisposable
{
    public const int Recorded = 901, Given = 902, Spoken = 7;

    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-reported-").FullName;

    public ReportedBoard()
    {
        // Without the application, whose inputs raise events of alerts that are not here.
        Board = Board.Load("meter-m4") with { Application = null };
        Alerts = AlertSet.Gather(AlertFile.Load(WriteAlerts()), EdgeModel.Load("edge-meter"), speak: false);
        Build = BoardBuild.Build(Alerts.Model, Board, Path.Combine(_folder, "out"), alerts: new BoardAlerts(Alerts, BuiltInTones.Load().Within(ToneRange.Default)));
        Report = JsonDocument.Parse(File.ReadAllText(Build.ReportJsonPath)).RootElement;
    }

    /// <summary>What was recorded.</summary>
    public static string Recording => Tools.RepositoryPath("tests/data/heldout/01-it-male-agent-alreadyon.wav");

    public Board Board { get; }

    public AlertSet Alerts { get; }

    public BoardBuildResult Build { get; }

    public JsonElement Report { get; }

    /// <summary>All alerts as one clip.</summary>
    public TokenClip Said
    {
        get
        {
            TokenClip first = Alerts.Alerts[0].Tokens;
            ushort[] codes = [.. Alerts.Alerts.SelectMany(a => a.Tokens.Codes.ToArray())];
            return new TokenClip(first.Space, first.Layers, first.BitsPerCode, first.Rate, codes, (long)codes.Length / first.Layers * first.Rate.SamplesPerFrame, first.Delay);
        }
    }

    public string Scratch(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string WriteAlerts()
    {
        string shipped = Tools.RepositoryPath("boards/meter-m4"), own = Scratch("alerts");
        Directory.CreateDirectory(Path.Combine(own, "alerts"));
        string kept = Directory.GetFiles(Path.Combine(shipped, "alerts"), $"{Spoken:000}-*.q3t").Single();
        File.Copy(kept, Path.Combine(own, "alerts", Path.GetFileName(kept)));
        File.Copy(kept, Path.Combine(own, "given.q3t"));
        File.Copy(Recording, Path.Combine(own, "said.wav"));
        JsonNode file = JsonNode.Parse(File.ReadAllText(Path.Combine(shipped, "alerts.json")))!;
        JsonArray rows = file["alerts"]!.AsArray();
        rows.RemoveAll(r => r!["id"]!.GetValue<int>() != Spoken);
        rows.Add(JsonNode.Parse($$"""{ "id": {{Recorded}}, "name": "recorded", "event": "power up", "language": "en", "priority": 10, "text": "Recorded.", "recording": "said.wav", "licence": "CC0-1.0" }"""));
        rows.Add(JsonNode.Parse($$"""{ "id": {{Given}}, "name": "given", "event": "power up", "language": "en", "priority": 10, "text": "Given.", "tokens": "given.q3t", "licence": "CC0-1.0" }"""));
        string path = Path.Combine(own, "alerts.json");
        File.WriteAllText(path, file.ToJsonString());
        return path;
    }
}

/// <summary>What the report of a board says: every layer, its time, and how well each alert is understood.</summary>
public sealed class BoardReportTests(ReportedBoard board, BuiltModels models) : IClassFixture<ReportedBoard>, IClassFixture<BuiltModels>
{
    [Fact]
    public void Every_layer_of_the_program_appears_once_and_all_of_them_add_up_to_the_totals()
    {
        JsonElement report = board.Report, frame = report.GetProperty("frame"), flash = report.GetProperty("flash");
        JsonElement[] layers = [.. report.GetProperty("layers").EnumerateArray()];
        long Sum(string field) => layers.Sum(l => l.GetProperty(field).GetInt64());

        Assert.Empty(board.Build.Notices);
        Assert.Equal(models.Meter.Program.Operations.Select(o => o.Name), layers.Select(l => l.GetProperty("name").GetString()!));
        Assert.Equal(frame.GetProperty("instructions").GetInt64(), Sum("instructions") + frame.GetProperty("interface_instructions").GetInt64());
        Assert.Equal(frame.GetProperty("cycles").GetInt64(), Sum("cycles") + frame.GetProperty("interface_cycles").GetInt64());
        Assert.Equal(report.GetProperty("weight_bytes").GetInt64(), Sum("flash_bytes"));
        Assert.Equal(report.GetProperty("state_bytes").GetInt64(), Sum("state_bytes") + MemoryPlan.HeaderBytes);
        Assert.Equal(report.GetProperty("arena_lower_bound_bytes").GetInt64(), layers.Max(l => l.GetProperty("live_bytes").GetInt64()));
        Assert.Equal(report.GetProperty("library_bytes").GetInt64(), flash.EnumerateObject().Sum(p => p.Value.GetInt64()));
        Assert.All(layers, l => Assert.InRange(l.GetProperty("instructions").GetInt64(), 100, 600_000));
        Assert.All(layers, l => Assert.InRange(l.GetProperty("cycles").GetDouble() / l.GetProperty("instructions").GetInt64(), 1, 2));

        // Real time at the clock of board.json.
        double milliseconds = 1000.0 * frame.GetProperty("cycles").GetInt64() / board.Board.ClockHz!.Value;
        Assert.Equal(milliseconds, frame.GetProperty("milliseconds").GetDouble(), 3);
        Assert.Equal(milliseconds / 80, frame.GetProperty("real_time_factor").GetDouble(), 4);
        Assert.InRange(frame.GetProperty("real_time_factor").GetDouble(), 0.1, 0.3);
    }

    /// <summary>A second way to count: the whole of q3e_decode_frame between two stores of the program.</summary>
    [Fact]
    public void The_instructions_are_those_between_the_markers_of_the_program()
    {
        JsonElement frame = board.Report.GetProperty("frame");
        var tools = new Firmware(Tools.RepositoryPath("."), board.Scratch("markers"));
        string program = tools.Decoder("decoder.elf", board.Build.Folder, models.Meter.Names, board.Board.CompilerFlags);

        Measurement.Decoding marked = Measurement.Decode(tools, new Emulator(tools), program, board.Said);

        Assert.Equal(("counted", marked.Frames), (frame.GetProperty("basis").GetString(), frame.GetProperty("frames").GetInt32()));
        // Between the markers lie the call and its arguments too.
        Assert.InRange((marked.PerSecond * 0.08) - frame.GetProperty("instructions").GetInt64(), 0, 16);
        Assert.InRange(marked.WorstFrame - frame.GetProperty("worst_instructions").GetInt64(), 1, 16);
        Assert.InRange(marked.CyclesPerSecond * 0.08 / frame.GetProperty("cycles").GetInt64(), 0.995, 1.005);
    }

    [Fact]
    public void Counting_again_gives_the_same_figures()
    {
        ModelSource source = new(models.Meter.Source.Model, models.Meter.Program, MemoryPlan.Of(models.Meter.Program), "emitted by a test", board.Board.WeightLayout);
        string folder = board.Scratch("counted");
        EmittedFolder.Write(folder, source);
        File.Copy(Path.Combine(board.Build.Folder, "conformance", "vectors.h"), Path.Combine(folder, "conformance", "vectors.h"));
        File.Copy(Path.Combine(board.Board.Folder, board.Board.LinkerScript!), Path.Combine(folder, board.Board.LinkerScript!));
        var counter = new FrameCounter(board.Board, CCompiler.Require(), folder, source, TimeSpan.FromMinutes(5));

        InstructionCount[] counts = [.. Enumerable.Range(0, 2).Select(_ => counter.Count([board.Said], models.Meter.Program).Decoder)];

        Assert.True(counter.Possible);
        Assert.Equal(counts[0].Operations, counts[1].Operations);
        Assert.Equal((counts[0].Interface, counts[0].WorstFrame, counts[0].Frames), (counts[1].Interface, counts[1].WorstFrame, counts[1].Frames));
        // The kernels of a build elsewhere are the same.
        Assert.Equal(board.Report.GetProperty("frame").GetProperty("instructions").GetInt64(), Math.Round((double)counts[0].Instructions / counts[0].Frames));
    }

    [Fact]
    public void The_stoi_of_an_alert_is_that_of_its_samples_against_its_recording()
    {
        JsonElement[] alerts = [.. board.Report.GetProperty("alerts").EnumerateArray()];
        JsonElement Row(int id) => alerts.Single(a => a.GetProperty("id").GetInt32() == id);
        int rate = board.Alerts.Model.Config.SampleRate;
        float[] recorded = AudioFile.Read(ReportedBoard.Recording).Resample(rate).ToMono();
        Alert spoken = board.Alerts.Alerts.Single(a => a.Row.Id == ReportedBoard.Spoken);
        float[] said = Resampler.Resample(SpokenText.Render((AlertSource.Spoken)spoken.Row.Source, 16000), 16000, rate);

        Assert.Equal([ReportedBoard.Spoken, ReportedBoard.Recorded, ReportedBoard.Given], alerts.Select(a => a.GetProperty("id").GetInt32()));
        Assert.Equal(StoiOf(recorded, ReportedBoard.Recorded, rate), Row(ReportedBoard.Recorded).GetProperty("stoi").GetDouble(), 4);
        Assert.Equal(StoiOf(said, ReportedBoard.Spoken, rate), Row(ReportedBoard.Spoken).GetProperty("stoi").GetDouble(), 4);
        Assert.InRange(Row(ReportedBoard.Recorded).GetProperty("stoi").GetDouble(), 0.7, 0.95);
        Assert.Equal(("its recording", "its text spoken by espeak-ng"), (Row(ReportedBoard.Recorded).GetProperty("reference").GetString(), Row(ReportedBoard.Spoken).GetProperty("reference").GetString()));
        Assert.Equal("none: it was given as tokens", Row(ReportedBoard.Given).GetProperty("reference").GetString());
        Assert.False(Row(ReportedBoard.Given).TryGetProperty("stoi", out _));
    }

    [Fact]
    public void The_page_shows_every_layer_and_every_alert()
    {
        string page = File.ReadAllText(board.Build.ReportPath);
        string chart = page[page.IndexOf("<figcaption>Cycles of the mean frame", StringComparison.Ordinal)..];
        chart = chart[..chart.IndexOf("</figure>", StringComparison.Ordinal)];

        Assert.All(models.Meter.Program.Operations, o =>
        {
            Assert.Equal(2, chart.Split($">{o.Name}</text>").Length);
            Assert.Contains($"<tr><td>{o.Name}</td>", page, StringComparison.Ordinal);
        });
        Assert.All(board.Build.Firmware!.Alerts, a => Assert.Contains($"<tr><td>{a.Id}</td><td>{a.Name}</td>", page, StringComparison.Ordinal));
        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
    }

    // What the library of this machine decodes, without the model's delay.
    private double StoiOf(float[] original, int id, int rate)
    {
        TokenClip tokens = board.Alerts.Alerts.Single(a => a.Row.Id == id).Tokens;
        using EmittedLibrary library = EmittedLibrary.Load(models.Meter.Build.LibraryPath);
        using Decoder decoder = library.Model("edge-meter").CreateDecoder();
        var pcm = new short[decoder.Model.FrameSamples];
        List<float> samples = [];
        for (int t = 0; t < tokens.Frames; t++)
        {
            decoder.DecodeFrame(tokens.Frame(t), pcm);
            samples.AddRange(pcm.Select(s => s / 32768f));
        }

        int delay = decoder.Model.DelaySamples, length = Math.Min(original.Length, samples.Count - delay);
        return Stoi.Compute(original.AsSpan(0, length), samples.Slice(delay, length).ToArray(), rate);
    }
}
