using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler.Calibration;

/// <summary>The real speech that calibration uses: the clips shipped with the models, as tokens of the model's space.</summary>
public static class CalibrationClips
{
    /// <summary>Encodes the shipped clips for <paramref name="model"/>.</summary>
    /// <exception cref="BuildException">The clips are missing, or no model at hand makes tokens of this space.</exception>
    public static List<TokenClip> Load(EdgeModel model, IProgress<double>? progress = null)
    {
        EdgeModel encoder = TokenEncoders.Of(model)
            ?? throw new BuildException($"Model '{model.Name}' has no encoder, and neither a built-in model nor one in its folder makes tokens of its space {model.Config.Space}: there are none to calibrate on; lay the codec that it was distilled from beside it.");
        List<float[]> samples = Samples(encoder.Config.SampleRate);
        var clips = new List<TokenClip>();
        foreach (float[] clip in samples)
        {
            clips.Add(EdgeCodec.Encode(encoder, clip));
            progress?.Report((double)clips.Count / samples.Count);
        }

        return clips;
    }

    /// <summary>The shipped clips as mono samples at <paramref name="rate"/> Hz.</summary>
    /// <exception cref="BuildException">The clips are missing.</exception>
    public static List<float[]> Samples(int rate)
    {
        string folder = Path.Combine(Path.GetDirectoryName(BuiltInModels.PathOf(BuiltInModels.Default))!, "clips", "calibration");
        string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal)] : [];
        return files.Length > 0
            ? [.. files.Select(f => AudioFile.Read(f).Resample(rate).ToMono())]
            : throw new BuildException($"{folder}: the calibration clips that come with the tool are missing.");
    }

    /// <summary>The first of the shipped clips that together last some time, at <paramref name="rate"/> Hz.</summary>
    /// <exception cref="BuildException">The clips are missing.</exception>
    public static List<float[]> Samples(int rate, double seconds)
    {
        List<float[]> clips = [];
        foreach (float[] clip in Samples(rate).TakeWhile(_ => clips.Sum(c => (double)c.Length) < seconds * rate))
        {
            clips.Add(clip);
        }

        return clips;
    }
}
