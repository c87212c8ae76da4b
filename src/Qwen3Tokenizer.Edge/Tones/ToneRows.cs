namespace Qwen3Tokenizer.Edge.Tones;

/// <summary>Collects the rows of a file into a table: every token once, in any order.</summary>
internal sealed class ToneRows(string name)
{
    private readonly Dictionary<int, Tone> _rows = [];

    /// <summary>Takes a row.</summary>
    /// <param name="row">What messages call it, such as <c>line 3</c>.</param>
    /// <param name="token">Its token.</param>
    /// <param name="frequencyHz">As in <see cref="Tone"/>.</param>
    /// <param name="dutyPermille">As in <see cref="Tone"/>.</param>
    /// <param name="onMs">As in <see cref="Tone"/>.</param>
    /// <param name="pauseMs">What is left of the frame.</param>
    /// <param name="pinned">As in <see cref="Tone"/>.</param>
    /// <exception cref="ToneFormatException">The row is impossible or a second one of its token.</exception>
    public void Add(string row, int token, int frequencyHz, int dutyPermille, int onMs, int pauseMs, bool pinned)
    {
        if (token is < 0 or >= ToneTable.MaxEntries)
            throw new ToneFormatException($"{name}: {row}: token: {token} is out of range, 0 to {ToneTable.MaxEntries - 1}.");
        var tone = new Tone(frequencyHz, dutyPermille, onMs, pinned);
        if (tone.Fault is { } fault)
            throw new ToneFormatException($"{name}: {row}: token {token}: {fault}.");
        if (onMs + pauseMs != Tone.FrameMs)
            throw new ToneFormatException($"{name}: {row}: token {token}: pause_ms: {pauseMs} and on_ms {onMs} do not fill a frame of {Tone.FrameMs} ms.");
        if (!_rows.TryAdd(token, tone))
            throw new ToneFormatException($"{name}: {row}: token: {token} has a row already.");
    }

    /// <summary>The table.</summary>
    /// <exception cref="ToneFormatException">A token below the largest has no row.</exception>
    public ToneTable ToTable(TokenSpace space)
    {
        var tones = new Tone[_rows.Count];
        for (int token = 0; token < tones.Length; token++)
        {
            if (!_rows.TryGetValue(token, out tones[token]))
                throw new ToneFormatException($"{name}: token {token}: has no row, though there are {tones.Length} rows.");
        }

        return new ToneTable(space, tones, name);
    }
}
