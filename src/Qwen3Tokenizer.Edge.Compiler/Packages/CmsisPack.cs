using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>The folder as a CMSIS-Pack: a package description (PACK.xsd 1.7) with one component.</summary>
internal static class CmsisPack
{
    private const string SchemaVersion = "1.7.36";
    private const string Target = "Cortex-M, little-endian";
    private const int LongestIdentifier = 32;

    // Armv7-M and later: their multiply-accumulate gives the kernels a chance of real time.
    private static readonly string[] Cores = ["Cortex-M3", "Cortex-M4", "Cortex-M7", "Cortex-M33", "Cortex-M35P", "Cortex-M52", "Cortex-M55", "Cortex-M85"];

    /// <summary>Name that the pack tools expect: VENDOR.NAME.pdsc.</summary>
    public static string FileName(PackageMetadata package) => $"{PackageMetadata.Vendor}.{package.Name}.pdsc";

    /// <summary>The file.</summary>
    public static string Print(PackageMetadata package)
    {
        var document = new XElement(
            "package",
            new XAttribute("schemaVersion", SchemaVersion),
            new XElement("vendor", PackageMetadata.Vendor),
            new XElement("name", package.Name),
            new XElement("description", package.Summary),
            // Where the pack tools look for updates: nowhere, unless the project has an address.
            new XElement("url", package.Homepage ?? ""),
            new XElement("license", "LICENSE"),
            new XElement("licenseSets", new XElement("licenseSet", new XAttribute("id", "all"), new XAttribute("default", "true"), package.LicenceFiles.Select(Licence))),
            new XElement("releases", new XElement("release", new XAttribute("version", package.Version), $"Emitted by {package.Tool}.")),
            new XElement("keywords", PackageMetadata.Keywords.Select(k => new XElement("keyword", k))),
            new XElement("taxonomy", new XElement("description", new XAttribute("Cclass", "Audio"), new XAttribute("Cgroup", "Speech tokens"), "Speech from neural tokens")),
            new XElement("conditions", new XElement(
                "condition",
                new XAttribute("id", Target),
                new XElement("description", "Armv7-M and later, little-endian"),
                Cores.Select(c => new XElement("accept", new XAttribute("Dcore", c))),
                new XElement("require", new XAttribute("Dendian", "Little-endian")))),
            new XElement("components", new XElement(
                "component",
                new XAttribute("Cclass", "Audio"),
                new XAttribute("Cgroup", "Speech tokens"),
                new XAttribute("Csub", Identifier(package.Name)),
                new XAttribute("Cversion", package.Version),
                new XAttribute("condition", Target),
                new XElement("description", package.Summary),
                new XElement("files", Files(package)))));

        var text = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        using (XmlWriter writer = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, NewLineChars = "\n", OmitXmlDeclaration = true }))
        {
            document.Save(writer);
        }

        return text.Append('\n').ToString();
    }

    // The C arrays serve every compiler; whether the pack tools give the assembler its include path differs among them.
    private static IEnumerable<XElement> Files(PackageMetadata package) =>
    [
        File("include", "include/"),
        .. package.PublicHeaders.Select(h => File("header", h)),
        Private("src/"),
        Private("src/kernels/"),
        .. package.Sources.Append(package.WeightsC).Select(s => File("source", s, new XAttribute("language", "c"))),
        .. package.LicenceFiles.Select(l => File("doc", l)),
    ];

    private static XElement Private(string folder) => File("include", folder, new XAttribute("scope", "private"));

    private static XElement File(string category, string name, XAttribute? more = null) => new("file", new XAttribute("category", category), more, new XAttribute("name", name));

    private static XElement Licence(string file) => file == WeightsLicence.FileName
        ? new XElement("license", new XAttribute("name", file), new XAttribute("title", "Terms of the model weights"))
        : new XElement("license", new XAttribute("name", file), new XAttribute("title", "Apache License 2.0"), new XAttribute("spdx", PackageMetadata.CodeLicence));

    // Identifiers of components are short.
    private static string Identifier(string name) => name.Length <= LongestIdentifier ? name : name[..LongestIdentifier];
}
