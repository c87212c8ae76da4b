using System.Globalization;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Packages;

/// <summary>The output folder's Makefile.</summary>
public sealed class MakeProjectTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    [Theory]
    [InlineData("edge-meter", "gcc", "-O2", false)]
    [InlineData("edge-meter", "clang", "-O1 -Wall -Wextra -Werror", true)]
    [InlineData("edge-light", "gcc", "-O2", false)]
    public void Make_check_builds_the_library_and_passes_its_conformance_test(string model, string compiler, string flags, bool arrays)
    {
        BuiltModel built = models[model];
        var package = new PackageFolder(built, $"make {compiler}");

        string output = Make(package, "check", [$"CC={compiler}", "AR=ar", $"CFLAGS={flags}", .. arrays ? [$"WEIGHTS=src/{package.Stem}_weights.c"] : Array.Empty<string>()]);

        (uint all, uint few, _, _) = built.StoredChecksums();
        Assert.Contains($"{model} {all:x8} {all:x8} {few:x8}\n", output, StringComparison.Ordinal);
        Assert.Contains($"{compiler} -std=c99 -Iinclude", output, StringComparison.Ordinal);
        Assert.True(File.Exists(package.In($"build/lib{package.Name}.a")));
    }

    [Fact]
    public void What_make_installs_serves_a_program_and_what_changes_is_made_again()
    {
        var package = new PackageFolder(models.Meter, "make install");
        string root = package.Beside("root");
        Make(package, "install", $"DESTDIR={root}", "PREFIX=/usr");

        string program = Path.Combine(package.Beside("app"), "app");
        Tools.Run("gcc", [$"-I{root}/usr/include/{package.Name}", .. package.ConsumerOptions, PackageFolder.Consumer, $"-L{root}/usr/lib", $"-l{package.Name}", "-o", program], root);
        package.RequireSamples(program);

        // A changed header compiles its users again; nothing changed, nothing compiled.
        Assert.DoesNotContain("-c src/", Make(package, "all", "-n"), StringComparison.Ordinal);
        File.SetLastWriteTimeUtc(package.In("include/q3e.h"), File.GetLastWriteTimeUtc(package.In($"build/lib{package.Name}.a")).AddSeconds(2));
        Assert.Contains("-c src/kernels/q3e_decoder.c", Make(package, "all", "-n"), StringComparison.Ordinal);

        Make(package, "clean");
        Assert.False(Directory.Exists(package.In("build")));
    }

    // The folder's path has spaces; the rules never see it.
    private static string Make(PackageFolder package, string goal, params string[] variables) =>
        Tools.Run("make", ["-j", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture), goal, .. variables], package.Path);
}
