using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>
/// The index of a prepared corpus, <c>index.json</c>; see CORPUS.md for the format. Beside it lie <c>samples.s16</c>, all recordings one after the other as little-endian PCM16 mono
/// at 16 kHz, and <c>pitch.f32</c>, one little-endian float32 in Hz per 160 samples, 0 where unvoiced.
/// </summary>
internal sealed record CorpusIndex(string Format, int Version, int SampleRate, int PitchHop, int FirstPitchCentre, string Sha256, IReadOnlyList<CorpusSource> Sources, IReadOnlyList<Recording> Recordings)
{
    public const string FileName = "index.json";
    public const string SamplesName = "samples.s16";
    public const string PitchName = "pitch.f32";
    private const string FormatName = "q3edge-corpus";
    private const int CurrentVersion = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 8,
    };

    /// <summary>Number of samples of all recordings.</summary>
    [JsonIgnore]
    public long Samples => Recordings.Count == 0 ? 0 : Recordings[^1].Offset + Recordings[^1].Samples;

    /// <summary>An index with the content hash that belongs to it.</summary>
    public static CorpusIndex Create(IReadOnlyList<CorpusSource> sources, IReadOnlyList<Recording> recordings, byte[] samplesHash, byte[] pitchHash) =>
        new(FormatName, CurrentVersion, CorpusGrid.SampleRate, CorpusGrid.PitchHop, CorpusGrid.FirstPitchCentre, HashOf(sources, recordings, samplesHash, pitchHash), sources, recordings);

    /// <summary>SHA-256 over the SHA-256 of the samples, that of the pitch and that of the recordings' and sources' descriptions, in lower-case hexadecimal.</summary>
    public static string HashOf(IReadOnlyList<CorpusSource> sources, IReadOnlyList<Recording> recordings, byte[] samplesHash, byte[] pitchHash)
    {
        var text = new StringBuilder();
        foreach (CorpusSource s in sources)
            text.Append(CultureFree($"{s.Package}\t{s.Version}\t{s.Authors}\n"));
        foreach (Recording r in recordings)
            text.Append(CultureFree($"{r.Package}\t{r.Path}\t{r.Voice}\t{r.Language}\t{r.Licence}\t{r.Gpl}\t{r.Offset}\t{r.Samples}\t{r.HeldOut}\t{r.Synthetic}{(r.IsVaried ? CultureFree($"\t{r.SpeedPercent}") : "")}\n"));
        byte[] description = SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
        return Convert.ToHexStringLower(SHA256.HashData([.. samplesHash, .. pitchHash, .. description]));
    }

    /// <summary>Reads and checks the index in a folder.</summary>
    /// <exception cref="CorpusException">There is none, or it breaks a rule of the format.</exception>
    public static CorpusIndex Read(string folder)
    {
        string path = System.IO.Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new CorpusException($"{folder}: has no {FileName}; prepare a corpus with q3edge corpus prepare or q3edge corpus debian --install.");
        try
        {
            using FileStream stream = File.OpenRead(path);
            CorpusIndex index = JsonSerializer.Deserialize<CorpusIndex>(stream, Options) ?? throw new CorpusException($"{path}: root: is null, not an object.");
            index.Check(path);
            return index;
        }
        catch (JsonException e)
        {
            throw new CorpusException($"{path}: {e.Path ?? "root"}: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // What a text with half a surrogate pair gives.
            throw new CorpusException($"{path}: root: has a text that is not valid Unicode: {e.Message}", e);
        }
    }

    /// <summary>Writes the index as a file.</summary>
    public void Write(string path)
    {
        using FileStream stream = File.Create(path);
        JsonSerializer.Serialize(stream, this, Options);
    }

    private static string CultureFree(FormattableString text) => FormattableString.Invariant(text);

    private void Check(string path)
    {
        Require(Format == FormatName, "format", Format, FormatName);
        Require(Version == CurrentVersion, "version", Version, CurrentVersion);
        Require(SampleRate == CorpusGrid.SampleRate, "sampleRate", SampleRate, CorpusGrid.SampleRate);
        Require(PitchHop == CorpusGrid.PitchHop, "pitchHop", PitchHop, CorpusGrid.PitchHop);
        Require(FirstPitchCentre == CorpusGrid.FirstPitchCentre, "firstPitchCentre", FirstPitchCentre, CorpusGrid.FirstPitchCentre);
        if (Sha256.Length != 64 || !Sha256.All(char.IsAsciiHexDigitLower))
            throw new CorpusException($"{path}: sha256: \"{Sha256}\" is not a SHA-256 in lower-case hexadecimal.");
        if (Recordings.Count == 0)
            throw new CorpusException($"{path}: recordings: are none.");

        // The reader refuses null for fields, but not for items of a list.
        if (Recordings.Contains(null!) || Sources.Contains(null!))
            throw new CorpusException($"{path}: {(Sources.Contains(null!) ? "sources" : "recordings")}: an item is null.");
        CheckRecordings(path);

        void Require<T>(bool right, string field, T found, T expected)
        {
            if (!right)
                throw new CorpusException($"{path}: {field}: is {found}, not {expected}.");
        }
    }

    private void CheckRecordings(string path)
    {
        var packages = Sources.Select(s => s.Package).ToHashSet(StringComparer.Ordinal);
        var runs = new HashSet<(string, bool)>();
        long next = 0;
        for (int i = 0; i < Recordings.Count; i++)
        {
            Recording r = Recordings[i];
            string where = $"{path}: recordings[{i}]";
            if (r.Samples < CorpusGrid.MinSamples || r.Samples % CorpusGrid.PitchHop != 0)
                throw new CorpusException($"{where}.samples: {r.Samples} is not a multiple of {CorpusGrid.PitchHop} of at least {CorpusGrid.MinSamples}.");
            if (r.Offset != next)
                throw new CorpusException($"{where}.offset: is {r.Offset}, but the recordings before it end at {next}.");
            if (r.Voice.Length == 0)
                throw new CorpusException($"{where}.voice: is empty.");
            if (!packages.Contains(r.Package))
                throw new CorpusException($"{where}.package: \"{r.Package}\" is not among the sources.");
            bool begins = i == 0 || Recordings[i - 1].Voice != r.Voice || Recordings[i - 1].HeldOut != r.HeldOut;
            if (begins && !runs.Add((r.Voice, r.HeldOut)))
                throw new CorpusException($"{where}.voice: recordings of \"{r.Voice}\" do not lie side by side.");
            if (!begins && Recordings[i - 1].Gpl != r.Gpl)
                throw new CorpusException($"{where}.gpl: is {r.Gpl}, unlike that of the other recordings of \"{r.Voice}\".");
            if (r.SpeedPercent is < SpeedVariation.MinPercent or > SpeedVariation.MaxPercent)
                throw new CorpusException($"{where}.speedPercent: {r.SpeedPercent} is not between {SpeedVariation.MinPercent} and {SpeedVariation.MaxPercent}.");
            if (r.IsVaried && r.HeldOut)
                throw new CorpusException($"{where}.speedPercent: is {r.SpeedPercent}, but a held-out recording has no copies.");
            if (!begins && Recordings[i - 1].SpeedPercent != r.SpeedPercent)
                throw new CorpusException($"{where}.speedPercent: is {r.SpeedPercent}, unlike that of the other recordings of \"{r.Voice}\".");
            next += r.Samples;
        }
    }
}
