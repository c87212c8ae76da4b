namespace Qwen3Tokenizer.Edge;

/// <summary>
/// How often a frame of tokens comes, as an exact ratio: <see cref="SampleRate"/> / <see cref="SamplesPerFrame"/> frames a
/// second. Both are those of the token space's own audio (edge: 16000 / 1280; Qwen3-TTS-Tokenizer-12Hz: 24000 / 1920),
/// whatever rate a decoder puts out.
/// </summary>
/// <param name="SampleRate">Samples a second, 1 to 1,000,000.</param>
/// <param name="SamplesPerFrame">Samples that one frame stands for, 1 to 65535.</param>
public readonly record struct FrameRate(int SampleRate, int SamplesPerFrame)
{
    /// <summary>Greatest sample rate a token file may state.</summary>
    public const int MaxSampleRate = 1_000_000;

    /// <summary>Greatest frame length in samples.</summary>
    public const int MaxSamplesPerFrame = ushort.MaxValue;

    /// <summary>Frames a second; 12.5 for the codecs of this project.</summary>
    public double FramesPerSecond => (double)SampleRate / SamplesPerFrame;

    /// <summary>Seconds that a number of frames lasts.</summary>
    public double SecondsOf(long frames) => (double)frames * SamplesPerFrame / SampleRate;
}
