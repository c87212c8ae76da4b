namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>From a folder of recordings to a student that speaks, and what is refused.</summary>
public sealed class TrainingJourneys : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Recordings_become_a_corpus_and_a_student_that_speaks()
    {
        foreach (string voice in (string[])["anna", "ben"])
        {
            Directory.CreateDirectory(_folder[$"speech/{voice}"]);
            for (int i = 0; i < 4; i++)
                File.WriteAllBytes(_folder[$"speech/{voice}/{i}.wav"], Sounds.Pcm16(Sounds.Buzz(3 + i, 16000), 16000));
        }

        Expect.Success(Q3Edge.Run(_folder, "corpus", "prepare", "speech", "-o", "corpus", "--licence", "CC0-1.0"));
        Run show = Q3Edge.Run(_folder, "corpus", "show", "corpus");
        Expect.Success(show);
        Assert.Contains("CC0-1.0", show.Output, StringComparison.Ordinal);

        string[] distill = ["distill", "--student", "meter", "--corpus", "corpus", "--steps", "3", "--sequences", "2", "--frames", "6", "--threads", "1", "-o", "student.json"];
        Run first = Q3Edge.Run(_folder, distill);
        Assert.Equal(0, first.Status);
        Assert.Contains("meter student of edge-light -> student.json (3 steps", first.Output, StringComparison.Ordinal);
        Expect.Success(Q3Edge.Run(_folder, "encode", Repository.QuickstartClip, "-o", "v.q3t"));
        Expect.Success(Q3Edge.Run(_folder, "decode", "v.q3t", "-o", "v.wav", "--model", "student.json", "--engine", "float"));
        Assert.InRange(new FileInfo(_folder["v.wav"]).Length, 8000, long.MaxValue);
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
}
