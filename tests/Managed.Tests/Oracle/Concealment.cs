using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>What a decoder knows of its stream in case frames are lost, and the rows it makes up: native/ARITHMETIC.md section 8.</summary>
/// <param name="constants">Constants of the head.</param>
internal sealed class Concealment(SourceFilterConstants constants)
{
    private const int Slow = 12;
    private const int Gone = 20;

    private int _pitch;
    private int _lost;

    /// <summary>b: the noise filter of the stream's background, Q10 log2; null before the first row.</summary>
    public int[]? Background { get; private set; }

    /// <summary>Takes note of a decoded row, its values within their limits.</summary>
    public void Listen(HeadRow row)
    {
        _pitch = row.Pitch;
        _lost = 0;
        Background = Background is { } before ? [.. before.Zip(row.Noise, Follow)] : [.. row.Noise];
    }

    /// <summary>The row that follows <paramref name="previous"/> when the network's was lost.</summary>
    /// <param name="previous">The row before, decoded or made up.</param>
    /// <param name="noise">Whether the ending is noise and not silence.</param>
    public HeadRow Next(HeadRow previous, bool noise)
    {
        int all = constants.MagnitudeHigh - constants.MagnitudeLow;
        (int fadeHarmonic, int fadeNoise) = _lost switch
        {
            < Slow => (170, 43),
            < Gone => (1024, 1024),
            _ => (all, all),
        };
        int[] rest = noise ? Background! : [.. Enumerable.Repeat(constants.MagnitudeLow, constants.Knots)];
        var row = new HeadRow(
            [.. previous.Harmonic.Select(a => Math.Max(a - fadeHarmonic, constants.MagnitudeLow))],
            [.. previous.Noise.Zip(rest, (n, r) => Math.Max(n - fadeNoise, r))],
            previous.Phase, _pitch, previous.Voiced && _lost < Gone);
        _lost = Math.Min(_lost + 1, Gone);
        return row;
    }

    private static int Follow(int before, int now) => now < before ? before + ((now - before) >> 2) : Math.Min(before + 10, now);
}
