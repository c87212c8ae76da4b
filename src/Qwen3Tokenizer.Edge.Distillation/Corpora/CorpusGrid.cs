namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>
/// The clocks of a prepared corpus. Pitch is kept on the grid on which the edge codecs' filter frames are centred: pitch frame <c>g</c> of a recording belongs to its
/// sample <c>160 g - 192</c>, so that every second pitch frame is a 20 ms frame of the codec.
/// </summary>
public static class CorpusGrid
{
    /// <summary>Samples per second; one channel, PCM16.</summary>
    public const int SampleRate = 16000;

    /// <summary>Samples between two pitch frames, 10 ms. Recordings are cut to a multiple of it.</summary>
    public const int PitchHop = 160;

    /// <summary>Sample of a recording at which its pitch frame 0 is centred.</summary>
    public const int FirstPitchCentre = -192;

    /// <summary>Samples between two of the codec's hops, 20 ms.</summary>
    public const int Hop = 320;

    /// <summary>Samples of one token frame, 80 ms.</summary>
    public const int TokenSamples = 1280;

    /// <summary>Shortest recording that is kept, in samples: 0.1 s.</summary>
    public const int MinSamples = 1600;
}
