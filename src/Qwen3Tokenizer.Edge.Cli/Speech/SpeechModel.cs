using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>The model that a verb works with: an edge model, or a Qwen3-TTS-Tokenizer-12Hz folder.</summary>
internal sealed class SpeechModel : IDisposable
{
    private SpeechModel(string name, CodecFacts facts, EdgeModel? edge, Qwen3Tts12Hz? full) => (Name, Facts, Edge, Full) = (name, facts, edge, full);

    /// <summary>The name under which users know it.</summary>
    public string Name { get; }

    /// <summary>What handling its tokens needs.</summary>
    public CodecFacts Facts { get; }

    /// <summary>The edge model; null when it is a full-size one.</summary>
    public EdgeModel? Edge { get; }

    /// <summary>The full-size model; null when it is an edge one.</summary>
    public Qwen3Tts12Hz? Full { get; }

    /// <summary>Samples per second.</summary>
    public int SampleRate => Facts.Rate.SampleRate;

    /// <summary>Loads a model by what <c>--model</c> says.</summary>
    public static SpeechModel Load(string nameOrPath)
    {
        if (!Qwen3Tts12Hz.IsFolder(nameOrPath))
            return Of(EdgeModel.Load(nameOrPath));
        Qwen3Tts12Hz full = Qwen3Tts12Hz.Load(nameOrPath);
        try
        {
            return new SpeechModel(full.Name, full.Facts, null, full);
        }
        catch
        {
            full.Dispose();
            throw;
        }
    }

    /// <summary>An edge model that is loaded already.</summary>
    public static SpeechModel Of(EdgeModel model) => new(model.Name, model.Config.Facts, model, null);

    /// <summary>The clip in the model's own token space: a minimal clip of an edge model is expanded.</summary>
    /// <exception cref="TokenFormatException">The model cannot decode these tokens.</exception>
    public TokenClip ToFull(TokenClip clip)
    {
        if (Edge is not null)
            return EdgeCodec.ToFull(Edge, clip);
        if (clip.Space != Facts.Space)
            throw new TokenFormatException($"token space: the tokens are of space {clip.Space}, but model '{Name}' decodes {Facts.Space}.");
        return clip;
    }

    /// <summary>Whether a clip is of the token space of the model's minimal map.</summary>
    public bool IsMinimal(TokenClip clip) => Edge is not null && EdgeCodec.IsMinimal(Edge, clip);

    public void Dispose() => Full?.Dispose();
}
