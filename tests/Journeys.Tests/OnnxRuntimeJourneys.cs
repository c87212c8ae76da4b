using System.Diagnostics;
using System.Text.Json;
using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>How people get ONNX Runtime's native library, and what they are told when it is not there.</summary>
public sealed class OnnxRuntimeJourneys : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Doctor_says_how_the_tool_binds_onnx_runtime()
    {
        (bool found, string detail, _) = Check("ONNX Runtime binding", Environment());

        Assert.True(found);
        Assert.StartsWith(OnnxRuntimeLibrary.Binding + ": ", detail, StringComparison.Ordinal);
        Assert.Contains("Microsoft.ML.OnnxRuntime 1.23.2", detail, StringComparison.Ordinal);
    }

    [StandInFact]
    public void Without_the_native_library_doctor_names_the_line_that_installs_it()
    {
        (bool found, string detail, string? install) = Check("ONNX Runtime", Environment());

        Assert.False(found);
        Assert.Contains(Path.Combine(_folder.Path, "cache", "onnxruntime"), detail, StringComparison.Ordinal);
        Assert.Equal("q3edge doctor --install onnxruntime", install);
    }

    [StandInFact]
    public void A_file_that_the_user_names_is_not_passed_over_in_silence()
    {
        File.WriteAllText(_folder["text.so"], "not a library");

        (bool missingFound, string missing, _) = Check("ONNX Runtime", Environment(library: "nosuch.so"));
        (bool textFound, string text, _) = Check("ONNX Runtime", Environment(library: "text.so"));

        Assert.False(missingFound);
        Assert.Contains("Q3E_ONNXRUNTIME names 'nosuch.so', and there is no such file.", missing, StringComparison.Ordinal);
        Assert.False(textFound);
        Assert.Contains("Q3E_ONNXRUNTIME names 'text.so', which cannot be loaded", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_npm_the_install_says_what_brings_it()
    {
        Dictionary<string, string?> environment = Environment();
        environment["PATH"] = "/nonexistent";

        Expect.Failure(Q3Edge.Run(_folder, [], environment, "doctor", "--install", "onnxruntime"), "onnxruntime-node@1.30.0", "install Node.js");
    }

    [Fact]
    public void What_npm_cannot_get_is_its_own_words_and_leaves_nothing()
    {
        Dictionary<string, string?> environment = Environment();
        environment["PATH"] = Npm("echo 'npm error code E404' >&2; echo 'npm error 404 Not Found - onnxruntime-node' >&2; exit 1");

        Expect.Failure(Q3Edge.Run(_folder, [], environment, "doctor", "--install", "onnxruntime"), "onnxruntime-node@1.30.0", "404 Not Found");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["cache/onnxruntime"]));
    }

    [Fact]
    public void An_archive_that_is_not_the_known_one_is_not_installed()
    {
        Dictionary<string, string?> environment = Environment();
        environment["PATH"] = Npm("echo something else > onnxruntime-node-1.30.0.tgz");

        // printf 'something else\n' | sha256sum
        Expect.Failure(Q3Edge.Run(_folder, [], environment, "doctor", "--install", "onnxruntime"), "onnxruntime-node@1.30.0",
            "a1621be95040239ee14362c16e20510ddc20f527d772d823b2a1679b33f5cd74");
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["cache/onnxruntime"]));
    }

    [Fact]
    public void An_interrupted_install_ends_npm_and_leaves_nothing()
    {
        Dictionary<string, string?> environment = Environment();
        environment["PATH"] = Npm($"echo > '{_folder["began"]}'; /bin/sleep 3; echo > '{_folder["went-on"]}'");
        using Process process = Q3Edge.Start(_folder, environment, "doctor", "--install", "onnxruntime");
        Assert.True(SpinWait.SpinUntil(() => File.Exists(_folder["began"]) || process.HasExited, TimeSpan.FromSeconds(60)));
        Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
        process.WaitForExit();

        Assert.Equal("q3edge: interrupted.\n", process.StandardError.ReadToEnd());
        Thread.Sleep(4000);
        Assert.True(File.Exists(_folder["began"]));
        Assert.False(File.Exists(_folder["went-on"]));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder["cache/onnxruntime"]));
    }

    [Fact]
    public void Only_parts_that_can_be_installed_are_taken() =>
        Expect.Failure(Q3Edge.Run(_folder, "doctor", "--install", "everything"), "everything", "onnxruntime");

    // The test's own npm, in front of what a shell script needs.
    private string Npm(string script)
    {
        Directory.CreateDirectory(_folder["bin"]);
        File.WriteAllText(_folder["bin/npm"], $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["bin/npm"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return _folder["bin"];
    }

    private Dictionary<string, string?> Environment(string? library = null) => new() { ["Q3E_CACHE"] = _folder["cache"], ["Q3E_ONNXRUNTIME"] = library };

    private (bool Found, string Detail, string? Install) Check(string name, Dictionary<string, string?> environment)
    {
        Run run = Q3Edge.Run(_folder, [], environment, "doctor", "--json");
        Expect.Success(run);
        using var json = JsonDocument.Parse(run.OutputBytes);
        JsonElement check = json.RootElement.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name);
        return (check.GetProperty("found").GetBoolean(), check.GetProperty("detail").GetString()!, check.GetProperty("install").GetString());
    }

    /// <summary>A test of how the stand-in finds the native library; the package brings its own.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class StandInFactAttribute : FactAttribute
    {
        public StandInFactAttribute() => Skip = OnnxRuntimeLibrary.Binding == "compat" ? null : "the package brings its native library";
    }
}
