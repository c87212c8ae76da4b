namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>A short run of the fuzzer of the C interface (tests/Fuzz/native) over both built models; the long one is started by hand.</summary>
public sealed class InterfaceFuzzTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private const int Executions = 3000;

    [Fact]
    public void Calls_in_any_order_with_any_arguments_keep_the_promises_of_the_interface()
    {
        string folder = Path.GetDirectoryName(models.Meter.Build.Folder)!;
        Assert.Equal(folder, Path.GetDirectoryName(models.Light.Build.Folder));
        // Fails by its exit status at the first broken promise, report of a sanitizer, hang or leak.
        string output = Tools.Run("bash", ["-c", "\"$0\" \"$@\" 2>&1", Tools.RepositoryPath("tests/Fuzz/native/run.sh"), folder, $"{Executions}", "1"], models.Meter.Scratch);
        Assert.Contains($"Done {Executions} runs", output, StringComparison.Ordinal);
    }
}
