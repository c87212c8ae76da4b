using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>A file in a bill of materials.</summary>
/// <param name="Path">Relative to the folder, with slashes.</param>
/// <param name="Sha1">Lower-case hexadecimal; SPDX 2.3 demands this one (8.4).</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
/// <param name="Licences">Licences that apply together.</param>
/// <param name="Credit">Whom to name, or null.</param>
/// <param name="IsWeights">Whether it belongs to the weights' package, not to the library's.</param>
internal sealed record SpdxFile(string Path, string Sha1, string Sha256, IReadOnlyList<string> Licences, string? Credit, bool IsWeights)
{
    /// <summary>Identifier in the document: letters, digits, '.' and '-'; the hash tells paths apart that differ in other characters only.</summary>
    public string Id => $"SPDXRef-File-{string.Concat(Path.Select(c => char.IsAsciiLetterOrDigit(c) || c == '.' ? c : '-'))}-{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(Path)))[..8]}";

    /// <summary>All files in a folder but the bill of materials itself, in the order of their paths.</summary>
    public static SpdxFile[] All(string folder, PackageMetadata package) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(f => System.IO.Path.GetRelativePath(folder, f).Replace('\\', '/'))
            .Where(f => f != SpdxDocument.FileName(package)).Order(StringComparer.Ordinal).Select(f => Of(folder, f, package))];

    /// <summary>One hash for the contents and names of all files.</summary>
    public static string HashOfAll(IEnumerable<SpdxFile> files) => Hex(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(files.Select(f => $"{f.Sha256}  {f.Path}\n")))));

    /// <summary>The package verification code of SPDX 2.3, 7.9: SHA-1 of the files' SHA-1 texts, sorted and joined.</summary>
    public static string VerificationCode(IEnumerable<SpdxFile> files) => Hex(Sha1Of(Encoding.ASCII.GetBytes(string.Concat(files.Select(f => f.Sha1).Order(StringComparer.Ordinal)))));

    /// <summary>The file in the document.</summary>
    public JsonObject ToJson()
    {
        var file = new JsonObject
        {
            ["SPDXID"] = Id,
            ["fileName"] = $"./{Path}",
            ["fileTypes"] = PlatformIoLibrary.Texts([TypeOf(System.IO.Path.GetExtension(Path))]),
            ["checksums"] = new JsonArray(Checksum("SHA1", Sha1), Checksum("SHA256", Sha256)),
            ["licenseConcluded"] = Licences.Contains(WeightsLicence.Unknown) ? WeightsLicence.Unknown : string.Join(" AND ", Licences),
            ["licenseInfoInFiles"] = PlatformIoLibrary.Texts(Licences),
            ["copyrightText"] = WeightsLicence.Unknown,
        };
        if (Credit is not null)
        {
            file["attributionTexts"] = PlatformIoLibrary.Texts([Credit]);
        }

        return file;
    }

    /// <summary>A checksum in the document.</summary>
    public static JsonObject Checksum(string algorithm, string value) => new() { ["algorithm"] = algorithm, ["checksumValue"] = value };

    private static SpdxFile Of(string folder, string path, PackageMetadata package)
    {
        byte[] bytes = File.ReadAllBytes(System.IO.Path.Combine(folder, path));
        bool weights = path == package.WeightsBinary || path == package.WeightsC;
        RecordingLicence recording = package.ConformanceRecording;
        (string[] licences, string? credit) = path switch
        {
            _ when weights => ([package.Weights.Expression], null),
            "conformance/vectors.h" or "conformance/tokens.q3t" => (new[] { recording.Licence }, $"Codes of a recording by {recording.Credit} ({recording.Origin})."),
            // A compiled library contains code and weights.
            _ when path.StartsWith("lib/", StringComparison.Ordinal) => ([PackageMetadata.CodeLicence, package.Weights.Expression], null),
            _ => ([PackageMetadata.CodeLicence], null),
        };
        return new SpdxFile(path, Hex(Sha1Of(bytes)), Hex(SHA256.HashData(bytes)), licences, credit, weights);
    }

    private static string TypeOf(string extension) => extension switch
    {
        ".c" or ".h" or ".S" or ".ino" => "SOURCE",
        ".weights" or ".q3t" or ".so" or ".dll" or ".dylib" or ".a" => "BINARY",
        _ => "TEXT",
    };

#pragma warning disable CA5350 // SHA-1 names contents here because the format demands it; SHA-256 stands beside it, nothing trusts this one.
    private static byte[] Sha1Of(byte[] bytes) => SHA1.HashData(bytes);
#pragma warning restore CA5350

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
