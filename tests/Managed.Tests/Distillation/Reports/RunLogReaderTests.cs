using Qwen3Tokenizer.Edge.Distillation.Reports;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Safetensors;
using Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Reports;

/// <summary>Logs of runs: read as they were written, refused where they were not.</summary>
public sealed class RunLogReaderTests : IDisposable
{
    private const string Good = "decoder\t50\t300\t5.3\t5.000e-004\t13.22700\t12.00000\t6.66600\t0.33250\t0.60000\t0.63800\t0.00000\t0.00000\t0.00000\t12.6000";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_log_is_read_as_it_was_written()
    {
        var log = new RunLog(_folder.At("log.tsv"), 2, null);
        for (int step = 1; step <= 7; step++)
            log.Add("joint", step, 7, 0.5 * step, 1e-3, new LossParts(step, 2, 3, 0.25, 0.5, 0.75, 0.125), 10 * step);

        IReadOnlyList<RunStatus> lines = RunLogReader.Read(_folder.At("log.tsv"));

        Assert.Equal([2L, 4L, 6L, 7L], lines.Select(l => l.Step));
        Assert.Equal(new RunStatus("joint", 4, 7, 2, 1e-3, new LossParts(3.5, 2, 3, 0.25, 0.5, 0.75, 0.125), 35), lines[1]);
    }

    [Fact]
    public void Steps_that_were_taken_again_count_once()
    {
        Write(Good, Good.Replace("\t50\t", "\t100\t", StringComparison.Ordinal), Good.Replace("\t50\t", "\t150\t", StringComparison.Ordinal),
            Good.Replace("\t50\t", "\t100\t", StringComparison.Ordinal).Replace("13.22700", "7.00000", StringComparison.Ordinal));

        IReadOnlyList<RunStatus> lines = RunLogReader.Read(_folder.At("log.tsv"));

        Assert.Equal([(50L, 13.227), (100L, 7.0)], lines.Select(l => (l.Step, l.Loss.Total)));
    }

    [Theory]
    [InlineData("decoder\t50", "line 3: has 2 fields")]
    [InlineData("decoder\tmany\t300\t5.3\t5e-4\t13\t12\t6\t0.3\t0.6\t0.6\t0\t0\t0\t12", "line 3: step: \"many\" is not a whole number")]
    [InlineData("decoder\t-50\t300\t5.3\t5e-4\t13\t12\t6\t0.3\t0.6\t0.6\t0\t0\t0\t12", "line 3: step: \"-50\" is not a whole number")]
    [InlineData("decoder\t50\t300\t5.3\t5e-4\t<b>\t12\t6\t0.3\t0.6\t0.6\t0\t0\t0\t12", "line 3: loss: \"<b>\" is not a number")]
    [InlineData("\t50\t300\t5.3\t5e-4\t13\t12\t6\t0.3\t0.6\t0.6\t0\t0\t0\t12", "line 3: stage: is a name of 0 characters")]
    [InlineData("", "line 3: has 1 fields")]
    public void A_wrong_line_is_refused_in_one_sentence(string line, string told)
    {
        Write(Good, line);
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => RunLogReader.Read(_folder.At("log.tsv")));
        Assert.StartsWith(_folder.At("log.tsv"), error.Message, StringComparison.Ordinal);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_line_without_end_is_refused()
    {
        Write(new string('x', 1_000_000));
        Assert.Contains("line 2: is longer than", Assert.Throws<ModelFormatException>(() => RunLogReader.Read(_folder.At("log.tsv"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_log_is_refused()
    {
        File.WriteAllText(_folder.At("log.tsv"), "hello\n");
        Assert.Contains("line 1: is not the header", Assert.Throws<ModelFormatException>(() => RunLogReader.Read(_folder.At("log.tsv"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_that_is_absent_is_refused() =>
        Assert.Contains(_folder.At("none.tsv"), Assert.Throws<ModelFormatException>(() => RunLogReader.Read(_folder.At("none.tsv"))).Message, StringComparison.Ordinal);

    private void Write(params string[] lines) => File.WriteAllLines(_folder.At("log.tsv"), [RunStatus.Header, .. lines]);
}
