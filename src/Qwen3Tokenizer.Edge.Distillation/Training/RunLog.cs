using System.Globalization;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>One line of a run's log: means since the last one.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Step">Steps done in the stage.</param>
/// <param name="Steps">Steps of the stage.</param>
/// <param name="Seconds">Seconds of training so far, those of earlier runs included.</param>
/// <param name="LearningRate">Learning rate.</param>
/// <param name="Loss">Mean loss.</param>
/// <param name="GradientNorm">Mean norm of the gradient.</param>
public sealed record RunStatus(string Stage, long Step, long Steps, double Seconds, double LearningRate, LossParts Loss, double GradientNorm)
{
    private const int MaxStageName = 40;

    /// <summary>Header of <see cref="ToRow"/>.</summary>
    public static string Header => string.Join('\t', "stage", "step", "steps", "seconds", "learning_rate", "loss", "energy", "distance", "pitch_octaves", "voicing_entropy", "voicing_agreement", "commitment", "code_bits", "code_agreement", "gradient_norm");

    /// <summary>Tab-separated values.</summary>
    public string ToRow()
    {
        FormattableString row = $"{Stage}\t{Step}\t{Steps}\t{Seconds:f1}\t{LearningRate:e3}\t{Loss.Total:f5}\t{Loss.Energy:f5}\t{Loss.Distance:f5}\t{Loss.Octaves:f5}\t{Loss.VoicingEntropy:f5}\t{Loss.VoicingAgreement:f5}\t{Loss.Commitment:f5}\t{Loss.CodeBits:f5}\t{Loss.CodeAgreement:f5}\t{GradientNorm:f4}";
        return row.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Reads what <see cref="ToRow"/> wrote.</summary>
    /// <param name="row">A line without its end.</param>
    /// <param name="where">File and line, for the error.</param>
    /// <exception cref="ModelFormatException">It is something else.</exception>
    public static RunStatus Parse(string row, string where)
    {
        string[] names = Header.Split('\t'), fields = row.Split('\t');
        if (fields.Length != names.Length)
        {
            throw new ModelFormatException($"{where}: has {fields.Length} fields, not the {names.Length} of a training log.");
        }

        long Whole(int i) => long.TryParse(fields[i], NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? value
            : throw new ModelFormatException($"{where}: {names[i]}: \"{fields[i]}\" is not a whole number.");
        double Number(int i) => double.TryParse(fields[i], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new ModelFormatException($"{where}: {names[i]}: \"{fields[i]}\" is not a number.");
        if (fields[0].Length is 0 or > MaxStageName)
        {
            throw new ModelFormatException($"{where}: {names[0]}: is a name of {fields[0].Length} characters, not of 1 to {MaxStageName}.");
        }

        return new RunStatus(fields[0], Whole(1), Whole(2), Number(3), Number(4), new LossParts(Number(5), Number(6), Number(7), Number(8), Number(9), Number(10), Number(11), Number(12), Number(13)), Number(14));
    }
}

/// <summary>Collects the losses of steps and writes a line every so often, to a file and to whoever watches.</summary>
/// <param name="path">File to append to.</param>
/// <param name="every">Steps of a line.</param>
/// <param name="watch">Told every line; null for nobody.</param>
public sealed class RunLog(string path, int every, Action<RunStatus>? watch)
{
    private LossParts _loss;
    private double _norm;
    private int _count;

    /// <summary>Takes a step's figures.</summary>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="step">Steps done in the stage.</param>
    /// <param name="steps">Steps of the stage.</param>
    /// <param name="seconds">Seconds of training so far.</param>
    /// <param name="learningRate">Learning rate of the step.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="norm">Norm of its gradient.</param>
    public void Add(string stage, long step, long steps, double seconds, double learningRate, LossParts loss, double norm)
    {
        (_loss, _norm, _count) = (_loss + loss, _norm + norm, _count + 1);
        if (step % every != 0 && step != steps)
        {
            return;
        }

        var status = new RunStatus(stage, step, steps, seconds, learningRate, _loss * (1.0 / _count), _norm / _count);
        if (!File.Exists(path))
        {
            File.WriteAllText(path, RunStatus.Header + "\n");
        }

        File.AppendAllText(path, status.ToRow() + "\n");
        watch?.Invoke(status);
        (_loss, _norm, _count) = (default, 0, 0);
    }
}
