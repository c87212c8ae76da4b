using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Any compiler at any optimisation level gives the stored checksums, also where fused multiply-add could round floating point differently.</summary>
public sealed class CompilerMatrixTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    // Fused multiply-add is an option of x86-64 and a part of every ARMv8.
    private static readonly string[] Fused = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? ["-mfma"] : [];

    private static readonly string[][] Levels = [["-O0"], ["-O2"], ["-Os"], ["-O3", "-march=native", .. Fused, "-ffp-contract=fast"]];

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string model in (string[])["edge-light", "edge-meter"])
            foreach (string compiler in Tools.Compilers)
                cases.Add(model, compiler);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Every_optimisation_level_gives_the_stored_checksums(string model, string compiler) => Tools.Each(Levels, level =>
    {
        BuiltModel built = models[model];
        string program = Tools.Link(compiler, built, $"crc-{compiler}{string.Concat(level)}", [.. Tools.Strict, .. level], [.. built.Library, built.ConformanceProgram]);
        built.RequireStoredChecksums(program);
    });

    /// <summary>Every C file of the output folder in one program, the weights as C arrays, without the assembler source.</summary>
    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Every_emitted_C_file_is_strict_C99_and_weights_as_C_arrays_give_the_stored_checksums(string model) => Tools.Each(Tools.Compilers, compiler =>
    {
        BuiltModel built = models[model];
        string[] files = Directory.GetFiles(built.Build.Folder, "*.c", SearchOption.AllDirectories);
        Assert.Contains(built.WeightsAsC, files);
        Assert.Contains(built.ConformanceProgram, files);
        string[] objects = Tools.Objects(compiler, built, $"strict-{compiler}", [.. Tools.Strict, "-O1"], files);
        Assert.Equal(files.Length, objects.Length);
        built.RequireStoredChecksums(Tools.Link(compiler, built, $"crc-{compiler}-c-arrays", [], objects));
    });
}
