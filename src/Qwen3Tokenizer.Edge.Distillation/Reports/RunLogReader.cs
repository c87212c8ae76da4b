using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>Reads logs of training runs (<see cref="RunLog"/>).</summary>
public static class RunLogReader
{
    private const int MaxLineBytes = 400;
    private const int MaxLines = 200_000;

    /// <summary>Reads a log. Where a run went on from a checkpoint that was older than the log, the later line of a step counts.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its lines in order, one stage after the other.</returns>
    /// <exception cref="ModelFormatException">There is none, or a line of it is wrong; the message names file, line, field and value.</exception>
    public static IReadOnlyList<RunStatus> Read(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw new ModelFormatException($"{path}: there is no such training log.");
        }

        if (file.Length > (long)MaxLineBytes * MaxLines)
        {
            throw new ModelFormatException($"{path}: length: is {file.Length} bytes, more than a training log has.");
        }

        var lines = new List<RunStatus>();
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            string where = FormattableString.Invariant($"{path}: line {++number}");
            if (line.Length > MaxLineBytes || number > MaxLines)
            {
                throw new ModelFormatException($"{where}: {(number > MaxLines ? "is one more than" : "is longer than a line of")} a training log has.");
            }

            if (number == 1)
            {
                if (line != RunStatus.Header)
                {
                    throw new ModelFormatException($"{where}: is not the header of a training log.");
                }

                continue;
            }

            var status = RunStatus.Parse(line, where);
            while (lines.Count > 0 && lines[^1].Stage == status.Stage && lines[^1].Step >= status.Step)
            {
                lines.RemoveAt(lines.Count - 1);
            }

            lines.Add(status);
        }

        return lines;
    }
}
