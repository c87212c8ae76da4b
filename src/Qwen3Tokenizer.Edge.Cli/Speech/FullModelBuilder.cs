using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Reference;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>Builds the decoder of a full-size model as an INT8 library.</summary>
internal static class FullModelBuilder
{
    // Speech to calibrate on: the float executor takes seconds for each second of it.
    private const int CalibrationSeconds = 6;

    /// <summary>Encodes shipped speech with the model's own encoder, calibrates on it, and builds into a folder.</summary>
    public static FullModelBuildResult Build(string path, string folder)
    {
        using Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(path);
        List<ushort[]> codes = WorkProgress.Run($"Encoding speech to calibrate {model.Name} on", progress => Codes(path, progress));
        string target = Path.GetFullPath(folder);
        using var watch = UnfinishedFolders.Watch(Path.GetDirectoryName(target) ?? target, Path.GetFileName(target) + ".");
        return WorkProgress.Run($"Building the decoder of {model.Name}", progress => FullModelBuild.Build(model, codes, target, progress: progress));
    }

    private static List<ushort[]> Codes(string path, WorkProgress progress)
    {
        using var tokenizer = Qwen3TtsTokenizer.FromPretrained(path, options: new TokenizerOptions { Note = Failure.Warn });
        var codes = new List<ushort[]>();
        double seconds = 0;
        foreach (float[] clip in CalibrationClips.Samples(tokenizer.SampleRate))
        {
            codes.Add(tokenizer.Encode(clip, tokenizer.SampleRate).AudioCodes[0].Codes.ToArray());
            seconds += (double)clip.Length / tokenizer.SampleRate;
            progress.Report(Math.Min(1, seconds / CalibrationSeconds));
            if (seconds >= CalibrationSeconds)
                break;
        }

        return codes;
    }
}
