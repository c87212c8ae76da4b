namespace Qwen3Tokenizer.Edge.Tones;

/// <summary>The tone of every code of a token space's first layer. Immutable.</summary>
public sealed class ToneTable
{
    /// <summary>Most entries: a code has at most 16 bits.</summary>
    public const int MaxEntries = 1 << CodePacking.MaxBits;

    private readonly Tone[] _tones;

    /// <summary>Makes a table.</summary>
    /// <param name="space">The token space whose codes these are.</param>
    /// <param name="tones">One tone per code, 1 to <see cref="MaxEntries"/>; copied.</param>
    /// <exception cref="ToneFormatException">A tone is impossible; the message names its token and field.</exception>
    public ToneTable(TokenSpace space, ReadOnlySpan<Tone> tones)
        : this(space, tones.ToArray(), "tone table")
    {
    }

    internal ToneTable(TokenSpace space, Tone[] tones, string name)
    {
        if (tones.Length is < 1 or > MaxEntries)
            throw new ToneFormatException($"{name}: has {tones.Length} tones; 1 to {MaxEntries} are possible.");
        for (int token = 0; token < tones.Length; token++)
        {
            if (tones[token].Fault is { } fault)
                throw new ToneFormatException($"{name}: token {token}: {fault}.");
        }

        (Space, _tones) = (space, tones);
    }

    /// <summary>The token space.</summary>
    public TokenSpace Space { get; }

    /// <summary>Number of tones, the size of the codebook.</summary>
    public int Entries => _tones.Length;

    /// <summary>All tones, [entries].</summary>
    public ReadOnlySpan<Tone> Tones => _tones;

    /// <summary>The tone of a token.</summary>
    /// <param name="token">0 to <see cref="Entries"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token; the message names it.</exception>
    public Tone this[int token]
    {
        get
        {
            CheckToken(token);
            return _tones[token];
        }
    }

    /// <summary>The table with one frequency chosen by hand. A token that was silent now sounds for half its frame at full loudness; others keep duty and length.</summary>
    /// <param name="token">0 to <see cref="Entries"/> - 1.</param>
    /// <param name="hertz">1 to 65535.</param>
    /// <exception cref="ArgumentOutOfRangeException">The token or the frequency is out of its range.</exception>
    public ToneTable Pin(int token, int hertz)
    {
        CheckToken(token);
        if (hertz is < 1 or > Tone.MaxHz)
            throw new ArgumentOutOfRangeException(nameof(hertz), hertz, FormattableString.Invariant($"Token {token} cannot be pinned to {hertz} Hz; 1 to {Tone.MaxHz} Hz are possible."));
        Tone[] tones = [.. _tones];
        Tone old = tones[token];
        tones[token] = old.Sounds ? old with { FrequencyHz = hertz, Pinned = true } : new Tone(hertz, Tone.MaxDuty / 2, Tone.FrameMs / 2, Pinned: true);
        return new ToneTable(Space, tones, "tone table");
    }

    /// <summary>
    /// The table for a buzzer: all tones move by the same whole number of octaves, the one that brings most of them into the range, so that intervals stay; those still
    /// outside move by octaves of their own. Pinned tones stay where they are.
    /// </summary>
    /// <param name="range">What the buzzer can play.</param>
    /// <exception cref="ToneFormatException">A pinned tone lies outside the range; the message names its token.</exception>
    public ToneTable Within(ToneRange range)
    {
        for (int token = 0; token < _tones.Length; token++)
        {
            if (_tones[token].Pinned && !range.Contains(_tones[token].FrequencyHz))
                throw new ToneFormatException(FormattableString.Invariant($"tone table: token {token}: is pinned to {_tones[token].FrequencyHz} Hz, outside the buzzer's {range}."));
        }

        double factor = Math.ScaleB(1, OctavesInto(range));
        Tone[] tones = [.. _tones.Select(t => t.Pinned || t.FrequencyHz == 0 ? t : t with { FrequencyHz = range.Fold(t.FrequencyHz * factor) })];
        return new ToneTable(Space, tones, "tone table");
    }

    // 16 octaves separate 1 Hz from 65535 Hz. Among equally good shifts the smallest, the upward one first.
    private int OctavesInto(ToneRange range)
    {
        int best = 0, most = -1;
        for (int i = 0; i <= 32; i++)
        {
            int octaves = i % 2 == 0 ? -i / 2 : (i + 1) / 2;
            int inside = _tones.Count(t => t.Sounds && !t.Pinned && Math.ScaleB(t.FrequencyHz, octaves) is var hertz && hertz >= range.LowestHz && hertz <= range.HighestHz);
            if (inside > most)
                (best, most) = (octaves, inside);
        }

        return best;
    }

    private void CheckToken(int token)
    {
        if (token < 0 || token >= _tones.Length)
            throw new ArgumentOutOfRangeException(nameof(token), token, $"Token {token} is out of range: the table has tokens 0 to {_tones.Length - 1}.");
    }
}
