using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Tests.Alerts;

/// <summary>A folder with an alert file, made row by row.</summary>
internal sealed class AlertFiles : IDisposable
{
    /// <summary>A row that is right, but for its source.</summary>
    public const string Row = """ "id": 1, "name": "cover", "event": 40, "language": "en", "priority": 5, "text": "Cover open.", "licence": "CC0-1.0" """;

    public static readonly EdgeModel Meter = EdgeModel.Load("edge-meter");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("q3e-alerts-");

    public AlertFiles() => WriteTokens("a.q3t", Tokens(5));

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    /// <summary>Loads a file with these rows.</summary>
    public AlertFile Load(params string[] rows) => LoadText($$"""{"format": "q3e-alerts", "version": 1, "profile": "idis", "alerts": [{{string.Join(",", rows.Select(r => "{" + r + "}"))}}]}""");

    public AlertFile LoadText(string text)
    {
        File.WriteAllText(Path("alerts.json"), text);
        return AlertFile.Load(Path("alerts.json"));
    }

    public void WriteTokens(string name, TokenClip clip) => TokenFile.Write(Path(name), clip);

    public void WriteSound(string name, float[] samples) => WavWriter.WritePcm16(Path(name), samples, 16000);

    /// <summary>Tokens of the built-in token space; code of frame t, layer l is 100 t + l.</summary>
    public static TokenClip Tokens(int frames, int layers = 4, int bits = 11) =>
        new(Meter.Config.Space, layers, bits, new FrameRate(16000, 1280), [.. Enumerable.Range(0, frames * layers).Select(i => (ushort)((100 * (i / layers)) + (i % layers)))], 1280L * frames, 832);

    public void Dispose() => _folder.Delete(recursive: true);
}
