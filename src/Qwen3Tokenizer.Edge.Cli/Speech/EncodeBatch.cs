using Qwen3Tokenizer.Edge.Cli.Terminal;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>What became of one input.</summary>
internal sealed record EncodedFile(
    string Input, string Output, double Seconds, int Frames, int Layers, bool Minimal, long Bytes, double BitsPerSecond, string Encoder, string Engine, IReadOnlyList<string> Warnings);

/// <summary>An input that could not be encoded.</summary>
internal sealed record FailedFile(string Input, string Error);

/// <summary>Encodes files one after the other; one that fails is reported, and the others go on.</summary>
internal sealed class EncodeBatch(SpeechEncoder encoder, SpeechModel target, int layers)
{
    private const string Extension = ".q3t";

    /// <summary>Refuses what can be seen to go wrong before an encoder is built.</summary>
    /// <exception cref="CliException">An input is an option, the only input is not a file, or the output has no room for what was asked.</exception>
    public static void Check(IReadOnlyList<string> inputs, string output, bool json)
    {
        foreach (string input in inputs)
            InputFile.RefuseOption(input);

        bool toFolder = IsFolder(inputs, output);
        if (output == OutputFile.StandardOutput && (toFolder || json))
            throw new CliException(json ? "-o -: tokens and --json cannot both go to standard output." : "-o -: several inputs need a folder for output.");
        if (inputs is [var only] && only != InputFile.StandardInput)
            InputFile.Require(only);
    }

    /// <summary>Encodes all inputs and prints what was made.</summary>
    /// <returns>Exit status: 0 when all were encoded.</returns>
    public int Run(IReadOnlyList<string> inputs, string output, bool json)
    {
        bool toFolder = IsFolder(inputs, output);
        bool made = toFolder && OutputFile.CreateFolder(output);
        try
        {
            return Encode(inputs, output, toFolder, json);
        }
        finally
        {
            if (made)
                OutputFile.RemoveEmptyFolder(output);
        }
    }

    private static bool IsFolder(IReadOnlyList<string> inputs, string output) =>
        inputs.Count > 1 || Directory.Exists(output) || Path.EndsInDirectorySeparator(output);

    private int Encode(IReadOnlyList<string> inputs, string output, bool toFolder, bool json)
    {
        (List<EncodedFile> made, List<FailedFile> failed) = inputs.Count == 1
            ? ([Encode(inputs[0], toFolder ? NameIn(output, inputs[0]) : output, null)], [])
            : WorkProgress.Run("Encoding", progress => EncodeAll(inputs, output, progress));
        if (json)
            Json.Print(new { Files = made, Failed = failed });
        else if (output != OutputFile.StandardOutput)
            Print(made, inputs.Count);
        return failed.Count == 0 ? 0 : Failure.Status;
    }

    private (List<EncodedFile> Made, List<FailedFile> Failed) EncodeAll(IReadOnlyList<string> inputs, string folder, WorkProgress progress)
    {
        var made = new List<EncodedFile>();
        var failed = new List<FailedFile>();
        var takenBy = new Dictionary<string, string>();
        for (int i = 0; i < inputs.Count; i++)
        {
            string path = NameIn(folder, inputs[i]);
            progress.Report(($"{i + 1} of {inputs.Count}: {Path.GetFileName(inputs[i])}", (double)i / inputs.Count));
            try
            {
                if (!takenBy.TryAdd(path, inputs[i]))
                    throw new CliException($"{inputs[i]}: would overwrite {path}, which holds the tokens of {takenBy[path]}; rename one.");
                made.Add(Encode(inputs[i], path, progress));
            }
#pragma warning disable CA1031 // Whatever is wrong with one file, the others are encoded.
            catch (Exception e)
#pragma warning restore CA1031
            {
                failed.Add(new FailedFile(inputs[i], Failure.Describe(e)));
                Failure.Report(failed[^1].Error);
            }
        }

        return (made, failed);
    }

    private EncodedFile Encode(string input, string output, WorkProgress? batch)
    {
        SpeechInput speech = SpeechInput.Read(input);
        using OutputFile file = OutputFile.Create(output, input == InputFile.StandardInput ? "" : input);
        float[] samples = speech.ToMono(encoder.Model.SampleRate);
        // In a batch the bar counts files, and this file's own share would make it jump.
        TokenClip clip = batch is not null
            ? encoder.Encode(samples, layers)
            : WorkProgress.Run($"Encoding {speech.Name}", progress => encoder.Encode(samples, layers, progress));
        bool bare = CodeFile.Is(output);
        // Other programs know no minimal codes: they get the full codes that these stand for.
        clip = bare ? encoder.Model.ToFull(clip) : clip;
        byte[] tokens = bare ? CodeFile.ToBytes(clip, output) : Tokens.ToBytes(clip);
        file.Stream.Write(tokens);
        file.Commit();
        speech.Warn();
        return new EncodedFile(input, output, speech.Clip.Duration, clip.Frames, clip.Layers, encoder.Minimal, tokens.Length, Tokens.BitRate(clip), encoder.Model.Name, encoder.Engine, speech.Remarks);
    }

    private void Print(List<EncodedFile> made, int asked)
    {
        foreach (EncodedFile file in made)
        {
            Console.WriteLine($"{file.Input} -> {file.Output}: {Units.Duration(file.Seconds)}, codes [{file.Layers} layers, {file.Frames} frames], " +
                $"{Units.Bytes(file.Bytes)}, {Units.BitRate(file.BitsPerSecond)}{(file.Engine == Engines.Float ? "" : $", {file.Engine}")}{(file.Minimal ? ", minimal" : "")}");
        }

        if (asked > 1)
            Console.WriteLine($"{made.Count} of {asked} files: {Units.Duration(made.Sum(f => f.Seconds))} of speech in {Units.Bytes(made.Sum(f => f.Bytes))}");
        if (encoder.Model != target)
            Console.WriteLine($"{target.Name} only decodes; the tokens were made by {encoder.Model.Name}, whose token space it shares.");
    }

    private static string NameIn(string folder, string input)
    {
        string name = input == InputFile.StandardInput ? "stdin" : Path.GetFileNameWithoutExtension(input);
        return Path.Combine(folder, name + Extension);
    }
}
