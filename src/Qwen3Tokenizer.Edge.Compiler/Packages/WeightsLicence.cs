using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>Recordings that a model was trained on.</summary>
/// <param name="Package">Debian package.</param>
/// <param name="Licence">SPDX expression.</param>
/// <param name="Credit">Who made them.</param>
public sealed record TrainingRecordings(string Package, string Licence, string Credit);

/// <summary>A licence that SPDX has no identifier for.</summary>
/// <param name="Identifier">Its identifier in our documents, beginning with <c>LicenseRef-</c>.</param>
/// <param name="Name">What to call it.</param>
/// <param name="Text">Its text.</param>
public sealed record ExtractedLicence(string Identifier, string Name, string Text);

/// <summary>Licence and origin of a model's weights.</summary>
/// <param name="Expression">SPDX expression, or NOASSERTION for a model that did not come with the tool.</param>
/// <param name="Text">Text of the terms, or null where none are known.</param>
/// <param name="TrainedOn">What the weights were trained on, as far as it is known.</param>
/// <param name="File">Name of the weights file that the model was read from.</param>
/// <param name="Sha256">SHA-256 of that file, lower-case hexadecimal.</param>
public sealed record WeightsLicence(string Expression, string? Text, IReadOnlyList<TrainingRecordings> TrainedOn, string File, string Sha256)
{
    /// <summary>The file with the terms of the built-in weights.</summary>
    public const string FileName = "LICENSE.weights";

    /// <summary>What SPDX calls a licence that nothing is known of.</summary>
    public const string Unknown = "NOASSERTION";

    /// <summary>Identifier of the terms in <see cref="FileName"/>.</summary>
    public const string Identifier = "LicenseRef-q3e-weights";

    /// <summary>The table of PROVENANCE.md for edge-light and edge-meter, without packages that only evaluation used; licences as SPDX writes them. Debian's "GPL-2" is version 2 only.</summary>
    private static readonly TrainingRecordings[] OfEdgeLight =
    [
        new("asterisk-core-sounds-en-g722", "CC-BY-SA-3.0", "Allison Smith / Digium"),
        new("asterisk-core-sounds-es-g722", "CC-BY-SA-3.0", "Allison Smith / Digium"),
        new("asterisk-core-sounds-fr-g722", "CC-BY-SA-3.0", "June Wallack / Digium"),
        new("asterisk-core-sounds-ru-g722", "CC-BY-3.0", "Maxim Topal, ivrvoice.ru"),
        new("fillets-ng-data", "GPL-2.0-only", "ALTAR interactive and contributors"),
        new("fillets-ng-data-cs", "GPL-2.0-only", "ALTAR interactive"),
        new("fillets-ng-data-nl", "GPL-2.0-only", "ALTAR interactive and contributors"),
        new("gcin-voice", "(GPL-3.0-only OR LGPL-3.0-only) AND CC-BY-3.0", "Edward Der-Hua Liu (3.ogg); Chu Lo, ChionMeilin (5.ogg)"),
        new("klettres-data", "GPL-2.0-or-later", "KDE Education contributors"),
        new("ktuberling-data", "GPL-2.0-or-later", "KDE contributors"),
    ];

    /// <summary>The same for edge-light-2, which heard nothing under the GPL. What synthesisers said of the project's own sentences is in PROVENANCE.md only: nobody recorded it.</summary>
    private static readonly TrainingRecordings[] OfEdgeLight2 =
    [
        .. OfEdgeLight.Where(r => r.Package.StartsWith("asterisk-core-sounds-", StringComparison.Ordinal)),
        new("asterisk-prompt-fr-armelle", "BSD-2-Clause", "Armelle Desjardins, Michel Gutierrez"),
        new("asterisk-prompt-it-menardi-wav", "CC-BY-SA-3.0", "Marco Menardi and Paola Dal Zot"),
        new("festvox-ru", FestvoxRu, "Nickolay V. Shmyrev"),
        new("gcin-voice", "CC-BY-3.0", "Chu Lo, ChionMeilin (5.ogg)"),
    ];

    private const string FestvoxRu = "LicenseRef-festvox-ru";

    /// <summary>Heading of the last section of <see cref="FileName"/>, which is the licence of those recordings.</summary>
    private const string FestvoxRuHeading = "Licence of festvox-ru\n---------------------\n";

    /// <summary>Licences of the recordings that SPDX has no identifier for.</summary>
    public IReadOnlyList<ExtractedLicence> Extracted => Text is not null && TrainedOn.Any(r => r.Licence == FestvoxRu)
        ? [new ExtractedLicence(FestvoxRu, "Licence of the recordings of festvox-ru", Text[(Text.LastIndexOf(FestvoxRuHeading, StringComparison.Ordinal) + FestvoxRuHeading.Length)..].Trim())]
        : [];

    /// <summary>The licence of a model's weights: that of the built-in models where PROVENANCE.md has the hash of the file, otherwise unknown.</summary>
    /// <exception cref="BuildException">PROVENANCE.md or the text of the licence is missing.</exception>
    public static WeightsLicence Of(EdgeModel model)
    {
        string hash = Convert.ToHexStringLower(model.WeightsHash), file = $"{model.Name}.safetensors";
        string? row = ToolFile.Text("Data/PROVENANCE.md").Split('\n').FirstOrDefault(line => line.StartsWith(hash, StringComparison.Ordinal));
        return row is null
            ? OfUnknown(file, model.WeightsHash)
            : new WeightsLicence(Identifier, ToolFile.Text(FileName), row.EndsWith("edge-light-2.safetensors", StringComparison.Ordinal) ? OfEdgeLight2 : OfEdgeLight, file, hash);
    }

    /// <summary>Weights that did not come with the tool: their terms are those under which the user got them.</summary>
    public static WeightsLicence OfUnknown(string file, byte[] hash) => new(Unknown, null, [], file, Convert.ToHexStringLower(hash));

    /// <summary>Who made the recordings of a package that the built-in models were trained on.</summary>
    internal static string CreditOf(string package) => Array.Find(OfEdgeLight, r => r.Package == package)?.Credit ?? throw new BuildException($"The recordings of {package} are not among those of the built-in models.");
}
