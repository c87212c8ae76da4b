using System.Globalization;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>How far a run is.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps that it has in all, on which the learning rate depends; the greatest number while they are not known yet.</param>
/// <param name="Seconds">Seconds of training so far.</param>
public sealed record RunState(long Step = 0, int Steps = int.MaxValue, double Seconds = 0)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Step} {Steps} {Seconds:r}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="ModelFormatException">It is something else.</exception>
    public static RunState Parse(string text)
    {
        string[] parts = text.Split(' ');
        return parts.Length == 3 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long step) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int steps)
            && double.TryParse(parts[2], NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds)
            ? new RunState(step, steps, seconds)
            : throw new ModelFormatException($"state: \"{text}\" is not the state of a run.");
    }
}
