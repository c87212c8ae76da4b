using System.Globalization;
using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Firmware;
using Qwen3Tokenizer.Edge.Compiler.Reports;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>What the page shows of layers, time and alerts.</summary>
public partial class LayerPageTests
{
    [Fact]
    public void The_columns_of_the_table_add_up_to_its_last_row()
    {
        string[][] rows = Table(ReportPage.Print(Report()), "instructions");

        Assert.Equal(["node", "operation", "instructions", "cycles", "of all, %", "MACs", "flash, bytes", "state, bytes", "RAM in use, bytes", "output bits", "8-bit SQNR, dB", "SQNR against float, dB"], rows[0]);
        Assert.Equal(["in", "conv", "head", "interface", "total"], rows[1..].Select(r => r[0]));
        foreach (int column in (int[])[2, 3, 5, 6, 7])
        {
            Assert.Equal(rows[^1][column], rows[1..^1].Sum(r => Number(r[column])).ToString("N0", CultureInfo.InvariantCulture));
        }

        Assert.Equal(("1,000", "1,500", "17,000", "5,000"), (rows[^1][2], rows[^1][3], rows[^1][6], rows[^1][7]));
        // Four shares, each rounded to a tenth.
        Assert.InRange(rows[1..^1].Sum(r => double.Parse(r[4], CultureInfo.InvariantCulture)), 99.8, 100.2);
    }

    [Fact]
    public void Every_layer_has_a_bar_in_each_chart_as_long_as_its_value_is_large()
    {
        string page = ReportPage.Print(Report());
        string chart = page[page.IndexOf("<figcaption>Cycles", StringComparison.Ordinal)..];
        chart = chart[..chart.IndexOf("</figure>", StringComparison.Ordinal)];

        (string Name, double Length)[] bars = [.. Bar().Matches(chart).Select(m => (m.Groups[1].Value, double.Parse(m.Groups[2].ValueSpan, CultureInfo.InvariantCulture)))];

        Assert.Equal(["in", "conv", "head", "interface"], bars.Select(b => b.Name));
        // 420 is the longest; cycles are 100, 400, 990 and 10.
        Assert.Equal([42.4, 169.7, 420, 4.2], bars.Select(b => b.Length));
    }

    [Fact]
    public void The_time_is_told_with_the_clock_and_how_it_was_found()
    {
        string counted = ReportPage.Print(Report()), modelled = ReportPage.Print(Report() with { Frame = Report().Frame! with { Basis = "modelled", How = "a model", Frames = null, WorstInstructions = null, WorstMilliseconds = null } });

        Assert.Contains("takes 1,000 instructions, 1,500 cycles. Counted over 12 frames (1.0 s of alerts) under <small>qemu-x</small>; the costliest frame took 1,200 instructions.", counted, StringComparison.Ordinal);
        Assert.Contains("At 0.1 MHz that is 15.00 ms, 0.188 of real time, 18.00 ms at the costliest.", counted, StringComparison.Ordinal);
        Assert.Contains("Modelled, not counted: a model.", modelled, StringComparison.Ordinal);
        Assert.DoesNotContain("Counted over", modelled, StringComparison.Ordinal);
        Assert.DoesNotContain("instructions", ReportPage.Print(Report() with { Frame = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_alert_stands_with_its_measure_or_the_reason_why_it_has_none()
    {
        string page = ReportPage.Print(Report());

        Assert.Contains("<td>1</td><td>power-up</td><td>1.04</td><td>0.813</td><td>its recording</td><td>aaaa0001</td><td>bbbb0001</td>", page, StringComparison.Ordinal);
        Assert.Contains("<td>2</td><td>&lt;b&gt;</td><td>0.40</td><td></td><td>none: it was given as tokens</td><td>aaaa0002</td><td>bbbb0002</td>", page, StringComparison.Ordinal);
        Assert.Contains("mean of 1</th><th>1.44 in all</th><th>0.813</th>", page, StringComparison.Ordinal);
        Assert.Contains("<td>power-up</td><td>1.04</td><td>0.813</td><td>its recording</td></tr>", ReportPage.Print(Report() with { Firmware = null }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_parts_of_the_flash_are_the_library()
    {
        string[][] rows = Table(ReportPage.Print(Report()), "part");

        Assert.Equal("total", rows[^1][0]);
        Assert.Equal(Number(rows[^1][2]), rows[1..^1].Sum(r => Number(r[2])));
    }

    // The first table with this heading.
    private static string[][] Table(string page, string heading)
    {
        int at = page.IndexOf($"<th>{heading}</th>", StringComparison.Ordinal);
        string table = page[page.LastIndexOf("<table>", at, StringComparison.Ordinal)..page.IndexOf("</table>", at, StringComparison.Ordinal)];
        return [.. Row().Matches(table).Select(r => Cell().Matches(r.Value).Select(c => c.Groups[1].Value).ToArray())];
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static BuildReport Report() => new()
    {
        Tool = "tool", Model = "edge-test", WeightsSha256 = "ab", TokenSpace = "cd", Board = "board", Compiler = "cc", SampleRate = 8000, MacsPerSecond = 12345678, WeightBytes = 17000,
        LibraryBytes = 20000, FlashBudgetBytes = 2000000, ArenaBytes = 6000, RamBudgetBytes = 65536, StackBudgetBytes = 4096, StateBytes = 5000, ArenaLowerBoundBytes = 5900, PitchMedianCents = 1.25,
        VoicingDisagreement = 0.001, ConformanceCrc32 = "00c0ffee", FrameBudgetMilliseconds = 40, Flash = new FlashParts(17000, 0, 64, 2936),
        Frame = new FrameCost
        {
            Basis = "counted", How = "qemu-x", Speech = "1.0 s of alerts", Frames = 12, CycleModel = "a table", Instructions = 1000, WorstInstructions = 1200, InterfaceInstructions = 7, Cycles = 1500,
            InterfaceCycles = 10, ClockHz = 100_000, Milliseconds = 15, WorstMilliseconds = 18, RealTimeFactor = 0.1875,
        },
        Layers =
        [
            new LayerReport("in", "Embed", 64, 4000, 16, null, 40) { FlashBytes = 4000, StateBytes = 0, LiveBytes = 5100, Instructions = 80, Cycles = 100 },
            new LayerReport("conv", "Linear", 9000, 13000, 8, 41, 39) { FlashBytes = 12900, StateBytes = 968, LiveBytes = 5900, Instructions = 300, Cycles = 400 },
            new LayerReport("head", "SourceFilter", 0, 100, 16, null, null) { FlashBytes = 100, StateBytes = 4000, LiveBytes = 5800, Instructions = 613, Cycles = 990 },
        ],
        Alerts = [new AlertReport(1, "power-up", "en", 1.04, 0.8127, "its recording"), new AlertReport(2, "<b>", "en", 0.4, null, "none: it was given as tokens")],
        Firmware = new FirmwareImage("firmware/x.elf", 25000, 7000, 4096, 800, [new ElfSection(".text", 25000, false, true)],
            [new SpokenAlert(1, "power-up", 13, "aaaa0001", "bbbb0001"), new SpokenAlert(2, "<b>", 5, "aaaa0002", "bbbb0002")], "aaaa", "bbbb", null),
    };

    [GeneratedRegex("<tr>.*?</tr>", RegexOptions.Singleline)]
    private static partial Regex Row();

    [GeneratedRegex("<t[hd]>(.*?)</t[hd]>")]
    private static partial Regex Cell();

    [GeneratedRegex("<g><text [^>]*>([^<]*)</text><rect [^>]*width=\"([0-9.]+)\"")]
    private static partial Regex Bar();
}
