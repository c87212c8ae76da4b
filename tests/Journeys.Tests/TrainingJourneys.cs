using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>From a folder of recordings to a student that speaks, and what is refused.</summary>
public sealed class TrainingJourneys : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Recordings_become_a_corpus_and_a_student_that_speaks()
    {
        Prepare("anna", "ben");
        Run show = Q3Edge.Run(_folder, "corpus", "show", "corpus");
        Expect.Success(show);
        Assert.Contains("CC0-1.0", show.Output, StringComparison.Ordinal);

        string[] distill = ["distill", "--student", "meter", "--corpus", "corpus", "--steps", "3", "--sequences", "2", "--frames", "6", "--threads", "1", "-o", "student.json"];
        Run first = Q3Edge.Run(_folder, distill);
        Assert.Equal(0, first.Status);
        Assert.Contains("meter student of edge-light -> student.json (3 steps", first.Output, StringComparison.Ordinal);
        Assert.Contains("CC0-1.0", File.ReadAllText(_folder["student.card.md"]), StringComparison.Ordinal);
        Assert.Contains("<polyline", File.ReadAllText(_folder["student.run/report.html"]), StringComparison.Ordinal);
        Run info = Q3Edge.Run(_folder, "info", "student.json");
        Expect.Success(info);
        Assert.Matches("card +student.card.md", info.Output);
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.q3t"));
        Expect.Success(Q3Edge.Run(_folder, "decode", "v.q3t", "-o", "v.wav", "--model", "student.json", "--engine", "float"));
        Assert.InRange(new FileInfo(_folder["v.wav"]).Length, 8000, long.MaxValue);
    }

    [Theory]
    [InlineData("distill", "--student", "meter")]
    [InlineData("train", "--config", "light")]
    public void Training_that_was_interrupted_goes_on_to_the_same_bytes(string verb, string option, string shape)
    {
        Prepare("anna");
        string[] Command(string output) => [verb, option, shape, "--corpus", "corpus", "--steps", "150", "--sequences", "1", "--frames", "6", "--threads", "1", "-o", output];
        Assert.Equal(0, Q3Edge.Run(_folder, Command("whole.json")).Status);

        using (Process process = Q3Edge.Start(_folder, null, Command("parts.json")))
        {
            // The log gets its first line after 50 steps.
            Assert.True(SpinWait.SpinUntil(() => File.Exists(_folder["parts.run/log.tsv"]) || process.HasExited, TimeSpan.FromSeconds(120)));
            Signal(process, "INT");
            process.WaitForExit();

            Assert.Equal(130, process.ExitCode);
            string last = process.StandardError.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
            Match told = Regex.Match(last, "^q3edge: interrupted: ([0-9]+) steps are in the checkpoint; the same command goes on from there.$");
            Assert.True(told.Success, last);
            Assert.InRange(int.Parse(told.Groups[1].Value), 50, 149);
        }

        Assert.Equal(0, Q3Edge.Run(_folder, Command("parts.json")).Status);
        Assert.Equal(File.ReadAllBytes(_folder["whole.safetensors"]), File.ReadAllBytes(_folder["parts.safetensors"]));
    }

    [Theory]
    [InlineData("DOTNET_TieredCompilation", "0")]
    [InlineData("DOTNET_JITMinOpts", "1")]
    public void How_the_tool_was_compiled_does_not_change_a_byte(string setting, string value)
    {
        Prepare("anna");
        string[] Command(string output) => ["distill", "--student", "meter", "--corpus", "corpus", "--steps", "12", "--sequences", "2", "--frames", "8", "--threads", "2", "-o", output];
        Assert.Equal(0, Q3Edge.Run(_folder, Command("usual.json")).Status);
        using (Process process = Q3Edge.Start(_folder, new Dictionary<string, string?> { [setting] = value }, Command("other.json")))
        {
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }

        Assert.Equal(File.ReadAllBytes(_folder["usual.safetensors"]), File.ReadAllBytes(_folder["other.safetensors"]));
    }

    [Fact]
    public void A_second_interruption_ends_at_once()
    {
        // A step of long sequences takes a second or more, for which the first signal waits. One that comes just before the end of a step is obeyed before the second: then the same again.
        Prepare("anna");
        string[] command = ["distill", "--student", "meter", "--corpus", "corpus", "--steps", "1000", "--sequences", "24", "--frames", "100", "--threads", "1", "-o", "s.json"];
        for (int attempt = 1; ; attempt++)
        {
            using Process process = Q3Edge.Start(_folder, null, command);
            Assert.True(SpinWait.SpinUntil(() => Directory.Exists(_folder["s.run"]) || process.HasExited, TimeSpan.FromSeconds(60)));
            Thread.Sleep(2000);
            Signal(process, "INT");
            Thread.Sleep(100);
            Signal(process, "TERM");
            process.WaitForExit();
            if (process.ExitCode == 130 && attempt < 8)
                continue;

            Assert.Equal(143, process.ExitCode);
            Assert.EndsWith("q3edge: interrupted.\n", process.StandardError.ReadToEnd(), StringComparison.Ordinal);
            return;
        }
    }

    [Fact]
    public void A_corpus_that_is_none_is_told()
    {
        Directory.CreateDirectory(_folder["empty"]);
        Run run = Q3Edge.Run(_folder, "distill", "--student", "meter", "--corpus", "empty", "-o", "s.json");
        Expect.Failure(run, "empty", "index.json");
        Assert.False(File.Exists(_folder["s.json"]));
    }

    [Fact]
    public void A_tier_that_is_none_is_told() =>
        Expect.Failure(Q3Edge.Run(_folder, "distill", "--student", "giant", "--corpus", "empty", "-o", "s.json"), "giant", "");

    [Fact]
    public void A_codec_that_is_trained_further_has_its_configuration() =>
        Expect.Failure(Q3Edge.Run(_folder, "train", "--config", "light", "--from", "mine.json", "--corpus", "empty", "-o", "s.json"), "--config", "--from");

    [Fact]
    public void A_codec_to_begin_with_that_is_missing_is_told()
    {
        Prepare("anna");
        Expect.Failure(Q3Edge.Run(_folder, "train", "--from", "mine.json", "--corpus", "corpus", "-o", "s.json"), "mine.json", "");
        Assert.False(Directory.Exists(_folder["s.run"]));
    }

    private static void Signal(Process process, string signal) => Process.Start("kill", [$"-{signal}", $"{process.Id}"]).WaitForExit();

    // Eighteen seconds of every voice.
    private void Prepare(params string[] voices)
    {
        foreach (string voice in voices)
        {
            Directory.CreateDirectory(_folder[$"speech/{voice}"]);
            for (int i = 0; i < 4; i++)
                File.WriteAllBytes(_folder[$"speech/{voice}/{i}.wav"], Sounds.Pcm16(Sounds.Buzz(3 + i, 16000), 16000));
        }

        Expect.Success(Q3Edge.Run(_folder, "corpus", "prepare", "speech", "-o", "corpus", "--licence", "CC0-1.0"));
    }
}
