using System.Xml.Linq;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Packages;

/// <summary>The package description, held against the rules of PACK.xsd that it touches, and a compilation of what its component selects.</summary>
public sealed class CmsisPackTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private static readonly string[] Mandatory = ["vendor", "name", "description", "url", "releases"];
    private static readonly string[] Optional = ["license", "licenseSets", "keywords", "taxonomy", "conditions", "components"];
    private static readonly string[] Categories = ["doc", "header", "include", "source"];

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void The_description_is_named_after_vendor_and_pack_and_has_its_elements_once(string model)
    {
        var package = new PackageFolder(models[model], "pack elements");
        XElement pack = Load(package);
        string[] names = [.. pack.Elements().Select(e => e.Name.LocalName)];

        Assert.Equal("package", pack.Name.LocalName);
        Assert.Matches(@"^\d+\.\d+\.\d+$", (string)pack.Attribute("schemaVersion")!);
        Assert.All(Mandatory, m => Assert.Single(names, m));
        Assert.Empty(names.Except([.. Mandatory, .. Optional]));
        Assert.Equal(names.Distinct(), names);
        Assert.All((string[])["vendor", "name"], e => Assert.Matches("^[-_A-Za-z0-9]+$", pack.Element(e)!.Value));
        Assert.Equal(package.Name, pack.Element("name")!.Value);
        Assert.InRange(pack.Element("description")!.Value.Length, 1, 256);
        Assert.Matches(@"^\d+\.\d+\.\d+$", (string)Assert.Single(pack.Descendants("release")).Attribute("version")!);
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Its_files_exist_and_its_conditions_are_defined_and_used(string model)
    {
        var package = new PackageFolder(models[model], "pack files");
        XElement pack = Load(package);

        foreach (XElement file in pack.Descendants("file"))
        {
            string name = (string)file.Attribute("name")!, category = (string)file.Attribute("category")!;
            Assert.Contains(category, Categories);
            Assert.True(category == "include" ? name.EndsWith('/') && Directory.Exists(package.In(name)) : File.Exists(package.In(name)), name);
        }

        Assert.All(pack.Descendants("license").Attributes("name"), l => Assert.True(File.Exists(package.In(l.Value)), l.Value));
        XElement condition = Assert.Single(pack.Descendants("condition"));
        XElement component = Assert.Single(pack.Descendants("component"));
        Assert.Equal((string)condition.Attribute("id")!, (string)component.Attribute("condition")!);
        Assert.Contains("Cortex-M4", condition.Elements("accept").Attributes("Dcore").Select(a => a.Value));
        Assert.All(condition.Elements("accept").Attributes("Dcore"), c => Assert.StartsWith("Cortex-M", c.Value, StringComparison.Ordinal));
        Assert.Equal("Little-endian", (string)Assert.Single(condition.Elements("require")).Attribute("Dendian")!);
        Assert.All((string[])["Cclass", "Cgroup", "Csub"], a => Assert.Matches(@"^[A-Za-z0-9][A-Za-z0-9_+()'/\-\s.]{1,31}$", (string)component.Attribute(a)!));
        Assert.Equal((string)component.Attribute("Cclass")!, (string)Assert.Single(pack.Element("taxonomy")!.Elements()).Attribute("Cclass")!);
    }

    [Fact]
    public void The_files_of_its_component_make_a_library()
    {
        var package = new PackageFolder(models.Meter, "pack build");
        XElement[] files = [.. Load(package).Descendants("file")];
        string[] Of(string category) => [.. files.Where(f => (string)f.Attribute("category")! == category).Select(f => (string)f.Attribute("name")!)];

        // Private include paths serve the component's files only; the program that uses it sees the public one.
        string[] publicPaths = [.. files.Where(f => (string)f.Attribute("category")! == "include" && f.Attribute("scope") is null).Select(f => (string)f.Attribute("name")!)];
        string objects = package.Beside("objects");
        Tools.Run("gcc", ["-c", "-O1", .. Of("include").Select(i => "-I" + package.In(i)), .. Of("source").Select(package.In)], objects);
        package.RequireSamples(package.Compile("app", [], publicPaths, Directory.GetFiles(objects, "*.o")));
        Assert.Equal(["include/"], publicPaths);
    }

    private static XElement Load(PackageFolder package) => XDocument.Load(package.In($"Q3E.{package.Name}.pdsc")).Root!;
}
