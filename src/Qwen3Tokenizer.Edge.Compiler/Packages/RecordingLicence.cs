namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>Terms of a recording. Tokens are speech: whoever passes on the codes of a recording passes on the recording.</summary>
/// <param name="Licence">SPDX expression.</param>
/// <param name="Origin">Debian package and path in it.</param>
/// <param name="Credit">Who made it.</param>
public sealed record RecordingLicence(string Licence, string Origin, string Credit)
{
    /// <summary>The first calibration clip: its codes are the conformance vectors of every model.</summary>
    /// <exception cref="BuildException">The list of the clips is missing or lacks a column.</exception>
    public static RecordingLicence OfConformanceVectors()
    {
        const string list = "Data/clips/calibration/SOURCES.tsv";
        string[][] rows = [.. ToolFile.Text(list).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split('\t'))];
        string[] first = rows.Skip(1).MinBy(r => r[0], StringComparer.Ordinal) ?? throw new BuildException($"{list}: names no clip.");
        string Column(string name) => Array.IndexOf(rows[0], name) is >= 0 and int i && i < first.Length ? first[i] : throw new BuildException($"{list}: has no column '{name}'.");
        return new RecordingLicence(Column("licence"), $"{Column("package")}: {Column("file")}", WeightsLicence.CreditOf(Column("package")));
    }
}
