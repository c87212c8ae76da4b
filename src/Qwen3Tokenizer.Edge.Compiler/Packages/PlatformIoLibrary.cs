using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>library.json of PlatformIO. Where it is present, PlatformIO does not read Arduino's library.properties.</summary>
internal static class PlatformIoLibrary
{
    internal static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The file.</summary>
    public static string Print(PackageMetadata package)
    {
        var library = new JsonObject
        {
            ["name"] = package.Name,
            ["version"] = package.Version,
            ["description"] = $"{package.Summary} {package.Description}",
            ["keywords"] = Texts(PackageMetadata.Keywords),

            // The registry knows identifiers of the SPDX list only; the terms of the weights are in a file of their own.
            ["license"] = PackageMetadata.CodeLicence,
            ["authors"] = new JsonArray(new JsonObject { ["name"] = package.Maintainer, ["maintainer"] = true }),
        };
        if (package.Homepage is not null)
        {
            library["homepage"] = package.Homepage;
        }

        library["frameworks"] = "*";
        library["platforms"] = "*";
        library["headers"] = $"{package.Names.Stem}.h";

        // C arrays: the assembler file is empty under the Arduino framework. The folders include and src are on the path by themselves.
        library["build"] = new JsonObject { ["srcFilter"] = Texts(package.Sources.Append(package.WeightsC).Select(s => $"+<{s["src/".Length..]}>").Prepend("-<*>")) };
        library["examples"] = new JsonArray(new JsonObject
        {
            ["name"] = PackageMetadata.ExampleName,
            ["base"] = $"examples/{PackageMetadata.ExampleName}",
            ["files"] = Texts([$"{PackageMetadata.ExampleName}.ino", "tokens.h"]),
        });

        // What the build made for its own machine is not for others.
        library["export"] = new JsonObject { ["exclude"] = Texts(["lib", "build", "report.html", "report.json"]) };
        return library.ToJsonString(Json) + "\n";
    }

    internal static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
