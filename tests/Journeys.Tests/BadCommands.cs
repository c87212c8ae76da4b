using System.Diagnostics;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>Outputs that cannot be written, options that make no sense, interruption.</summary>
public sealed class BadCommands : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BadCommands()
    {
        File.WriteAllBytes(_folder["in.wav"], Sounds.Pcm16(Sounds.Buzz(0.5, 16000), 16000));
        File.WriteAllText(_folder["file"], "");
    }

    public void Dispose() => _folder.Dispose();

    // Permissions do not stop the super-user: these paths cannot be written by anybody.
    [Theory]
    [InlineData("file/out.q3t")]
    [InlineData("nowhere/out.q3t")]
    [InlineData("/proc/out.q3t")]
    public void An_output_that_cannot_be_written_is_told(string output)
    {
        Expect.Failure(Q3Edge.Run(_folder, "encode", "in.wav", "-o", output), output, "");
        Untouched();
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/below")]
    [InlineData("/proc/below")]
    public void A_folder_for_output_that_cannot_be_made_is_told(string output)
    {
        Expect.Failure(Q3Edge.Run(_folder, "encode", "in.wav", Repository.QuickstartClip, "-o", output), output, "");
        Expect.Failure(Q3Edge.Run(_folder, "build", "--board", "host", "--model", "edge-meter", "-o", output), output, "");
        Expect.Failure(Q3Edge.Run(_folder, "quickstart", "-o", output), output, "");
        Untouched();
    }

    [Fact]
    public void The_input_is_not_overwritten()
    {
        byte[] before = File.ReadAllBytes(_folder["in.wav"]);
        Expect.Failure(Q3Edge.Run(_folder, "encode", "in.wav", "-o", "./in.wav"), "in.wav", "overwritten");
        Assert.Equal(before, File.ReadAllBytes(_folder["in.wav"]));
        Untouched();
    }

    [Fact]
    public void A_folder_with_other_files_is_not_built_into()
    {
        string kept = Path.Combine(Directory.CreateTempSubdirectory("q3edge-full-").FullName, "kept.txt");
        File.WriteAllText(kept, "mine");
        Expect.Failure(Q3Edge.Run(_folder, "build", "--board", "host", "-o", Path.GetDirectoryName(kept)!), Path.GetFileName(Path.GetDirectoryName(kept)!), "not empty");
        Assert.Equal([kept], Directory.GetFileSystemEntries(Path.GetDirectoryName(kept)!));
        Directory.Delete(Path.GetDirectoryName(kept)!, recursive: true);
        Untouched();
    }

    [Fact]
    public void The_current_folder_is_not_replaced_by_a_build()
    {
        Expect.Failure(Q3Edge.Run(_folder, "build", "--board", "host", "-o", "."), Path.GetFileName(_folder.Path), "current folder");
        Untouched();
    }

    [Fact]
    public void An_unknown_board_is_told_with_the_known_ones()
    {
        Expect.Failure(Q3Edge.Run(_folder, "build", "--board", "toaster", "-o", "out"), "toaster", "host");
        Untouched();
    }

    [Theory]
    [InlineData("--engine", "ort")]
    [InlineData("--layers", "0")]
    [InlineData("--layers", "17")]
    [InlineData("--layers", "many")]
    [InlineData("--colour", "blue")]
    public void An_option_that_makes_no_sense_is_told(string option, string value)
    {
        Run run = Q3Edge.Run(_folder, "encode", "in.wav", "-o", "out.q3t", option, value);
        Expect.Failure(run, value is "many" or "blue" ? "" : value, "");
        Untouched();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-8000")]
    [InlineData("1000000000")]
    public void A_rate_out_of_range_is_told(string rate)
    {
        Expect.Failure(Q3Edge.Run(_folder, "decode", "in.wav", "-o", "out.wav", "--rate", rate), rate, "");
        Untouched();
    }

    [Fact]
    public void An_unknown_verb_is_told() => Expect.Failure(Q3Edge.Run(_folder, "transmogrify"), "transmogrify", "--help");

    [Fact]
    public void No_verb_at_all_is_told() => Expect.Failure(Q3Edge.Run(_folder), "", "--help");

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void An_interrupted_encoding_leaves_nothing(string signal, int status)
    {
        File.WriteAllBytes(_folder["in.wav"], Sounds.Pcm16(Sounds.Buzz(240, 16000), 16000));
        using Process process = Q3Edge.Start(_folder, null, "encode", "in.wav", "-o", "out.q3t");
        // The temporary file is opened before the work begins.
        Assert.True(SpinWait.SpinUntil(() => _folder.Entries.Any(e => e.EndsWith(".tmp", StringComparison.Ordinal)) || process.HasExited, TimeSpan.FromSeconds(60)));
        Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();
        process.WaitForExit();

        Assert.Equal(status, process.ExitCode);
        Assert.Equal("q3edge: interrupted.\n", process.StandardError.ReadToEnd());
        Untouched();
    }

    private void Untouched() => Assert.Equal(["file", "in.wav"], _folder.Entries);
}
