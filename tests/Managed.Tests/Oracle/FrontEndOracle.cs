using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>The log-mel front-end with its state: native/ARITHMETIC.md section 7.1.</summary>
public sealed class FrontEndOracle
{
    private readonly FrontEndConstants _constants;
    private readonly int _points;
    private readonly int[] _samples;

    /// <summary>A front-end after a reset.</summary>
    public FrontEndOracle(FrontEndConstants constants)
    {
        Check(constants);
        _constants = constants;
        _points = 1 << constants.Log2Fft;
        _samples = new int[_points];
    }

    /// <summary>Puts it into its state after a reset.</summary>
    public void Reset() => Array.Clear(_samples);

    /// <summary>One hop of PCM16 to a row.</summary>
    /// <param name="pcm">A hop of samples.</param>
    /// <param name="row">Receives a value per band, int16.</param>
    /// <param name="trace">Receives frontend.magnitude (uint32), or null.</param>
    public void Hop(ReadOnlySpan<short> pcm, Span<int> row, IList<TraceEntry>? trace = null)
    {
        if (pcm.Length != _constants.Hop || row.Length != _constants.First.Length)
            throw new ArgumentException($"{pcm.Length} samples to {row.Length} bands, not {_constants.Hop} to {_constants.First.Length}.", nameof(pcm));

        _samples.AsSpan(pcm.Length).CopyTo(_samples);
        for (int n = 0; n < pcm.Length; n++)
            _samples[_points - pcm.Length + n] = pcm[n];

        (int[] re, int[] im) = Transform();
        uint[] magnitude = Magnitudes(re, im);
        trace?.Add(TraceEntry.OfUInt32("frontend.magnitude", magnitude));
        ReadOnlySpan<uint> weight = _constants.Weight;
        for (int j = 0; j < row.Length; j++)
        {
            int count = _constants.Count[j];
            row[j] = Band(j, magnitude.AsSpan(_constants.First[j], count), weight[..count]);
            weight = weight[count..];
        }
    }

    // Step 1: even samples as real parts, odd ones as imaginary parts.
    private (int[] Re, int[] Im) Transform()
    {
        int[] re = new int[_points / 2], im = new int[_points / 2];
        for (int m = 0; m < re.Length; m++)
        {
            re[m] = IntegerMath.Mulr(IntegerMath.ShiftLeft(_samples[2 * m], 15), _constants.Window[2 * m]);
            im[m] = IntegerMath.Mulr(IntegerMath.ShiftLeft(_samples[2 * m + 1], 15), _constants.Window[2 * m + 1]);
        }

        IntegerFft.Transform(re, im);
        return (re, im);
    }

    // Steps 2 and 3.
    private uint[] Magnitudes(int[] zr, int[] zi)
    {
        int half = _points / 2;
        var magnitude = new uint[half + 1];
        for (int k = 0; k <= half; k++)
        {
            int i = k % half, j = (half - k) % half;
            uint th = (uint)(((long)k << 32) / _points);
            long c = IntegerMath.Cos31(th), s = -IntegerMath.Sin31(th);
            checked
            {
                int sr = zr[i] + zr[j], si = zi[i] - zi[j], dr = zr[i] - zr[j], di = zi[i] + zi[j];
                int tr = (int)((dr * c - di * s + (1L << 31)) >> 32), ti = (int)((dr * s + di * c + (1L << 31)) >> 32);
                int xr = (sr >> 1) + ti, xi = (si >> 1) - tr;
                magnitude[k] = IntegerMath.Sqrt2((ulong)((long)xr * xr) + (ulong)((long)xi * xi));
            }
        }

        return magnitude;
    }

    // Step 4.
    private int Band(int j, ReadOnlySpan<uint> magnitude, ReadOnlySpan<uint> weight)
    {
        ulong energy = 0;
        for (int k = 0; k < magnitude.Length; k++)
            energy = checked(energy + (ulong)weight[k] * magnitude[k]);

        int log = IntegerMath.Log26(Math.Max(energy, _constants.Floor), 52 - _constants.Log2Fft);
        int shifted = IntegerMath.ShiftLeft(checked(log - _constants.Offset[j]), _constants.LeftShift);
        return IntegerMath.Sat16(IntegerMath.Mulr(shifted, _constants.Gain[j]));
    }

    private static void Check(FrontEndConstants c)
    {
        int points = 1 << c.Log2Fft, bands = c.First.Length;
        bool fits = c.Log2Fft is >= 7 and <= 11 && c.Hop >= 1 && c.Hop <= points && c.Window.Length == points && c.Window.All(w => w >= 0)
            && c.Count.Length == bands && c.Offset.Length == bands && c.Gain.Length == bands && c.Weight.Length == c.Count.Sum(n => n)
            && c.First.Zip(c.Count, (first, count) => first + count).All(end => end <= points / 2 + 1)
            && c.Gain.All(g => g is >= 0 and < 1 << 30) && c.LeftShift >= 0 && c.Floor >= 1;
        if (!fits)
            throw new ArgumentException("The constants of a front-end contradict native/ARITHMETIC.md section 7.1.", nameof(c));
    }
}
