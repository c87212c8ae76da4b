using System.Globalization;
using System.Text.Json;
using Qwen3Tokenizer.Edge.Compiler.Reports;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public class BuildReportTests
{
    private const string Hostile = "<script>alert('\"&')</script>";

    [Fact]
    public void The_page_shows_hostile_names_as_text()
    {
        string page = ReportPage.Print(Report(Hostile));

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("alert('", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_loads_nothing_from_elsewhere()
    {
        string page = ReportPage.Print(Report("edge-test"));

        Assert.DoesNotContain("http", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Report_and_page_do_not_depend_on_the_culture()
    {
        BuildReport report = Report("edge-test");
        (string json, string page) = (report.ToJson(), ReportPage.Print(report));
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = OtherCulture.Create();

            Assert.Equal((json, page), (report.ToJson(), ReportPage.Print(report)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void The_json_has_the_figures_under_their_names_and_leaves_out_what_was_not_measured()
    {
        using JsonDocument json = JsonDocument.Parse(Report(Hostile).ToJson());
        JsonElement root = json.RootElement, layers = root.GetProperty("layers");

        Assert.Equal(1, root.GetProperty("schema_version").GetInt32());
        Assert.Equal(Hostile, root.GetProperty("model").GetString());
        Assert.Equal(1234567, root.GetProperty("library_bytes").GetInt64());
        Assert.Equal("00c0ffee", root.GetProperty("conformance_crc32").GetString());
        Assert.Equal(1.25, root.GetProperty("pitch_median_cents").GetDouble());
        Assert.Equal(40.5, layers[0].GetProperty("int8_sqnr_db").GetDouble());
        Assert.False(layers[1].TryGetProperty("int8_sqnr_db", out _));
        Assert.False(layers[1].TryGetProperty("sqnr_db", out _));
    }

    private static BuildReport Report(string model) => new()
    {
        Tool = "tool", Model = model, WeightsSha256 = "ab", TokenSpace = "cd", Board = "host", Compiler = model, SampleRate = 8000, MacsPerSecond = 12345678, WeightBytes = 1000000,
        LibraryBytes = 1234567, FlashBudgetBytes = 2000000, ArenaBytes = 20000, RamBudgetBytes = 65536, StateBytes = 5000, ArenaLowerBoundBytes = 19000, PitchMedianCents = 1.25,
        VoicingDisagreement = 0.001, ConformanceCrc32 = "00c0ffee", Flash = new FlashParts(900000, 100000, 64, 234503),
        Layers = [new LayerReport(model, "Linear", 1234567, 100, 8, 40.5, -3.25), new LayerReport("b", "SourceFilter", 0, 100, 16, null, null)],
    };
}
