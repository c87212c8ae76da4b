using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>The source-filter head with its state, and the rows that stand in for lost ones: native/ARITHMETIC.md sections 5 and 8.</summary>
public sealed class SourceFilterOracle
{
    private readonly SourceFilterConstants _constants;
    private Excitation _excitation;
    private SpectralFilter _filter;
    private Concealment _concealment;
    private Previous? _previous;

    /// <summary>A source filter after a reset.</summary>
    public SourceFilterOracle(SourceFilterConstants constants)
    {
        Check(constants);
        _constants = constants;
        _excitation = new Excitation(constants);
        _filter = new SpectralFilter(constants);
        _concealment = new Concealment(constants);
    }

    /// <summary>Puts it into its state after a reset.</summary>
    public void Reset()
    {
        _excitation = new Excitation(_constants);
        _filter = new SpectralFilter(_constants);
        _concealment = new Concealment(_constants);
        _previous = null;
    }

    /// <summary>One head row to one hop of PCM16.</summary>
    /// <param name="head">The row's values, int16.</param>
    /// <param name="pcm">Receives a hop of samples.</param>
    /// <param name="trace">Receives the intermediate values, or null.</param>
    public void Hop(ReadOnlySpan<int> head, Span<int> pcm, IList<TraceEntry>? trace = null)
    {
        HeadRow row = HeadRow.Read(_constants, head);
        _concealment.Listen(row);
        Synthesize(row, pcm, trace);
    }

    /// <summary>A row that was lost to one hop of PCM16: zeros before the first row.</summary>
    /// <param name="noise">Whether the ending is noise and not silence.</param>
    /// <param name="pcm">Receives a hop of samples.</param>
    public void ConcealHop(bool noise, Span<int> pcm)
    {
        if (_previous == null)
            pcm.Clear();
        else
            Synthesize(_concealment.Next(_previous.Row, noise), pcm, trace: null);
    }

    private void Synthesize(HeadRow row, Span<int> pcm, IList<TraceEntry>? trace)
    {
        uint increment = _excitation.Increment(row.Pitch);
        int[] harmonic = _excitation.HarmonicStretch(_previous?.Increment ?? increment, _previous?.Row.Voiced ?? row.Voiced, increment, row.Voiced);
        int[] noise = _excitation.NoiseStretch();
        trace?.Add(TraceEntry.OfInt32("source.harmonic", harmonic));
        trace?.Add(TraceEntry.OfInt32("source.noise", noise));

        if (_previous == null)
            pcm.Clear();
        else
            _filter.Run(_previous.Row, [.. _previous.Harmonic, .. harmonic], [.. _previous.Noise, .. noise], pcm, trace);

        _previous = new Previous(row, increment, harmonic, noise);
    }

    private static void Check(SourceFilterConstants c)
    {
        int points = 1 << c.Log2Fft;
        bool fits = c.Log2Fft is >= 2 and <= 10 && 2 * c.Hop <= points && c.Window.Length == 2 * c.Hop
            && c.Knot.Length == points / 2 + 1 && c.Weight.Length == c.Knot.Length && c.Knots is >= 2 and <= 256
            && c.Knot.All(k => k <= c.Knots - 2) && c.Weight.All(w => w <= 32768) && c.Window.All(w => w >= 0)
            && c.HarmonicMax is >= 1 and <= 255 && c.HarmonicLimit <= int.MaxValue && c.DirichletMin >= 1;
        if (!fits)
            throw new ArgumentException("The constants of a source filter contradict native/ARITHMETIC.md section 5.", nameof(c));
    }

    // What a hop leaves to the next one besides the oscillator and the overlap.
    private sealed record Previous(HeadRow Row, uint Increment, int[] Harmonic, int[] Noise);
}
