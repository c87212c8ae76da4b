using System.Globalization;
using System.Text.Json.Nodes;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Packages;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Compiler.Packages;

/// <summary>Packages of a model that did not come with the tool: nothing is claimed about weights and tokens of which nothing is known.</summary>
public sealed class ForeignModelTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("q3e packages ").FullName;

    [Fact]
    public void Weights_that_PROVENANCE_md_does_not_name_get_no_licence()
    {
        Assert.Equal("LicenseRef-q3e-weights", WeightsLicence.Of(EdgeModel.Load("edge-meter")).Expression);

        WeightsLicence licence = WeightsLicence.Of(Foreign());

        Assert.Equal(("NOASSERTION", null), (licence.Expression, licence.Text));
        Assert.Empty(licence.TrainedOn);
    }

    [Fact]
    public void A_package_of_such_a_model_has_the_licence_of_the_code_only()
    {
        string folder = Write("foreign");
        JsonNode document = JsonNode.Parse(File.ReadAllBytes(Path.Combine(folder, "q3e_my_model.spdx.json")))!;

        Assert.False(File.Exists(Path.Combine(folder, "LICENSE.weights")));
        Assert.Equal(["q3e_my_model", "q3e_my_model_weights"], document["packages"]!.AsArray().Select(p => (string)p!["name"]!));
        Assert.Equal("NOASSERTION", (string)document["packages"]![1]!["licenseDeclared"]!);
        Assert.Null(document["hasExtractedLicensingInfos"]);
        Assert.DoesNotContain("LICENSE.weights", File.ReadAllText(Path.Combine(folder, "Q3E.q3e_my_model.pdsc")), StringComparison.Ordinal);
        Assert.DoesNotContain("LICENSE.weights", File.ReadAllText(Path.Combine(folder, "CMakeLists.txt")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_another_token_space_has_codes_that_the_model_has()
    {
        ExampleTokens glide = ExampleTokens.Of(Description(BuiltInSpace(), 2048, 4)), other = ExampleTokens.Of(Description(new TokenSpace(new byte[32]), 16, 3)), few = ExampleTokens.Of(Description(BuiltInSpace(), 512, 4));

        Assert.Equal((16, 4), (glide.Codes.Length, glide.Layers));
        Assert.Equal([1827, 520, 917, 1950], glide.Codes[0].Select(c => (int)c));
        Assert.All(other.Codes, frame => Assert.Equal(3, frame.Length));
        Assert.All(other.Codes.SelectMany(f => f), c => Assert.InRange(c, 0, 15));
        Assert.All(few.Codes.SelectMany(f => f), c => Assert.InRange(c, 0, 511));
        Assert.DoesNotContain("voice", other.About, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_manifest_names_the_same_library_version_and_header()
    {
        string folder = Write("names");
        string Text(string file) => File.ReadAllText(Path.Combine(folder, file));

        foreach (string file in (string[])["CMakeLists.txt", "Makefile", "zephyr/module.yml", "zephyr/CMakeLists.txt", "library.json", "library.properties", "Q3E.q3e_my_model.pdsc", "q3e_my_model.spdx.json"])
        {
            Assert.Contains("q3e_my_model", Text(file), StringComparison.Ordinal);
        }

        Assert.Contains("VERSION 0.1.0", Text("CMakeLists.txt"), StringComparison.Ordinal);
        Assert.Contains("\"version\": \"0.1.0\"", Text("library.json"), StringComparison.Ordinal);
        Assert.Contains("\nversion=0.1.0\n", Text("library.properties"), StringComparison.Ordinal);
        Assert.Contains("Cversion=\"0.1.0\"", Text("Q3E.q3e_my_model.pdsc"), StringComparison.Ordinal);
        Assert.Contains("\"versionInfo\": \"0.1.0\"", Text("q3e_my_model.spdx.json"), StringComparison.Ordinal);
        Assert.Contains("includes=my_model.h\n", Text("library.properties"), StringComparison.Ordinal);
        Assert.Contains("#include <my_model.h>\n", Text("examples/DecodeTokens/DecodeTokens.ino"), StringComparison.Ordinal);
    }

    [Fact]
    public void Writing_twice_and_in_another_culture_gives_the_same_bytes()
    {
        string first = Write("one"), second;
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = OtherCulture.Create();
            second = Write("two");
            // Again, over what is there.
            PackageFiles.Write(second, WeightsLicence.Of(Foreign()), Source());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.Equal(Contents(first), Contents(second));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private static Dictionary<string, string> Contents(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(f => Path.GetRelativePath(folder, f), f => Convert.ToHexString(File.ReadAllBytes(f)));

    private string Write(string name)
    {
        string folder = Path.Combine(_root, name);
        EmittedFolder.Write(folder, Source());
        PackageFiles.Write(folder, WeightsLicence.Of(Foreign()), Source());
        return folder;
    }

    private static ModelSource Source()
    {
        IntegerProgram program = new TinyProgram().Program;
        return new ModelSource(Description(new TokenSpace(new byte[32]), 16, 3), program, MemoryPlan.Of(program), "emitted by a test");
    }

    private static ModelDescription Description(TokenSpace space, int codebookSize, int layers) => new("my-model", 8000, 640, 160, 0, 1, layers, layers, codebookSize, space);

    private static TokenSpace BuiltInSpace() => EdgeModel.Load("edge-meter").Config.Space;

    /// <summary>edge-meter with one bit of one matrix changed: somebody else's model.</summary>
    private EdgeModel Foreign()
    {
        string original = BuiltInModels.PathOf("edge-meter"), copy = Path.Combine(_root, "models", "my-model.json");
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        File.Copy(original, copy, overwrite: true);
        byte[] weights = File.ReadAllBytes(Path.ChangeExtension(original, ".safetensors"));
        weights[weights.Length / 2] ^= 1;
        File.WriteAllBytes(Path.ChangeExtension(copy, ".safetensors"), weights);
        return EdgeModel.Load(copy);
    }
}
