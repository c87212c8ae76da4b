using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Cli.Pages;

/// <summary>Tones as text: the log of a schedule, its melody, and a table's spread over the octaves.</summary>
internal static class ToneText
{
    private const int MelodyRows = 16;
    private const int MelodyColumns = 100;
    private const int BarWidth = 50;

    /// <summary>One line a pulse: when, what, what the timer makes of it, and by how much that is off.</summary>
    /// <param name="pulses">The schedule.</param>
    /// <param name="clockHz">Clock of the PWM timer.</param>
    public static string Log(IReadOnlyList<TonePulse> pulses, long clockHz)
    {
        var text = new StringBuilder();
        text.Append("    start us  token     Hz  duty  on ms  pause ms  prescaler  period    true Hz  error ppm\n");
        foreach (TonePulse p in pulses)
        {
            text.Append(CultureInfo.InvariantCulture, $"{p.StartUs,12}  {p.Code,5}  ");
            if (p.OnUs == 0)
                text.Append(CultureInfo.InvariantCulture, $"{"-",5}  {"-",4}  {"-",5}  {p.PauseUs / 1000,8}\n");
            else if (TimerSetting.Nearest(clockHz, p.FrequencyHz) is { } timer)
                text.Append(CultureInfo.InvariantCulture, $"{p.FrequencyHz,5}  {p.DutyPermille,4}  {p.OnUs / 1000,5}  {p.PauseUs / 1000,8}  {timer.Prescaler,9}  {timer.Period,6}  {timer.Hertz,9:0.000}  {timer.ErrorPpm,9:0.0}\n");
            else
                text.Append(CultureInfo.InvariantCulture, $"{p.FrequencyHz,5}  {p.DutyPermille,4}  {p.OnUs / 1000,5}  {p.PauseUs / 1000,8}  the timer cannot make it\n");
        }

        return text.ToString();
    }

    /// <summary>The melody: time to the right, frequency upwards on a logarithmic scale, one column a frame; long schedules are cut.</summary>
    public static string Melody(IReadOnlyList<TonePulse> pulses)
    {
        TonePulse[] shown = [.. pulses.Take(MelodyColumns)];
        int[] sounding = [.. shown.Where(p => p.OnUs > 0).Select(p => p.FrequencyHz)];
        if (sounding.Length == 0)
            return "(silence)\n";
        double low = Math.Log2(sounding.Min()), high = Math.Max(low + (1 / 12.0), Math.Log2(sounding.Max()));
        var text = new StringBuilder();
        for (int row = MelodyRows - 1; row >= 0; row--)
        {
            double hertz = Math.Pow(2, low + ((high - low) * row / (MelodyRows - 1)));
            text.Append(CultureInfo.InvariantCulture, $"{hertz,6:0} Hz |");
            foreach (TonePulse p in shown)
                text.Append(p.OnUs > 0 && (int)Math.Round((Math.Log2(p.FrequencyHz) - low) / (high - low) * (MelodyRows - 1)) == row ? Mark(p) : ' ');
            text.Append('\n');
        }

        text.Append("          +").Append('-', shown.Length).Append('\n');
        return text.Append(CultureInfo.InvariantCulture, $"           {shown.Length * ToneSchedule.FrameUs / 1e6:0.00} s{(shown.Length < pulses.Count ? $" of {pulses.Count * ToneSchedule.FrameUs / 1e6:0.00} s" : "")}\n").ToString();
    }

    /// <summary>How many of a table's tones sound in each third of an octave, with its silent and pinned ones.</summary>
    public static string Spread(ToneTable table)
    {
        Tone[] tones = table.Tones.ToArray(), sounding = [.. tones.Where(t => t.Sounds)];
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{table.Entries} tokens: {sounding.Length} sound, {tones.Length - sounding.Length} are silent, {tones.Count(t => t.Pinned)} pinned\n");
        if (sounding.Length == 0)
            return text.ToString();
        var bands = sounding.GroupBy(t => (int)Math.Floor(3 * Math.Log2(t.FrequencyHz / 1000.0))).ToDictionary(g => g.Key, g => g.ToArray());
        int most = bands.Values.Max(b => b.Length);
        for (int band = bands.Keys.Min(); band <= bands.Keys.Max(); band++)
        {
            Tone[] inside = bands.GetValueOrDefault(band, []);
            string detail = inside.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" {inside.Length}, duty {inside.Average(t => t.DutyPermille):0}, on {inside.Average(t => t.OnMs):0} ms");
            text.Append(CultureInfo.InvariantCulture, $"{1000 * Math.Pow(2, band / 3.0),6:0} Hz |{new string('#', (int)Math.Ceiling((double)BarWidth * inside.Length / most))}{detail}\n");
        }

        foreach ((Tone tone, int token) in tones.Select((t, i) => (t, i)).Where(x => x.t.Pinned))
            text.Append(CultureInfo.InvariantCulture, $"token {token} pinned to {tone.FrequencyHz} Hz\n");
        return text.ToString();
    }

    // Louder tones look heavier.
    private static char Mark(TonePulse pulse) => pulse.DutyPermille switch { >= 300 => '#', >= 100 => '=', _ => '-' };
}
