using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Alerts;

namespace Qwen3Tokenizer.Edge.Tests.Player;

/// <summary>A random table and a random script of posts, steps and stops, as C# objects and as the numbers that player_log.c reads.</summary>
internal sealed class RandomAlerts
{
    private readonly int _bits;
    private readonly int _codebook;
    private readonly Alert[] _rows;
    private readonly byte[] _codes;
    private readonly ushort[] _hertz;
    private readonly ushort[] _duty;
    private readonly byte[] _on;
    private readonly bool _tones;
    private readonly bool _buzzer;
    private readonly bool _speaker;

    public RandomAlerts(int seed)
    {
        var random = new Random(seed);
        _bits = random.Next(1, 12);
        // Sometimes a little smaller than the bits allow, so that some codes are out of range.
        _codebook = Math.Max(1, (1 << _bits) - (random.Next(3) == 0 ? random.Next(1, 3) : 0));
        _tones = random.Next(6) != 0;
        (_buzzer, _speaker) = random.Next(4) switch { 0 => (true, false), 1 => (!_tones, true), _ => (true, true) };
        _speaker |= !_tones;
        _codes = new byte[random.Next(8, 80)];
        random.NextBytes(_codes);
        _rows = new Alert[random.Next(1, 25)];
        int id = random.Next(0, 4);
        for (int i = 0; i < _rows.Length; i++, id += random.Next(1, 5))
        {
            AlertOutputs outputs = _tones ? (AlertOutputs)random.Next(1, 4) : (AlertOutputs)random.Next(2, 4);
            int layers = random.Next(1, 5), room = 8 * _codes.Length / (layers * _bits), frames = Math.Min(random.Next(1, 6), room);
            int offset = random.Next(0, (8 * _codes.Length) - (frames * layers * _bits) + 1);
            _rows[i] = new Alert(id, "idis", random.Next(300), "en", random.Next(4) * 10, random.Next(1, 4), random.Next(0, 3), outputs, layers, frames, offset);
        }

        (_hertz, _duty, _on) = (new ushort[_codebook], new ushort[_codebook], new byte[_codebook]);
        for (int t = 0; t < _codebook; t++)
            (_hertz[t], _duty[t], _on[t]) = ((ushort)random.Next(1, 5000), (ushort)random.Next(0, 1001), (byte)(random.Next(4) == 0 ? 0 : random.Next(1, 81)));
        // Bursts of posts of alerts that are there, so that the queue fills, and a few of alerts that are not.
        int burst = 0;
        Script = [.. Enumerable.Range(0, 140).Select(_ =>
        {
            burst = burst > 0 ? burst - 1 : random.Next(12) == 0 ? random.Next(6, 24) : 0;
            int what = random.Next(24);
            return what == 0 ? (random.Next(4) == 0 ? "a" : "x")
                : what == 1 ? "p " + random.Next(0, id + 2).ToString(CultureInfo.InvariantCulture)
                : what == 2 || burst > 0 ? "p " + _rows[random.Next(_rows.Length)].Id.ToString(CultureInfo.InvariantCulture)
                : "s";
        })];
    }

    public IReadOnlyList<string> Script { get; }

    public AlertTable Table => new(_rows, _codes, _bits, _codebook, _tones ? new ToneArrays(_hertz, _duty, _on) : null);

    public AlertPlayer Player(IBuzzer buzzer, ISpeaker speaker) => new(Table, _buzzer ? buzzer : null, _speaker ? speaker : null);

    public string ForC(bool byHops)
    {
        var text = new StringBuilder();
        void Line(params IEnumerable<int> numbers) => text.AppendJoin(' ', numbers.Select(n => n.ToString(CultureInfo.InvariantCulture))).Append('\n');
        Line(_bits, _codebook, _rows.Length, _codes.Length, _tones ? 1 : 0, _buzzer ? 1 : 0, _speaker ? 1 : 0, byHops ? 1 : 0);
        foreach (Alert r in _rows)
            Line(r.BitOffset, r.Id, r.EventCode, r.Frames, r.Priority, r.Repeats, r.GapFrames, (int)r.Outputs, r.Layers);
        Line(_codes.Select(b => (int)b));
        for (int t = 0; _tones && t < _codebook; t++)
            Line(_hertz[t], _duty[t], _on[t]);
        return text.AppendJoin('\n', Script).Append("\nq\n").ToString();
    }
}
