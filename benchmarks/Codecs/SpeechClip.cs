namespace Qwen3Tokenizer.Edge.Benchmarks.Codecs;

/// <summary>A clip to code.</summary>
/// <param name="Name">File name.</param>
/// <param name="Path">File, 16 kHz mono PCM16.</param>
/// <param name="Samples">Samples at <see cref="Rate"/>.</param>
internal sealed record SpeechClip(string Name, string Path, float[] Samples)
{
    /// <summary>Rate at which everything is judged.</summary>
    public const int Rate = 16000;

    /// <summary>Length in seconds.</summary>
    public double Seconds => (double)Samples.Length / Rate;

    /// <summary>Number in front of the file's name, by which tests/data/heldout/README.md groups the clips; 0 for other files.</summary>
    public int Number => Name.Length >= 2 && int.TryParse(Name.AsSpan(0, 2), out int n) ? n : 0;
}

/// <summary>What a codec made of a clip.</summary>
/// <param name="Samples">Decoded samples.</param>
/// <param name="Rate">Their rate, Hz.</param>
/// <param name="PayloadBits">Bits of the coded frames, without any container.</param>
internal sealed record CodedClip(float[] Samples, int Rate, long PayloadBits);

/// <summary>A codec.</summary>
internal interface ISpeechCodec
{
    /// <summary>Name in the tables.</summary>
    string Name { get; }

    /// <summary>Codes and decodes a clip.</summary>
    CodedClip Run(SpeechClip clip);
}
