using System.Globalization;

namespace Qwen3Tokenizer.Edge.Tones;

/// <summary>The frequencies at which a buzzer is heard.</summary>
public readonly record struct ToneRange
{
    /// <summary>A usual passive buzzer: three octaves, of which speech between 80 and 400 Hz fills 640 to 3200 Hz.</summary>
    public static readonly ToneRange Default = new(500, 4000);

    /// <summary>Makes a range.</summary>
    /// <param name="lowestHz">At least 1.</param>
    /// <param name="highestHz">At least <paramref name="lowestHz"/>, at most 65535.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range.</exception>
    public ToneRange(int lowestHz, int highestHz)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lowestHz, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(highestHz, lowestHz);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(highestHz, Tone.MaxHz);
        (LowestHz, HighestHz) = (lowestHz, highestHz);
    }

    /// <summary>Lowest frequency, Hz.</summary>
    public int LowestHz { get; }

    /// <summary>Highest frequency, Hz.</summary>
    public int HighestHz { get; }

    /// <summary>Reads <c>LOW-HIGH</c>, such as <c>500-4000</c>; false for anything else.</summary>
    public static bool TryParse(string text, out ToneRange range)
    {
        range = default;
        string[] parts = text.Split('-');
        if (parts.Length != 2
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int low)
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int high)
            || low < 1 || high < low || high > Tone.MaxHz)
            return false;
        range = new ToneRange(low, high);
        return true;
    }

    /// <summary>Whether a frequency lies in it.</summary>
    public bool Contains(int hertz) => hertz >= LowestHz && hertz <= HighestHz;

    /// <summary>Moves a frequency by whole octaves into the range; where no octave of it lies inside, to the nearer end.</summary>
    /// <param name="hertz">Above 0.</param>
    public int Fold(double hertz)
    {
        double moved = hertz;
        while (Math.Round(moved) < LowestHz)
            moved *= 2;
        while (Math.Round(moved) > HighestHz)
            moved /= 2;
        if (Math.Round(moved) >= LowestHz)
            return (int)Math.Round(moved);
        // A range of less than an octave: `moved` is below it, its octave above.
        return LowestHz / moved <= 2 * moved / HighestHz ? LowestHz : HighestHz;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{LowestHz}-{HighestHz} Hz");
}
