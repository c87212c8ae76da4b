using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Cli.Pages;

/// <summary>Level differences per third-octave band as bars about a zero line.</summary>
internal static class BandChart
{
    private const double SmallestLimitDb = 6;
    private const double LargestLimitDb = 24;
    private const double StepDb = 6;
    private const int BandsPerLabel = 3;

    // Below this the band holds nothing that could be heard, and its difference says nothing.
    private const double InaudibleDb = -90;

    /// <summary>Draws the chart.</summary>
    public static string Draw(IReadOnlyList<BandLevel> bands)
    {
        if (bands.Count == 0)
            return "";

        double largest = bands.Where(IsAudible).Select(band => Math.Abs(band.DifferenceDb)).DefaultIfEmpty(0).Max();
        double limit = Math.Clamp(Math.Ceiling(largest / StepDb) * StepDb, SmallestLimitDb, LargestLimitDb);
        var chart = new StringBuilder();
        chart.Append(CultureInfo.InvariantCulture, $"<div class=\"bands\"><div class=\"scale\"><span>+{limit:0}</span><span>0</span><span>−{limit:0}</span></div><div class=\"bars\">");
        for (int i = 0; i < bands.Count; i++)
            chart.Append(Bar(bands[i], limit, i % BandsPerLabel == 1));
        return chart.Append("</div></div>").ToString();
    }

    private static string Bar(BandLevel band, double limit, bool labelled)
    {
        double shown = Math.Clamp(band.DifferenceDb, -limit, limit);
        double height = 50 * Math.Abs(shown) / limit;
        string place = shown >= 0 ? "bottom" : "top";
        string kind = !IsAudible(band) ? " faint" : Math.Abs(band.DifferenceDb) > limit ? " over" : "";
        string frequency = Frequency(band.CentreHz);
        string label = labelled ? $"<b>{frequency}</b>" : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"<div title=\"{frequency}Hz: {band.ReferenceDb:0.0} dB, reconstruction {band.DegradedDb:0.0} dB, {band.DifferenceDb:+0.0;-0.0} dB\"><i class=\"{place}{kind}\" style=\"height:{height:0.##}%\"></i>{label}</div>");
    }

    private static bool IsAudible(BandLevel band) => band.ReferenceDb > InaudibleDb || band.DegradedDb > InaudibleDb;

    private static string Frequency(double hertz) => hertz < 1000 ? $"{NominalHz(hertz):0} " : $"{NominalHz(hertz) / 1000:0.##} k";

    // Exact centres are 10^(k / 10); the names that everybody knows are rounded to these.
    private static double NominalHz(double hertz)
    {
        double[] nominal = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8];
        var k = (int)Math.Round(10 * Math.Log10(hertz));
        return nominal[k % 10] * Math.Pow(10, k / 10);
    }
}
