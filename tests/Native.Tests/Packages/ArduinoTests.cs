using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Compiler.Packages;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Packages;

/// <summary>The output folder as an Arduino library: built with its example by Arduino's own builder, for a core that is this machine.</summary>
public sealed partial class ArduinoTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private const string Builder = "/usr/share/arduino-builder";

    [Fact]
    public void The_builder_compiles_the_example_and_it_writes_the_samples()
    {
        var package = new PackageFolder(models.Meter, "arduino");
        string build = package.Beside("build"), hardware = package.Beside("hardware"), sketch = package.In($"examples/{PackageMetadata.ExampleName}/{PackageMetadata.ExampleName}.ino");
        CopyCore(Path.Combine(hardware, "q3e"));

        string output = Tools.Run(
            "arduino-builder",
            ["-compile", "-hardware", Builder, "-hardware", hardware, "-tools", Builder, "-libraries", Path.GetDirectoryName(package.Path)!, "-fqbn", "q3e:rp2040:host", "-build-path", build, "-warnings", "all", "-verbose", sketch],
            package.Path);

        Assert.DoesNotContain("claims to run on", output, StringComparison.Ordinal);
        Assert.Contains($"Using library {package.Name} at version", output, StringComparison.Ordinal);
        // One archive, so that two models in one sketch share their kernels.
        Assert.True(File.Exists(Path.Combine(build, "libraries", package.Name, $"{package.Name}.a")));
        package.RequireSamples(Path.Combine(build, $"{PackageMetadata.ExampleName}.ino.elf"));
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void The_properties_keep_the_rules_of_the_library_specification(string model)
    {
        var package = new PackageFolder(models[model], "arduino rules");
        Dictionary<string, string> properties = package.Text("library.properties").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('=', 2)).ToDictionary(p => p[0], p => p[1]);

        Assert.Matches(Name(), properties["name"]);
        Assert.InRange(properties["name"].Length, 1, 63);
        Assert.Matches(@"^\d+\.\d+\.\d+$", properties["version"]);
        Assert.Contains(properties["category"], (string[])["Display", "Communication", "Signal Input/Output", "Sensors", "Device Control", "Timing", "Data Storage", "Data Processing", "Other"]);
        Assert.All((string[])["author", "maintainer", "sentence", "paragraph", "architectures"], p => Assert.NotEqual("", properties[p]));
        Assert.DoesNotContain("arduino", properties["maintainer"], StringComparison.OrdinalIgnoreCase);
        Assert.Equal("true", properties["dot_a_linkage"]);
        Assert.All(properties["includes"].Split(','), h => Assert.True(File.Exists(package.In($"src/{h}"))));
        // 8-bit processors have no room for the weights.
        Assert.DoesNotContain("avr", properties["architectures"], StringComparison.Ordinal);
        Assert.Equal($"{PackageMetadata.ExampleName}.ino", Path.GetFileName(Assert.Single(Directory.GetFiles(package.In("examples"), "*.ino", SearchOption.AllDirectories))));
    }

    private static void CopyCore(string target)
    {
        string source = Tools.CFile("packages/arduino");
        foreach (string file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9 _.\-]*$")]
    private static partial Regex Name();
}
