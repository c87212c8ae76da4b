using System.Globalization;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>C programs that check the kernels and the interface from C, and the emitted folder's own build.</summary>
public sealed class ProgramTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private static readonly string[] Sanitizers = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

    [Theory, InlineData("gcc", false), InlineData("clang", true)]
    public void The_kernels_pass_their_self_test(string compiler, bool sanitized)
    {
        string kernels = Tools.RepositoryPath("native/kernels"), program = models.Light.InScratch($"selftest-{compiler}");
        string[] files = [.. Directory.GetFiles(Tools.CFile(""), "*.c"), .. Directory.GetFiles(kernels, "*.c")];
        Tools.Run(compiler, [.. Tools.Strict, .. sanitized ? Sanitizers : ["-O2"], "-I", Tools.RepositoryPath("native/include"), "-I", kernels, .. files, "-lm", "-o", program], models.Light.Scratch);
        Assert.True(Checks(program) > 1000);
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Misuse_of_the_interface_gets_its_status_and_changes_nothing(string model) => Tools.Each(Tools.Compilers, compiler =>
    {
        BuiltModel built = models[model];
        string program = Tools.Link(compiler, built, $"abuse-{compiler}", [.. Tools.Strict, .. Sanitizers, .. built.ModelOptions], [.. built.Library, Tools.CFile("emitted/interface_abuse.c")]);
        Assert.True(Checks(program) > 1000);
    });

    [Theory]
    [InlineData("edge-light", "")]
    [InlineData("edge-meter", "")]
    [InlineData("edge-meter", "-DQ3E_WEIGHTS_AS_C=ON")]
    [InlineData("edge-meter", "-DQ3E_SHARED=ON")]
    public void The_emitted_folder_builds_and_tests_itself_with_CMake(string model, string option)
    {
        BuiltModel built = models[model];
        // From a copy, as somebody would who was given the folder.
        string source = Copy(built, $"cmake{option}"), build = Path.Combine(source, "build");
        Tools.Run("cmake", ["-S", source, "-B", build, "-DCMAKE_BUILD_TYPE=Release", .. option.Length > 0 ? [option] : Array.Empty<string>()], source);
        Tools.Run("cmake", ["--build", build, "--parallel", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)], source);
        string report = Tools.Run("ctest", ["--test-dir", build, "--output-on-failure"], source);
        Assert.Contains("100% tests passed, 0 tests failed out of 1", report, StringComparison.Ordinal);
    }

    private static long Checks(string program)
    {
        string[] words = Tools.Run(program, [], Path.GetDirectoryName(program)!).Trim().Split(' ');
        Assert.Equal(["ok", "checks"], [words[0], words[^1]]);
        return long.Parse(words[1], CultureInfo.InvariantCulture);
    }

    private static string Copy(BuiltModel built, string name)
    {
        string target = built.NewScratchFolder(name);
        foreach (string file in Directory.GetFiles(built.Build.Folder, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(built.Build.Folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        return target;
    }
}
