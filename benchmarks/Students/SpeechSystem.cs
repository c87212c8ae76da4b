using Qwen3Tokenizer.Edge.Benchmarks.Codecs;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>Something that speech goes through.</summary>
/// <param name="name">Name in the tables.</param>
/// <param name="arithmetic">float or INT8; empty for what is not ours.</param>
/// <param name="layers">Layers decoded; 0 for what has none.</param>
internal abstract class SpeechSystem(string name, string arithmetic = "", int layers = 0)
{
    /// <summary>Name in the tables.</summary>
    public string Name { get; } = name;

    /// <summary>float or INT8; empty for what is not ours.</summary>
    public string Arithmetic { get; } = arithmetic;

    /// <summary>Layers decoded; 0 for what has none.</summary>
    public int Layers { get; } = layers;

    /// <summary>Name, layers and arithmetic.</summary>
    public string Label => Layers == 0 ? Name : $"{Name}, {Layers} layer{(Layers == 1 ? "" : "s")}, {Arithmetic}";

    /// <summary>What comes out, with the time of the original but for a constant delay. Any number of threads may call it.</summary>
    public abstract CodedClip Run(Speech speech);
}

/// <summary>The original: what a recogniser or a predictor makes of it bounds what it can make of any codec.</summary>
internal sealed class Original() : SpeechSystem("original")
{
    /// <inheritdoc/>
    public override CodedClip Run(Speech speech) => new(speech.Samples, Speech.Rate, 0);
}

/// <summary>The original limited to 4 kHz: the bound of every 8 kHz codec.</summary>
/// <param name="narrow">From <see cref="Speech.Rate"/> to 8 kHz.</param>
internal sealed class NarrowOriginal(Func<float[], float[]> narrow) : SpeechSystem("original limited to 4 kHz")
{
    /// <inheritdoc/>
    public override CodedClip Run(Speech speech) => new(narrow(speech.Samples), Codec2.Rate, 0);
}

/// <summary>A mode of Codec2.</summary>
/// <param name="mode">Its name.</param>
/// <param name="folder">Folder for files.</param>
/// <param name="narrow">From <see cref="Speech.Rate"/> to 8 kHz.</param>
internal sealed class Codec2System(string mode, string folder, Func<float[], float[]> narrow) : SpeechSystem($"Codec2 {mode}")
{
    /// <inheritdoc/>
    public override CodedClip Run(Speech speech)
    {
        // Its programs meet in files, and several clips may be on their way.
        DirectoryInfo own = Directory.CreateDirectory(Path.Combine(folder, Path.GetRandomFileName()));
        CodedClip coded = new Codec2(own.FullName, mode).Run(narrow(speech.Samples));
        own.Delete(recursive: true);
        return coded;
    }
}
