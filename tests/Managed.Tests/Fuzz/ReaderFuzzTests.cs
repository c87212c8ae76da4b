using Qwen3Tokenizer.Edge.Fuzzing;

namespace Qwen3Tokenizer.Edge.Tests.Fuzz;

/// <summary>A short run of tests/Fuzz over every reader, always with the same inputs.</summary>
public sealed class ReaderFuzzTests
{
    private const int Inputs = 5000;
    private const int Seed = 20261;

    private static readonly string[] Names = ["wav", "q3t", "safetensors", "json", "npy", "csv", "rvq"];

    public static TheoryData<string> Readers { get; } = [.. Names];

    [Theory]
    [MemberData(nameof(Readers))]
    public void A_reader_takes_any_bytes_with_its_one_exception_and_memory_within_a_multiple_of_the_file(string reader)
    {
        IReadOnlyList<FuzzTarget> targets = AllTargets.Make();
        try
        {
            FuzzTarget target = Assert.Single(targets, t => t.Name == reader);
            FuzzReport report = FuzzRun.Run(target, Inputs, Seed, Path.Combine(AppContext.BaseDirectory, "fuzz-failures"));
            Assert.Empty(report.Failures);
            Assert.Equal(Inputs, report.Inputs);
            Assert.InRange(report.PastHeaderShare, FuzzRun.LeastPastHeader, 1);
            Assert.InRange(report.Accepted, 1, report.PastHeader);
        }
        finally
        {
            foreach (FuzzTarget target in targets)
                target.Dispose();
        }
    }

    [Fact]
    public void Every_reader_has_a_row_above() =>
        Assert.Equal(Names, AllTargets.Make().Select(t =>
        {
            using (t)
                return t.Name;
        }));

    [Fact]
    public void The_same_seed_makes_the_same_inputs()
    {
        foreach (FuzzTarget target in AllTargets.Make())
        {
            using (target)
            {
                Random one = new(7), other = new(7);
                for (int i = 0; i < 50; i++)
                    Assert.Equal(target.Make(one, i), target.Make(other, i));
            }
        }
    }

    [Fact]
    public void A_broken_promise_is_reported_with_its_input()
    {
        string folder = Directory.CreateTempSubdirectory("fuzz").FullName;
        try
        {
            using var throwing = new BrokenReader(input => throw new DivideByZeroException("by zero"));
            FuzzReport report = FuzzRun.Run(throwing, 100, 1, folder);
            Assert.Contains("threw DivideByZeroException: by zero", Assert.Single(report.Failures), StringComparison.Ordinal);
            Assert.Equal([1, 2, 3], File.ReadAllBytes(Assert.Single(Directory.GetFiles(folder))));

            using var greedy = new BrokenReader(input => new byte[100_000].Length > 0 ? ReadOutcome.Accepted : ReadOutcome.RefusedInHeader);
            Assert.Contains("allocate", Assert.Single(FuzzRun.Run(greedy, 100, 1, folder).Failures), StringComparison.Ordinal);

            using var shallow = new BrokenReader(_ => ReadOutcome.RefusedInHeader);
            Assert.Contains("only 0 of 100 inputs got past the header", Assert.Single(FuzzRun.Run(shallow, 100, 1, folder).Failures), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private sealed class BrokenReader(Func<byte[], ReadOutcome> read) : FuzzTarget
    {
        public override string Name => "broken";

        public override string Header => "none";

        public override int BytesPerInputByte => 1;

        public override int FixedBytes => 10_000;

        public override byte[] Valid(Random random) => [1, 2, 3];

        public override byte[] Repaired(Random random) => [1, 2, 3];

        public override ReadOutcome Read(byte[] input) => read(input);
    }
}
