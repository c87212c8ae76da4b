using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

[Collection(EnvironmentVariables.Name)]
public class HostBuildTests(BuiltMeter built) : IClassFixture<BuiltMeter>
{
    [Fact]
    public void A_build_holds_library_sources_vectors_packages_and_reports_and_nothing_else()
    {
        string[] files = [.. Directory.GetFiles(built.Result.Folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(built.Result.Folder, f).Replace('\\', '/')).Where(f => !f.StartsWith("src/kernels/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

        Assert.Equal(
            [
                "CMakeLists.txt", "LICENSE", "LICENSE.weights", "Makefile", "Q3E.q3e_edge_meter.pdsc", "conformance/conformance.c", "conformance/crc32.txt", "conformance/tokens.q3t",
                "conformance/vectors.h", "examples/DecodeTokens/DecodeTokens.ino", "examples/DecodeTokens/tokens.h", "include/edge_meter.h", "include/q3e.h",
                $"lib/{Path.GetFileName(built.Result.LibraryPath)}", "library.json", "library.properties", "q3e_edge_meter.spdx.json", "report.html", "report.json", "src/edge_meter.c",
                "src/edge_meter.h", "src/edge_meter.weights", "src/edge_meter_weights.S", "src/edge_meter_weights.c", "src/edge_meter_weights.h", "src/q3e.h", "zephyr/CMakeLists.txt",
                "zephyr/Kconfig", "zephyr/module.yml",
            ],
            files);
        Assert.Equal(("q3e_edge_meter", built.Result.Folder), (built.Result.ModelSymbol, Path.GetDirectoryName(built.Result.ReportPath)));
        Assert.All([built.Result.LibraryPath, built.Result.ReportPath, built.Result.ReportJsonPath], f => Assert.True(File.Exists(f), f));
        Assert.Equal([built.Result.Folder], Directory.GetFileSystemEntries(Path.GetDirectoryName(built.Result.Folder)!));
    }

    [Fact]
    public void No_text_of_a_build_names_a_place_or_a_time()
    {
        foreach (string file in Directory.GetFiles(built.Result.Folder, "*", SearchOption.AllDirectories).Where(f => Path.GetExtension(f) is not (".so" or ".dylib" or ".dll" or ".weights" or ".q3t")))
        {
            string text = File.ReadAllText(file);
            // A machine may be called "vm", which is no reason to do without "vmull".
            Assert.False(text.Contains(built.Root, StringComparison.Ordinal) || text.Contains(AppContext.BaseDirectory, StringComparison.Ordinal) || Regex.IsMatch(text, $@"\b{Regex.Escape(Environment.MachineName)}\b"), file);
        }

        using JsonDocument report = JsonDocument.Parse(File.ReadAllText(built.Result.ReportJsonPath));
        Assert.DoesNotContain(report.RootElement.EnumerateObject(), p => p.Name.Contains("time", StringComparison.Ordinal) || p.Name.Contains("date", StringComparison.Ordinal) || p.Name.Contains("path", StringComparison.Ordinal));
        Assert.Equal($"{built.Result.ConformanceCrc:x8}", report.RootElement.GetProperty("conformance_crc32").GetString());
        Assert.Equal(new FileInfo(built.Result.LibraryPath).Length, report.RootElement.GetProperty("library_bytes").GetInt64());
    }

    [Fact]
    public void Progress_is_told_in_order_on_the_thread_of_the_build_and_ends_with_the_build()
    {
        Assert.All(built.Progress, p => Assert.Equal(built.Thread, p.Thread));
        Assert.Equal(built.Progress.Select(p => p.Done).Order(), built.Progress.Select(p => p.Done));
        Assert.Equal(("done", 1.0), (built.Progress[^1].Stage, built.Progress[^1].Done));
    }

    [Fact]
    public void A_second_call_finds_the_cached_build()
    {
        DateTime before = File.GetLastWriteTimeUtc(built.Result.LibraryPath);

        Assert.Equal(built.Result, built.Cached());
        Assert.Equal(before, File.GetLastWriteTimeUtc(built.Result.LibraryPath));
    }

    [Fact]
    public void A_damaged_cached_build_is_built_again_to_the_same_bytes()
    {
        Dictionary<string, string> before = Hashes(built.Result.Folder);
        File.WriteAllText(built.Result.ReportJsonPath, "[\"conformance_crc32\"");
        File.Delete(Path.Combine(built.Result.Folder, "CMakeLists.txt"));

        Assert.Equal(built.Result, built.Cached());
        Assert.Equal(before, Hashes(built.Result.Folder));
    }

    [Theory]
    [InlineData("notes.txt", "mine")]
    [InlineData("report.json", "{\"conformance_crc32\": 5}")]
    [InlineData("report.json", "[]")]
    [InlineData("report.json", "{")]
    public void A_folder_with_foreign_files_is_refused_and_left_as_it_was(string file, string text)
    {
        string folder = Directory.CreateDirectory(Path.Combine(built.Root, Guid.NewGuid().ToString("N"))).FullName;
        File.WriteAllText(Path.Combine(folder, file), text);

        var e = Assert.Throws<BuildException>(() => HostBuild.Build(built.Model, folder));

        Assert.StartsWith($"{folder}: is not empty and not an earlier build", e.Message, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(folder, file)], Directory.GetFileSystemEntries(folder));
        Assert.Equal(text, File.ReadAllText(Path.Combine(folder, file)));
        AssertNoRemains(folder);
    }

    [Fact]
    public void A_target_that_is_a_file_is_refused_and_left_as_it_was()
    {
        string file = Path.Combine(built.Root, "file");
        File.WriteAllText(file, "mine");

        var e = Assert.Throws<BuildException>(() => HostBuild.Build(built.Model, file));

        Assert.Equal($"{file}: is a file; the output must be a folder.", e.Message);
        Assert.Equal("mine", File.ReadAllText(file));
    }

    [Fact]
    public void The_current_folder_is_refused() =>
        Assert.Contains("is the current folder", Assert.Throws<BuildException>(() => HostBuild.Build(built.Model, ".")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_compiler_that_fails_leaves_nothing_behind()
    {
        string script = Path.Combine(built.Root, "broken cc"), target = Path.Combine(built.Root, "never");
        File.WriteAllText(script, "#!/bin/sh\nif [ \"$1\" = --version ]; then echo broken 1.0; exit 0; fi\necho noise >&2\necho 'x.c:1: error: out of ideas' >&2\nexit 3\n");
        ChildProcess.Run("chmod", ["+x", script], built.Root, TimeSpan.FromMinutes(1));
        using var cc = new EnvironmentVariables.Scope("Q3E_CC", script);

        Assert.Equal(new CCompiler(script, "broken 1.0"), CCompiler.Find());
        var e = Assert.Throws<BuildException>(() => HostBuild.Build(built.Model, target));

        Assert.Equal($"{script} failed with exit status 3: x.c:1: error: out of ideas", e.Message);
        Assert.False(Directory.Exists(target));
        AssertNoRemains(target);
    }

    [Fact]
    public void A_named_compiler_that_does_not_exist_is_reported_by_name()
    {
        string missing = Path.Combine(built.Root, "no", "cc");
        using var cc = new EnvironmentVariables.Scope("Q3E_CC", missing);

        Assert.Null(CCompiler.Find());
        var e = Assert.Throws<CompilerNotFoundException>(() => HostBuild.Build(built.Model, Path.Combine(built.Root, "never")));
        Assert.Contains($"Q3E_CC names '{missing}'", e.Message, StringComparison.Ordinal);
        Assert.Throws<CompilerNotFoundException>(() => built.Cached());
    }

    [Fact]
    public void A_machine_without_a_compiler_is_told_what_to_install()
    {
        using var cc = new EnvironmentVariables.Scope("Q3E_CC", null);
        using var path = new EnvironmentVariables.Scope("PATH", built.Root);

        Assert.Null(CCompiler.Find());
        Assert.Contains("install gcc or clang", Assert.Throws<CompilerNotFoundException>(() => HostBuild.Build(built.Model, Path.Combine(built.Root, "never"))).Message, StringComparison.Ordinal);
    }

    private static void AssertNoRemains(string target) =>
        Assert.DoesNotContain(Directory.GetFileSystemEntries(Path.GetDirectoryName(target)!), e => e.StartsWith(target + ".", StringComparison.Ordinal));

    private static Dictionary<string, string> Hashes(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(f => Path.GetRelativePath(folder, f), f => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f))));
}
