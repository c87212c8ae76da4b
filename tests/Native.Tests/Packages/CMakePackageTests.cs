using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Packages;

/// <summary>The output folder in other people's CMake projects.</summary>
public sealed class CMakePackageTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    [Theory]
    [InlineData("OFF")]
    [InlineData("ON")]
    public void An_installed_library_is_found_by_its_version_linked_and_run(string shared)
    {
        var package = new PackageFolder(models.Meter, $"cmake {shared}");
        string build = package.Beside("build"), prefix = package.Beside("prefix"), project = package.Beside("consumer");
        Tools.Run("cmake", ["-S", package.Path, "-B", build, "-DCMAKE_BUILD_TYPE=Release", $"-DQ3E_SHARED={shared}"], package.Path);
        Tools.Run("cmake", ["--build", build, "--parallel", Cores], package.Path);
        Tools.Run("cmake", ["--install", build, "--prefix", prefix], package.Path);
        // What is installed serves without the folder that it came from.
        Directory.Delete(package.In("src"), recursive: true);
        Directory.Delete(package.In("include"), recursive: true);

        Project(project, package, $"find_package({package.Name} 0.1 REQUIRED)");
        package.RequireSamples(BuildApp(project, $"-DCMAKE_PREFIX_PATH={prefix}"));

        string other = package.Beside("other version");
        Project(other, package, $"find_package({package.Name} 0.2 REQUIRED)");
        ChildProcess.Result refused = ChildProcess.Run("cmake", ["-S", other, "-B", Path.Combine(other, "build"), $"-DCMAKE_PREFIX_PATH={prefix}"], other, TimeSpan.FromMinutes(1));
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("version: 0.1.0", refused.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(prefix, "share", package.Name, $"{package.Name}.spdx.json")));
        Assert.Equal(
            [$"{package.Stem}.h", "q3e.h"],
            Directory.GetFiles(Path.Combine(prefix, "include"), "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Both_models_are_parts_of_one_project()
    {
        var meter = new PackageFolder(models.Meter, "cmake parts");
        var light = new PackageFolder(models.Light, "cmake parts");
        string project = meter.Beside("consumer");

        Project(project, meter, $"add_subdirectory(\"{light.Path}\" light)\nadd_subdirectory(\"{meter.Path}\" meter)", $"q3e::{light.Stem}");

        string app = BuildApp(project);
        meter.RequireSamples(app);
        // A part brings its library into the project, and neither its test program nor its install rules.
        Assert.Empty(Directory.GetFiles(Path.Combine(project, "build"), "*_conformance", SearchOption.AllDirectories));
        Assert.DoesNotContain("file(INSTALL", File.ReadAllText(Path.Combine(project, "build", "light", "cmake_install.cmake")), StringComparison.Ordinal);
    }

    private static string Cores => Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture);

    private static void Project(string folder, PackageFolder package, string uses, string more = "") => File.WriteAllText(Path.Combine(folder, "CMakeLists.txt"), $"""
        cmake_minimum_required(VERSION 3.16)
        project(consumer LANGUAGES C ASM)
        {uses}
        add_executable(app "{PackageFolder.Consumer}")
        target_include_directories(app PRIVATE "{package.ExampleFolder}")
        target_compile_definitions(app PRIVATE {string.Join(' ', package.ConsumerMacros.Select(m => $"[==[{m}]==]"))})
        target_link_libraries(app PRIVATE q3e::{package.Stem} {more})
        """);

    private static string BuildApp(string project, params string[] options)
    {
        string build = Path.Combine(project, "build");
        Tools.Run("cmake", ["-S", project, "-B", build, "-DCMAKE_BUILD_TYPE=Release", .. options], project);
        Tools.Run("cmake", ["--build", build, "--parallel", Cores], project);
        return Path.Combine(build, "app");
    }
}
