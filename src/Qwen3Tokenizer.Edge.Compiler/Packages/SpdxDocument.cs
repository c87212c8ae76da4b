using System.Text.Json.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>
/// The bill of materials: an SPDX 2.3 document in JSON, with a package for the code, one for the weights, one for each set of recordings that the weights were trained on, and
/// every file with its checksums and licence.
/// </summary>
internal static class SpdxDocument
{
    private const string Library = "SPDXRef-Package-library";
    private const string Weights = "SPDXRef-Package-weights";

    // SPDX demands a time, and the same inputs must give the same bytes whenever they are built: the start of the Unix epoch says that no time is meant.
    private const string Created = "1970-01-01T00:00:00Z";

    /// <summary>Name of the document.</summary>
    public static string FileName(PackageMetadata package) => $"{package.Name}.spdx.json";

    /// <summary>The document about all files that are in the folder, but not about itself.</summary>
    public static string Print(string folder, PackageMetadata package)
    {
        SpdxFile[] files = SpdxFile.All(folder, package);
        JsonObject[] recordings = [.. package.Weights.TrainedOn.Select(Recordings)];
        var document = new JsonObject
        {
            ["spdxVersion"] = "SPDX-2.3",
            ["dataLicense"] = "CC0-1.0",
            ["SPDXID"] = "SPDXRef-DOCUMENT",
            ["name"] = $"{package.Name}-{package.Version}",

            // Unique as SPDX asks for, yet equal for equal contents.
            ["documentNamespace"] = $"https://spdx.org/spdxdocs/{package.Name}-{package.Version}-{SpdxFile.HashOfAll(files)}",
            ["creationInfo"] = new JsonObject
            {
                ["created"] = Created,
                ["creators"] = PlatformIoLibrary.Texts([$"Tool: {package.Tool.Replace(' ', '-')}"]),
                ["comment"] = "The time is a constant, so that equal builds are equal bytes.",
            },
            ["packages"] = new JsonArray([LibraryPackage(package, files), WeightsPackage(package, files), .. recordings]),
            ["files"] = new JsonArray([.. files.Select(f => f.ToJson())]),
            ["relationships"] = new JsonArray([.. Relationships(files, recordings)]),
        };
        if (package.Weights.Text is { } text)
        {
            document["hasExtractedLicensingInfos"] = new JsonArray(
                [.. package.Weights.Extracted.Prepend(new ExtractedLicence(WeightsLicence.Identifier, "Terms of the built-in model weights of Qwen3Tokenizer.Edge", text)).Select(Extracted)]);
        }

        return document.ToJsonString(PlatformIoLibrary.Json) + "\n";
    }

    private static JsonObject Extracted(ExtractedLicence licence) => new()
    {
        ["licenseId"] = licence.Identifier,
        ["name"] = licence.Name,
        ["extractedText"] = licence.Text,
    };

    private static JsonObject LibraryPackage(PackageMetadata package, SpdxFile[] files) => new()
    {
        ["SPDXID"] = Library,
        ["name"] = package.Name,
        ["versionInfo"] = package.Version,
        ["supplier"] = $"Organization: {package.Maintainer}",
        ["downloadLocation"] = package.Homepage ?? WeightsLicence.Unknown,
        ["filesAnalyzed"] = true,
        ["packageVerificationCode"] = Verification(files, weights: false),
        ["licenseConcluded"] = PackageMetadata.CodeLicence,
        ["licenseInfoFromFiles"] = Licences(files, weights: false),
        ["licenseDeclared"] = PackageMetadata.CodeLicence,
        ["licenseComments"] = $"The conformance vectors are codes of a recording under {package.ConformanceRecording.Licence}; no part of the library contains them. A compiled library contains the weights too.",
        ["copyrightText"] = $"Copyright {package.Maintainer}",
        ["summary"] = package.Summary,
        ["description"] = package.Description,
        ["primaryPackagePurpose"] = "LIBRARY",
    };

    private static JsonObject WeightsPackage(PackageMetadata package, SpdxFile[] files) => new()
    {
        ["SPDXID"] = Weights,
        ["name"] = $"{package.Name}_weights",
        ["versionInfo"] = package.Weights.Sha256[..16],
        ["packageFileName"] = package.Weights.File,
        ["supplier"] = package.Weights.Text is null ? WeightsLicence.Unknown : $"Organization: {package.Maintainer}",
        ["downloadLocation"] = WeightsLicence.Unknown,
        ["filesAnalyzed"] = true,
        ["packageVerificationCode"] = Verification(files, weights: true),
        ["checksums"] = new JsonArray(SpdxFile.Checksum("SHA256", package.Weights.Sha256)),
        ["sourceInfo"] = "Quantized to INT8 from the file named above, whose checksum this package has.",
        ["licenseConcluded"] = package.Weights.Expression,
        ["licenseInfoFromFiles"] = Licences(files, weights: true),
        ["licenseDeclared"] = package.Weights.Expression,
        ["copyrightText"] = WeightsLicence.Unknown,
        ["primaryPackagePurpose"] = "OTHER",
    };

    private static JsonObject Recordings(TrainingRecordings recordings) => new()
    {
        ["SPDXID"] = $"SPDXRef-Recordings-{recordings.Package}",
        ["name"] = recordings.Package,
        ["downloadLocation"] = WeightsLicence.Unknown,
        ["filesAnalyzed"] = false,
        ["licenseConcluded"] = WeightsLicence.Unknown,
        ["licenseDeclared"] = recordings.Licence,
        ["copyrightText"] = WeightsLicence.Unknown,
        ["attributionTexts"] = PlatformIoLibrary.Texts([recordings.Credit]),
        ["comment"] = "A Debian package; its copyright file is decisive.",
        ["primaryPackagePurpose"] = "OTHER",
    };

    private static IEnumerable<JsonObject> Relationships(SpdxFile[] files, JsonObject[] recordings) =>
    [
        Relationship("SPDXRef-DOCUMENT", "DESCRIBES", Library),
        Relationship("SPDXRef-DOCUMENT", "DESCRIBES", Weights),
        Relationship(Library, "DEPENDS_ON", Weights),
        .. recordings.Select(r => Relationship(Weights, "GENERATED_FROM", (string)r["SPDXID"]!, "Trained on these recordings; they are not contained.")),
        .. files.Select(f => Relationship(f.IsWeights ? Weights : Library, "CONTAINS", f.Id)),
    ];

    private static JsonObject Relationship(string from, string type, string to, string? comment = null)
    {
        var relationship = new JsonObject { ["spdxElementId"] = from, ["relationshipType"] = type, ["relatedSpdxElement"] = to };
        if (comment is not null)
        {
            relationship["comment"] = comment;
        }

        return relationship;
    }

    private static JsonObject Verification(SpdxFile[] files, bool weights) => new() { ["packageVerificationCodeValue"] = SpdxFile.VerificationCode(files.Where(f => f.IsWeights == weights)) };

    private static JsonArray Licences(SpdxFile[] files, bool weights) =>
        PlatformIoLibrary.Texts(files.Where(f => f.IsWeights == weights).SelectMany(f => f.Licences).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
