using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler.Alerts;

/// <summary>An alert with its tokens.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Tokens">Its tokens, with the layers that the model decodes.</param>
/// <param name="BitOffset">Where they begin in the set's bit string.</param>
public sealed record Alert(AlertRow Row, TokenClip Tokens, int BitOffset);

/// <summary>The alerts of a file as a model plays them: rows and one bit string of all codes, packed as in .q3t.</summary>
public sealed class AlertSet
{
    private AlertSet(EdgeModel model, IReadOnlyList<Alert> alerts, byte[] codes) => (Model, Alerts, Codes) = (model, alerts, codes);

    /// <summary>The model that decodes them.</summary>
    public EdgeModel Model { get; }

    /// <summary>By ascending id.</summary>
    public IReadOnlyList<Alert> Alerts { get; }

    /// <summary>The bit string: codes frame by frame, lowest bit first, one alert after the other without gaps.</summary>
    public ReadOnlyMemory<byte> Codes { get; }

    /// <summary>Gathers the tokens of all rows.</summary>
    /// <param name="file">The alert file.</param>
    /// <param name="model">The model that is to decode them.</param>
    /// <param name="speak">Whether texts may be spoken by espeak-ng whose tokens are not kept beside the file yet; they are then kept there.</param>
    /// <param name="progress">Told the share done, 0..1.</param>
    /// <param name="layers">How many layers are kept, where that is less than the model decodes: 1 for a board that only beeps, whose tones come from layer 0.</param>
    /// <exception cref="BuildException">A row cannot be played; the message names it.</exception>
    public static AlertSet Gather(AlertFile file, EdgeModel model, bool speak, IProgress<double>? progress = null, int? layers = null)
    {
        var encoder = new Lazy<EdgeModel>(() => EncoderOf(model));
        var alerts = new List<Alert>();
        long bits = 0;
        foreach (AlertRow row in file.Rows)
        {
            TokenClip tokens = Load(file, row, model, encoder, speak);
            tokens = tokens.KeepLayers(Math.Min(tokens.Layers, layers ?? tokens.Layers));
            alerts.Add(new Alert(row, tokens, (int)bits));
            bits += (long)tokens.Codes.Length * model.Config.BitsPerCode;
            if (bits > int.MaxValue)
                throw new BuildException($"{file.Path}: the codes of the alerts up to {row.Id} take {bits / 8} bytes; {int.MaxValue / 8} are possible.");
            progress?.Report((double)alerts.Count / file.Rows.Count);
        }

        var codes = new byte[(bits + 7) / 8];
        foreach (Alert alert in alerts)
            CodePacking.Pack(alert.Tokens.Codes, model.Config.BitsPerCode, codes, alert.BitOffset);
        return new AlertSet(model, alerts, codes);
    }

    private static TokenClip Load(AlertFile file, AlertRow row, EdgeModel model, Lazy<EdgeModel> encoder, bool speak)
    {
        string where = $"{file.Path}: alert {row.Id} ({row.Name})";
        try
        {
            TokenClip clip = row.Source switch
            {
                AlertSource.Tokens tokens => TokenFile.Read(tokens.Path),
                AlertSource.Recording recording => Encode(encoder.Value, Samples(recording.Path, encoder.Value)),
                AlertSource.Spoken spoken => Spoken(file, row, spoken, model, encoder, speak),
                _ => throw new InvalidOperationException($"{row.Source} is no source."),
            };
            clip = Checked(clip, model);
            return clip.KeepLayers(Math.Min(clip.Layers, model.Config.NumQuantizers));
        }
        catch (Exception e) when (e is BuildException or TokenFormatException or AudioFormatException)
        {
            throw new BuildException($"{where}: {e.Message}", e);
        }
    }

    private static TokenClip Checked(TokenClip clip, EdgeModel model)
    {
        for (int i = 0; i < clip.Codes.Length; i++)
        {
            if (clip.Codes[i] >= model.Config.CodebookSize)
                throw new BuildException($"frame {i / clip.Layers}, layer {i % clip.Layers}: token {clip.Codes[i]} is out of range, 0 to {model.Config.CodebookSize - 1}.");
        }

        clip = EdgeCodec.ToFull(model, clip);
        return clip.Frames <= ushort.MaxValue ? clip : throw new BuildException($"has {clip.Frames} frames; an alert has at most {ushort.MaxValue}.");
    }

    private static TokenClip Spoken(AlertFile file, AlertRow row, AlertSource.Spoken spoken, EdgeModel model, Lazy<EdgeModel> encoder, bool speak)
    {
        string kept = Path.Combine(file.Folder, "alerts", SpokenText.FileName(row, spoken));
        if (File.Exists(kept))
        {
            TokenClip known = TokenFile.Read(kept);
            return known.Space == model.Config.Space || EdgeCodec.IsMinimal(model, known)
                ? known
                : throw new BuildException($"voice: alerts/{Path.GetFileName(kept)} holds tokens of space {known.Space}, model '{model.Name}' takes {model.Config.Space}; copy the alert file to a folder of its own and build with --speak.");
        }

        if (!speak)
            throw new BuildException($"voice: the text has not been spoken yet, alerts/{Path.GetFileName(kept)} is missing; build once with --speak where espeak-ng is installed.");
        TokenClip clip = Encode(encoder.Value, SpokenText.Render(spoken, encoder.Value.Config.SampleRate));
        Directory.CreateDirectory(Path.GetDirectoryName(kept)!);
        TokenFile.Write(kept, clip);
        return clip;
    }

    // All layers are kept: the same file serves models of one layer and of sixteen.
    private static TokenClip Encode(EdgeModel encoder, float[] samples) => EdgeCodec.Encode(encoder, samples);

    private static float[] Samples(string path, EdgeModel encoder)
    {
        AudioClip clip = AudioFile.Read(path);
        return clip.Length > 0 ? clip.Resample(encoder.Config.SampleRate).ToMono() : throw new BuildException("recording: has no samples.");
    }

    private static EdgeModel EncoderOf(EdgeModel model) =>
        TokenEncoders.Of(model) ?? throw new BuildException($"model '{model.Name}' has no encoder, and neither a built-in model nor one in its folder makes tokens of its space; give the alert as a .q3t file.");
}
