using System.Globalization;
using System.Numerics.Tensors;
using System.Text;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>A waveform as the outline of its smallest and largest samples per column.</summary>
public static class WaveformSvg
{
    private const int MaxColumns = 900;
    private const int HalfHeight = 100;

    // A line of silence stays visible.
    private const double MinHalf = 0.6;

    /// <summary>Draws a signal; the picture stretches to the room it is given.</summary>
    /// <param name="samples">At least one.</param>
    /// <param name="scale">Amplitude that fills the height.</param>
    public static string Draw(ReadOnlySpan<float> samples, double scale)
    {
        int columns = Math.Min(MaxColumns, samples.Length);
        var upper = new StringBuilder();
        var lower = new List<string>(columns);
        for (int x = 0; x < columns; x++)
        {
            int start = (int)((long)x * samples.Length / columns), end = (int)((x + 1L) * samples.Length / columns);
            ReadOnlySpan<float> part = samples[start..end];
            double top = Math.Max(HalfHeight * TensorPrimitives.Max(part) / scale, MinHalf);
            double bottom = Math.Min(HalfHeight * TensorPrimitives.Min(part) / scale, -MinHalf);
            upper.Append(CultureInfo.InvariantCulture, $"{(x == 0 ? 'M' : 'L')}{x + 0.5:0.#} {-top:0.#}");
            lower.Add(string.Create(CultureInfo.InvariantCulture, $"L{x + 0.5:0.#} {-bottom:0.#}"));
        }

        lower.Reverse();
        return $"""<svg class="wave" viewBox="0 -{HalfHeight + 2} {columns} {(2 * HalfHeight) + 4}" preserveAspectRatio="none" aria-hidden="true"><path d="{upper}{string.Concat(lower)}Z"/></svg>""";
    }
}
