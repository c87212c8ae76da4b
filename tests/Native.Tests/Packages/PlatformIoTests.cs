using System.Text.Json;
using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Packages;

/// <summary>library.json, held against PlatformIO's rules of the manifest, and a compilation of what it selects as PlatformIO does it.</summary>
public sealed partial class PlatformIoTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private static readonly string[] KnownFields = ["name", "version", "description", "keywords", "license", "authors", "homepage", "frameworks", "platforms", "headers", "build", "examples", "export"];

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void The_manifest_keeps_the_rules(string model)
    {
        var package = new PackageFolder(models[model], "platformio rules");
        using JsonDocument document = JsonDocument.Parse(package.Text("library.json"));
        JsonElement library = document.RootElement;

        Assert.Empty(library.EnumerateObject().Select(p => p.Name).Except(KnownFields));
        Assert.Equal(package.Name, Text("name"));
        Assert.Matches(@"^\d+\.\d+\.\d+$", Text("version"));
        Assert.InRange(Text("description").Length, 1, 1000);
        Assert.Equal("Apache-2.0", Text("license"));
        Assert.All(library.GetProperty("keywords").EnumerateArray(), k => Assert.Matches(@"^[a-z\d\-_\+\. ]{1,50}$", k.GetString()!));
        Assert.Equal(("*", "*"), (Text("frameworks"), Text("platforms")));
        Assert.True(File.Exists(package.In($"include/{Text("headers")}")));
        foreach (JsonElement example in library.GetProperty("examples").EnumerateArray())
        {
            Assert.Matches(@"^[a-zA-Z\d\-_/. ]+$", example.GetProperty("name").GetString()!);
            Assert.All(example.GetProperty("files").EnumerateArray(), f => Assert.True(File.Exists(package.In($"{example.GetProperty("base").GetString()}/{f.GetString()}"))));
        }

        string Text(string name) => library.GetProperty(name).GetString()!;
    }

    [Fact]
    public void The_files_that_it_selects_make_a_library()
    {
        var package = new PackageFolder(models.Meter, "platformio build");
        string[] files = Selected(package);

        Assert.Contains($"src/{package.Stem}_weights.c", files);
        Assert.DoesNotContain($"src/{package.Stem}_weights.S", files);
        Assert.Equal(Directory.GetFiles(package.In("src/kernels"), "*.c").Length + 2, files.Length);
        // The include path is the library's include and src, in this order. Arduino's framework defines ARDUINO, which empties the assembler file.
        package.RequireSamples(package.Compile("arduino", ["-DARDUINO=10815"], ["include", "src"], files));
    }

    /// <summary>Applies srcFilter: "+&lt;pattern&gt;" adds and "-&lt;pattern&gt;" removes files below src, in the order of the list.</summary>
    private static string[] Selected(PackageFolder package)
    {
        string[] all = [.. Directory.GetFiles(package.In("src"), "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(package.In("src"), f).Replace('\\', '/'))];
        SortedSet<string> chosen = new(StringComparer.Ordinal);
        using JsonDocument document = JsonDocument.Parse(package.Text("library.json"));
        foreach (JsonElement rule in document.RootElement.GetProperty("build").GetProperty("srcFilter").EnumerateArray())
        {
            Match match = Rule().Match(rule.GetString()!);
            Assert.True(match.Success, rule.GetString());
            string pattern = match.Groups[2].Value;
            string[] matching = pattern == "*" ? all : [.. all.Where(f => f == pattern)];
            Assert.NotEmpty(matching);
            if (match.Groups[1].Value == "+")
            {
                chosen.UnionWith(matching);
            }
            else
            {
                chosen.ExceptWith(matching);
            }
        }

        return [.. chosen.Select(f => "src/" + f)];
    }

    [GeneratedRegex(@"^([+-])<([^<>]+)>$")]
    private static partial Regex Rule();
}
