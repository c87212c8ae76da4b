using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Cli.Terminal;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>An audio file as the verbs take it, with what its user should know about it.</summary>
/// <param name="Name">File name for messages.</param>
/// <param name="Clip">The samples as stored, at least one per channel.</param>
/// <param name="FileBytes">Length of the file; of standard input, the length of the same samples as PCM16.</param>
/// <param name="Remarks">Advice, one clause each; empty for good input.</param>
internal sealed record SpeechInput(string Name, AudioClip Clip, long FileBytes, IReadOnlyList<string> Remarks)
{
    /// <summary>Length in seconds up to which the codec is meant to be used on one piece.</summary>
    public const double LongSeconds = 300;

    private const double ShortSeconds = 0.2;
    private const float SilentPeak = 0.0003f;
    private const float FullScale = 0.999f;
    private const int ClippedRun = 3;
    private const float AbsurdPeak = 1000;

    /// <summary>Reads a file or, from "-", a WAV on standard input.</summary>
    /// <exception cref="CliException">There is no such file, or it holds no sample that could be speech.</exception>
    /// <exception cref="AudioFormatException">The file cannot be understood.</exception>
    public static SpeechInput Read(string path)
    {
        if (path == InputFile.StandardInput)
        {
            using Stream stdin = Console.OpenStandardInput();
            return Examine(InputFile.StandardInputName, WavReader.Read(stdin, InputFile.StandardInputName), null);
        }

        InputFile.Require(path);
        try
        {
            AudioClip clip = AudioFile.Read(path);
            return Examine(Path.GetFileName(path), clip, new FileInfo(path).Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path}: cannot be read: {e.Message}");
        }
    }

    /// <summary>The clip as a model takes it: one channel at its rate.</summary>
    public float[] ToMono(int rate) => Resampler.Resample(Clip.ToMono(), Clip.SampleRate, rate);

    /// <summary>Writes the remarks, all in one warning.</summary>
    public void Warn()
    {
        if (Remarks.Count > 0)
            Failure.Warn($"{Name}: {string.Join("; ", Remarks)}.");
    }

    private static SpeechInput Examine(string name, AudioClip clip, long? fileBytes)
    {
        if (clip.Length == 0)
            throw new CliException($"{name}: has no samples.");

        float peak = 0;
        int clipped = 0;
        for (int c = 0; c < clip.Channels; c++)
        {
            peak = Math.Max(peak, Math.Abs(TensorPrimitives.MaxMagnitude<float>(clip.Channel(c))));
            clipped += CountClipped(clip.Channel(c));
        }

        if (peak > AbsurdPeak)
            throw new CliException($"{name}: samples reach {peak:g3} where full scale is 1; this is not audio.");

        var remarks = new List<string>();
        if (peak < SilentPeak)
            remarks.Add(peak == 0 ? "is silent: check the microphone or the channel" : $"is almost silent (peak {20 * Math.Log10(peak):0} dB of full scale): check the microphone or its gain");
        if (clipped > 0)
            remarks.Add($"{clipped} samples are clipped: record at a lower level");
        if (clip.Channels > 2)
            remarks.Add($"{clip.Channels} channels are mixed to mono: choose one if they hear different things");
        if (clip.Duration < ShortSeconds)
            remarks.Add($"lasts only {clip.Duration:0.00} s, less than a syllable: quality figures will mean little");
        if (clip.Duration > LongSeconds)
            remarks.Add($"lasts {Units.Duration(clip.Duration)}: above 5 minutes, splitting it keeps memory and waiting short");
        return new SpeechInput(name, clip, fileBytes ?? (2L * clip.Length * clip.Channels) + 44, remarks);
    }

    /// <summary>Samples in runs at full scale: a single one is a normalised peak, a run is a cut-off one.</summary>
    private static int CountClipped(ReadOnlySpan<float> x)
    {
        int clipped = 0, run = 0;
        foreach (float sample in x)
        {
            if (Math.Abs(sample) < FullScale)
            {
                run = 0;
                continue;
            }

            run++;
            clipped += run == ClippedRun ? ClippedRun : run > ClippedRun ? 1 : 0;
        }

        return clipped;
    }
}
