namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>What every run of the tool owes its user.</summary>
internal static class Expect
{
    public static void Success(Run run)
    {
        Assert.True(run.Status == 0, $"exit status {run.Status}: {run.Error}");
        Assert.Empty(run.ErrorLines);
    }

    /// <summary>Went well, with one line on standard error that warns about a file.</summary>
    public static void Warning(Run run, string name, string about)
    {
        Assert.True(run.Status == 0, $"exit status {run.Status}: {run.Error}");
        string line = Assert.Single(run.ErrorLines);
        Assert.StartsWith("q3edge: warning: ", line, StringComparison.Ordinal);
        Assert.Contains(name, line, StringComparison.Ordinal);
        Assert.Contains(about, line, StringComparison.Ordinal);
    }

    /// <summary>Went wrong, with one line on standard error that names what was wrong, and no stack trace.</summary>
    public static void Failure(Run run, string name, string about)
    {
        Assert.NotEqual(0, run.Status);
        string line = Assert.Single(run.ErrorLines);
        Assert.StartsWith("q3edge: ", line, StringComparison.Ordinal);
        Assert.Contains(name, line, StringComparison.Ordinal);
        Assert.Contains(about, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected error", line, StringComparison.Ordinal);
    }
}
