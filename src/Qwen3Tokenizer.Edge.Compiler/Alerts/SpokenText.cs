using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Compiler.Alerts;

/// <summary>Text spoken by espeak-ng, a program of its own (GPL-3.0-or-later; its output is not covered by that licence).</summary>
public static class SpokenText
{
    /// <summary>What an alert file says about such sounds.</summary>
    public const string Licence = "synthesised (espeak-ng)";

    internal const string Program = "espeak-ng";
    private const float Silence = 0.001f;
    private const double KeptSeconds = 0.02;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Name of the file in which a row's rendered tokens are kept beside the alert file: its last part is a hash of voice, speed, pitch and text, so that tokens of an earlier text are never taken
    /// for those of a changed one.
    /// </summary>
    public static string FileName(AlertRow row, AlertSource.Spoken spoken)
    {
        string said = string.Create(CultureInfo.InvariantCulture, $"{spoken.Voice}\n{spoken.WordsPerMinute}\n{spoken.Pitch}\n{spoken.Said}\n");
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said)))[..8];
        return string.Create(CultureInfo.InvariantCulture, $"{row.Id:000}-{row.Name}-{hash}.q3t");
    }

    /// <summary>Speaks.</summary>
    /// <returns>Mono samples at <paramref name="rate"/>, silence at both ends cut off.</returns>
    /// <exception cref="BuildException">espeak-ng is not installed, does not know the voice, or says nothing.</exception>
    public static float[] Render(AlertSource.Spoken spoken, int rate)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("q3edge-speech-");
        try
        {
            // The text goes through a file: on the command line it could begin like an option.
            string said = Path.Combine(folder.FullName, "text"), wav = Path.Combine(folder.FullName, "speech.wav");
            File.WriteAllText(said, spoken.Said);
            string[] arguments =
            [
                "-v", spoken.Voice, "-s", spoken.WordsPerMinute.ToString(CultureInfo.InvariantCulture), "-p", spoken.Pitch.ToString(CultureInfo.InvariantCulture), "-b", "1", "-f", said, "-w", wav,
            ];
            ChildProcess.Result result = ChildProcess.Run(Program, arguments, folder.FullName, Limit);
            if (result.ExitCode != 0 || !File.Exists(wav))
                throw new BuildException($"{Program} could not speak with the voice '{spoken.Voice}': {result.Error.Split('\n')[0].Trim()}");
            float[] samples = Trim(AudioFile.Read(wav).Resample(rate).ToMono(), rate);
            return samples.Length > 0 ? samples : throw new BuildException($"{Program} said nothing with the voice '{spoken.Voice}'.");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static float[] Trim(float[] samples, int rate)
    {
        int first = Array.FindIndex(samples, x => Math.Abs(x) > Silence), last = Array.FindLastIndex(samples, x => Math.Abs(x) > Silence);
        if (first < 0)
            return [];
        int kept = (int)(KeptSeconds * rate);
        return samples[Math.Max(0, first - kept)..Math.Min(samples.Length, last + 1 + kept)];
    }
}
