using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Reports;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Reports;

/// <summary>What tiny runs leave for people.</summary>
public sealed class RunReportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public RunReportTests() => SourcedCorpus.Prepare(_folder).Dispose();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_card_names_every_source_that_was_trained_on_and_its_licence()
    {
        DistillRun.Train(Distill("student.json") with { IncludeGpl = true });

        string card = File.ReadAllText(_folder.At("student.card.md"));
        foreach (string row in (string[])["| open 1.0 | Ann \\| Ben \\& Co | CC-BY-SA-4.0 | 2 | 0.1 |", "| free 2 | Gnu | GPL-3.0-or-later | 2 | 0.1 |", "| robot *(synthesised)* | a machine | CC0-1.0 | 2 | 0.1 |"])
            Assert.Contains(row, card, StringComparison.Ordinal);
        Assert.Contains("- CC-BY-SA-4.0: attribution is asked for", card, StringComparison.Ordinal);
        Assert.Contains("- CC-BY-SA-4.0: share-alike", card, StringComparison.Ordinal);
        Assert.Contains("Recordings under the GNU GPL **were included** (GPL-3.0-or-later)", card, StringComparison.Ordinal);
        Assert.Contains("0.3 minutes of recordings", card, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_leaves_out_what_was_not_trained_on()
    {
        DistillRun.Train(Distill("student.json"));

        string card = File.ReadAllText(_folder.At("student.card.md"));
        Assert.DoesNotContain("| free", card, StringComparison.Ordinal);
        Assert.DoesNotContain("GPL-3.0", card, StringComparison.Ordinal);
        Assert.Contains("No recordings under the GNU GPL were included.", card, StringComparison.Ordinal);
    }

    [Fact]
    public void A_card_says_what_the_model_is_and_how_it_was_trained()
    {
        string model = _folder.At("student.json");
        DistillRun.Train(Distill("student.json"));

        var written = Edge.Models.Families.EdgeModel.Load(model);
        string card = File.ReadAllText(_folder.At("student.card.md"));
        Assert.Contains($"| token space | `{written.Config.Space}` |", card, StringComparison.Ordinal);
        Assert.Contains($"SHA-256 `{Convert.ToHexStringLower(written.WeightsHash)}`", card, StringComparison.Ordinal);
        Assert.Contains($"| teacher | edge-codec-light, weights SHA-256 `{Convert.ToHexStringLower(Edge.Models.Families.EdgeModel.Load("edge-light").WeightsHash)}` |", card, StringComparison.Ordinal);

        // 2 layers of 11 bits, 12.5 times a second.
        Assert.Contains("| bit rate | 275 bit/s |", card, StringComparison.Ordinal);
        Assert.Contains("| steps | 9 of 9 |", card, StringComparison.Ordinal);
        Assert.Contains("| seed | 5 |", card, StringComparison.Ordinal);
        Assert.Contains("no listening test", card, StringComparison.Ordinal);
        Assert.Contains("| open: v-open/1.wav | v-open | en | CC-BY-SA-4.0 | 3.0 |", card, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.Path, card, StringComparison.Ordinal);
    }

    [Fact]
    public void Curves_have_as_many_points_as_the_log_has_lines()
    {
        DistillRun.Train(Distill("student.json"));

        string page = Page("student");
        int lines = File.ReadAllLines(_folder.At("student.run", "log.tsv")).Length - 1;
        string[] curves = [.. Regex.Matches(page, "<polyline class=\"s0\" points=\"([^\"]+)\"").Select(m => m.Groups[1].Value)];
        Assert.Equal(9, lines);
        Assert.Contains("Loss <small>", page, StringComparison.Ordinal);
        Assert.InRange(curves.Length, 6, 9);
        Assert.All(curves, c => Assert.Equal(lines, c.Split(' ').Length));
        Assert.Equal(curves.Length, Regex.Count(page, "<figure class=\"panel curve\">"));
    }

    [Fact]
    public void A_page_is_whole_in_itself_and_plays_originals_beside_what_was_decoded()
    {
        DistillRun.Train(Distill("student.json"));

        string page = Page("student");
        Assert.All(Regex.Matches(page, "(?:src|href)=\"([^\"]{0,40})").Select(m => m.Groups[1].Value), value => Assert.StartsWith("data:", value, StringComparison.Ordinal));
        Assert.DoesNotContain("http", page.Replace("http-equiv", "", StringComparison.Ordinal), StringComparison.Ordinal);

        // One clip of each source that may be used; the student decodes its two layers and no fewer.
        Assert.Equal(4, Regex.Count(page, "<audio "));
        Assert.Equal(4, Regex.Count(page, "data:image/png"));
        Assert.DoesNotContain("free: ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http-equiv", page, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.tmp", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_run_that_was_stopped_says_so_and_its_continuation_no_longer()
    {
        using var source = new CancellationTokenSource();
        DistillRun.Train(Distill("student.json"), watch: s => Cancel(s, source), cancel: source.Token);
        Assert.Contains("**The run is not finished**", File.ReadAllText(_folder.At("student.card.md")), StringComparison.Ordinal);
        Assert.Contains("| steps | 4 of 9 |", File.ReadAllText(_folder.At("student.card.md")), StringComparison.Ordinal);
        Assert.Contains("http-equiv=\"refresh\"", Page("student"), StringComparison.Ordinal);

        DistillRun.Train(Distill("student.json"));
        Assert.DoesNotContain("not finished", File.ReadAllText(_folder.At("student.card.md")), StringComparison.Ordinal);
        Assert.Contains("Means over 2 clips", File.ReadAllText(_folder.At("student.card.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_codec_has_a_curve_for_every_stage_and_figures_for_every_number_of_layers()
    {
        var options = new TrainOptions(TinyStudents.Codec(_folder.Path), _folder.At("corpus"), _folder.At("codec.json")) { Steps = 30, Threads = 2, Sequences = 3, Frames = 6, LogEvery = 1 };
        TrainRun.Train(options);

        string page = Page("codec"), card = File.ReadAllText(_folder.At("codec.card.md"));
        string loss = page[page.IndexOf("Loss <small>", StringComparison.Ordinal)..];
        int[] points = [.. Regex.Matches(loss[..loss.IndexOf("</svg>", StringComparison.Ordinal)], "points=\"([^\"]+)\"").Select(m => m.Groups[1].Value.Split(' ').Length)];

        // 16, 44 and 40 % of 30 steps.
        Assert.Equal([5, 13, 12], points);
        foreach (string layers in (string[])["| 1 |", "| 2 |", "| 3 |"])
            Assert.Contains($"\n{layers} ", card, StringComparison.Ordinal);
        Assert.Contains("| kind | codec: encoder, codebooks and decoder |", card, StringComparison.Ordinal);
    }

    [Fact]
    public void A_student_that_learns_in_float_and_then_in_integers_has_one_report_of_both()
    {
        DistillRun.Train(Distill("student.json") with { Steps = 10, Quantize = true });

        string page = Page("student");
        Assert.Contains("</i>decoder</span>", page, StringComparison.Ordinal);
        Assert.Contains("</i>int8</span>", page, StringComparison.Ordinal);
        Assert.Contains("| steps | 10 of 10 |", File.ReadAllText(_folder.At("student.card.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_somebody_changed_does_not_end_the_run()
    {
        Directory.CreateDirectory(_folder.At("student.run"));
        File.WriteAllText(_folder.At("student.run", "log.tsv"), "<script>\n");
        DistillRun.Train(Distill("student.json"));

        Assert.Contains("No curves: ", Page("student"), StringComparison.Ordinal);
        Assert.Contains("line 1: is not the header of a training log.", Page("student"), StringComparison.Ordinal);
        Assert.True(File.Exists(_folder.At("student.json")));
    }

    [Fact]
    public void Held_out_clips_are_the_same_every_time_and_never_trained_on()
    {
        using SpeechCorpus corpus = SpeechCorpus.Open(_folder.At("corpus"));
        Assert.Equal(["v-open", "v-robot"], HeldOutClip.Pick(corpus, false, []).Select(c => c.Recording.Voice));
        Assert.Equal(["v-free", "v-open", "v-robot"], HeldOutClip.Pick(corpus, true, []).Select(c => c.Recording.Voice));
        Assert.Equal(["v-robot"], HeldOutClip.Pick(corpus, true, ["v-rob"]).Select(c => c.Recording.Voice));
        Assert.All(HeldOutClip.Pick(corpus, true, []), c => Assert.True(c.Recording.HeldOut));
        Assert.Equal(["open", "robot"], TrainingData.Of(corpus, r => !r.Gpl).Select(d => d.Package));
        Assert.Equal([2, 2], TrainingData.Of(corpus, r => !r.Gpl).Select(d => d.Recordings));
    }

    private static void Cancel(RunStatus status, CancellationTokenSource source)
    {
        if (status.Step == 4)
            source.Cancel();
    }

    private string Page(string model) => File.ReadAllText(_folder.At($"{model}.run", "report.html"));

    private DistillOptions Distill(string output) => new("edge-light", TinyStudents.Decoder(_folder.Path), _folder.At("corpus"), _folder.At(output))
    {
        Steps = 9, Threads = 2, Seed = 5, Sequences = 3, Frames = 6, Levels = 1, LogEvery = 1, Cache = _folder.At("cache"),
    };
}
