using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Packages;

/// <summary>The bill of materials: complete, right about every file, and closed in itself. That two builds give the same bytes is in DeterminismTests.</summary>
public sealed class SpdxTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void It_lists_every_file_with_its_checksums(string model)
    {
        BuiltModel built = models[model];
        string folder = built.Build.Folder;
        JsonNode document = Load(built);
        string[] files = [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(f => "./" + Path.GetRelativePath(folder, f)).Where(f => f != $"./{built.Names.Descriptor}.spdx.json").Order(StringComparer.Ordinal)];

        Assert.Equal(files, All(document, "files").Select(f => Text(f, "fileName")).Order(StringComparer.Ordinal));
        foreach (JsonNode file in All(document, "files"))
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(folder, Text(file, "fileName")));
            Dictionary<string, string> checksums = All(file, "checksums").ToDictionary(c => Text(c, "algorithm"), c => Text(c, "checksumValue"));
            Assert.Equal(Hex(SHA256.HashData(bytes)), checksums["SHA256"]);
            Assert.Equal(Sha1(bytes), checksums["SHA1"]);
        }
    }

    [Theory, InlineData("edge-light"), InlineData("edge-light-2"), InlineData("edge-meter")]
    public void It_has_what_SPDX_2_3_demands(string model)
    {
        JsonNode document = Load(models[model]);

        Assert.Equal(("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"), (Text(document, "spdxVersion"), Text(document, "dataLicense"), Text(document, "SPDXID")));
        Assert.Matches(@"^https://spdx\.org/spdxdocs/[\w.-]+-[0-9a-f]{64}$", Text(document, "documentNamespace"));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", Text(document["creationInfo"]!, "created"));
        Assert.StartsWith("Tool: Qwen3Tokenizer.Edge-", (string)document["creationInfo"]!["creators"]![0]!, StringComparison.Ordinal);

        string[] identifiers = [.. All(document, "packages").Concat(All(document, "files")).Select(e => Text(e, "SPDXID")).Append("SPDXRef-DOCUMENT")];
        Assert.Equal(identifiers.Distinct(), identifiers);
        Assert.All(identifiers, i => Assert.Matches(@"^SPDXRef-[A-Za-z0-9.-]+$", i));
        Assert.Empty(All(document, "relationships").SelectMany(r => (string[])[Text(r, "spdxElementId"), Text(r, "relatedSpdxElement")]).Except(identifiers));
        foreach (JsonNode package in All(document, "packages"))
        {
            Assert.All((string[])["name", "downloadLocation", "licenseConcluded", "licenseDeclared", "copyrightText"], f => Assert.NotEqual("", Text(package, f)));
            JsonNode[] contained = [.. Contained(document, package)];
            Assert.Equal((bool)package["filesAnalyzed"]!, contained.Length > 0);
            if (contained.Length > 0)
            {
                string joined = string.Concat(contained.Select(f => Text(f["checksums"]![0]!, "checksumValue")).Order(StringComparer.Ordinal));
                Assert.Equal(Sha1(Encoding.ASCII.GetBytes(joined)), Text(package["packageVerificationCode"]!, "packageVerificationCodeValue"));
                Assert.Equal(contained.SelectMany(f => f["licenseInfoInFiles"]!.AsArray()).Select(l => (string)l!).Distinct().Order(StringComparer.Ordinal), package["licenseInfoFromFiles"]!.AsArray().Select(l => (string)l!));
            }
        }

        // Every file is in one package.
        Assert.Equal(All(document, "files").Count(), All(document, "packages").Sum(p => Contained(document, p).Count()));
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void It_tells_the_licences_of_code_weights_and_conformance_vectors_apart(string model)
    {
        BuiltModel built = models[model];
        JsonNode document = Load(built);
        JsonNode[] packages = [.. All(document, "packages")];
        string Licence(string file) => Text(All(document, "files").Single(f => Text(f, "fileName") == $"./{file}"), "licenseConcluded");

        Assert.Equal("Apache-2.0", Text(packages[0], "licenseDeclared"));
        Assert.Equal("LicenseRef-q3e-weights", Text(packages[1], "licenseDeclared"));
        Assert.Equal(Hex(built.Model.WeightsHash), Text(packages[1]["checksums"]![0]!, "checksumValue"));
        Assert.Equal("Apache-2.0", Licence("src/kernels/q3e_decoder.c"));
        Assert.Equal("LicenseRef-q3e-weights", Licence($"src/{built.Names.Stem}.weights"));
        Assert.Equal("LicenseRef-q3e-weights", Licence($"src/{built.Names.Stem}_weights.c"));
        Assert.Equal("Apache-2.0 AND LicenseRef-q3e-weights", Licence($"lib/{Path.GetFileName(built.Build.LibraryPath)}"));
        // Tokens are speech: the first calibration clip's (clips/calibration/README.md).
        Assert.Equal("CC-BY-SA-3.0", Licence("conformance/vectors.h"));
        Assert.Equal("CC-BY-SA-3.0", Licence("conformance/tokens.q3t"));
        Assert.Equal("Apache-2.0", Licence("examples/DecodeTokens/tokens.h"));

        string terms = File.ReadAllText(Tools.RepositoryPath("LICENSE.weights"));
        JsonNode extracted = Assert.Single(All(document, "hasExtractedLicensingInfos"));
        Assert.Equal(("LicenseRef-q3e-weights", terms), (Text(extracted, "licenseId"), Text(extracted, "extractedText")));
        Assert.Equal(terms, File.ReadAllText(Path.Combine(built.Build.Folder, "LICENSE.weights")));
        Assert.Equal(File.ReadAllText(Tools.RepositoryPath("LICENSE")), File.ReadAllText(Path.Combine(built.Build.Folder, "LICENSE")));
    }

    [Theory, InlineData("edge-meter", "## What edge-light and edge-meter were trained on", 10), InlineData("edge-light-2", "## edge-light-2", 8)]
    public void It_names_the_recordings_that_PROVENANCE_md_says_the_weights_were_trained_on(string model, string heading, int packages)
    {
        // | package | licence; credit | train files / min | held-out files / min |
        string[][] rows = [.. File.ReadLines(Tools.RepositoryPath("src/Qwen3Tokenizer.Edge.Models/Data/PROVENANCE.md"))
            .SkipWhile(l => l != heading).Skip(1).TakeWhile(l => !l.StartsWith("## ", StringComparison.Ordinal))
            .Where(l => l.Contains(" / ", StringComparison.Ordinal) && l.StartsWith("| ", StringComparison.Ordinal))
            .Select(l => l.Split('|', StringSplitOptions.TrimEntries)).Where(c => c.Length == 6 && c[3].Split('/')[0].Trim() is not ("0" or "train files"))];
        Assert.Equal(packages, rows.Length);
        JsonNode document = Load(models[model]);
        JsonNode[] recordings = [.. All(document, "packages").Where(p => Text(p, "SPDXID").StartsWith("SPDXRef-Recordings-", StringComparison.Ordinal))];

        Assert.Equal(rows.Select(r => r[1]), recordings.Select(r => Text(r, "name")));
        Assert.Equal(rows.Select(r => Spdx(r[2])), recordings.Select(r => Text(r, "licenseDeclared")));
        Assert.All(rows.Zip(recordings), p => Assert.All(((string)p.Second["attributionTexts"]![0]!).Split(" (")[0].Split("; "), c => Assert.Contains(c, p.First[2], StringComparison.Ordinal)));
        Assert.Equal(
            recordings.Select(r => Text(r, "SPDXID")),
            All(document, "relationships").Where(r => Text(r, "relationshipType") == "GENERATED_FROM" && Text(r, "spdxElementId") == "SPDXRef-Package-weights").Select(r => Text(r, "relatedSpdxElement")));
    }

    [Fact]
    public void A_licence_that_SPDX_does_not_know_comes_with_its_text()
    {
        JsonNode[] extracted = [.. All(Load(models["edge-light-2"]), "hasExtractedLicensingInfos")];
        Assert.Equal(["LicenseRef-q3e-weights", "LicenseRef-festvox-ru"], extracted.Select(l => Text(l, "licenseId")));
        Assert.StartsWith("Nickolay V. Shmyrev  Copyright (c) 2005", Text(extracted[1], "extractedText"), StringComparison.Ordinal);
        Assert.EndsWith("THIS SOFTWARE.", Text(extracted[1], "extractedText"), StringComparison.Ordinal);
    }

    // Debian's short names of licences, as SPDX calls them.
    private static string Spdx(string licence) => licence.Split(';')[0] switch
    {
        "GPL-2" => "GPL-2.0-only",
        "GPL-2+" => "GPL-2.0-or-later",
        "BSD-like" => "LicenseRef-festvox-ru",
        "3.ogg: GPL-3 or LGPL-3 (Edward Der-Hua Liu)" => "(GPL-3.0-only OR LGPL-3.0-only) AND CC-BY-3.0",
        var other => other,
    };

    private static JsonNode Load(BuiltModel built) => JsonNode.Parse(File.ReadAllBytes(Path.Combine(built.Build.Folder, $"{built.Names.Descriptor}.spdx.json")))!;

    private static IEnumerable<JsonNode> All(JsonNode node, string name) => node[name]!.AsArray().Select(n => n!);

    private static IEnumerable<JsonNode> Contained(JsonNode document, JsonNode package)
    {
        HashSet<string> ids = [.. All(document, "relationships").Where(r => Text(r, "relationshipType") == "CONTAINS" && Text(r, "spdxElementId") == Text(package, "SPDXID")).Select(r => Text(r, "relatedSpdxElement"))];
        return All(document, "files").Where(f => ids.Contains(Text(f, "SPDXID")));
    }

    private static string Text(JsonNode node, string name) => (string)node[name]!;

#pragma warning disable CA5350 // The format demands SHA-1; nothing trusts it.
    private static string Sha1(byte[] bytes) => Hex(SHA1.HashData(bytes));
#pragma warning restore CA5350

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
