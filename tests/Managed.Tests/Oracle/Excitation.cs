using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>The oscillator and the noise generator: native/ARITHMETIC.md section 5, steps 1 to 3.</summary>
internal sealed class Excitation
{
    private const int NoiseGain = 232471924; // kn

    private readonly SourceFilterConstants _constants;
    private uint _phase;
    private uint _noise;
    private int _harmonics = 1;

    /// <summary>An excitation after a reset.</summary>
    public Excitation(SourceFilterConstants constants)
    {
        _constants = constants;
        _noise = constants.NoiseSeed;
    }

    /// <summary>Step 1: the phase increment per sample, 2^32 = one turn, of a clamped pitch in Q14.</summary>
    public uint Increment(int pitch)
    {
        int log = checked((pitch << 6) + _constants.PitchBase);
        return checked((uint)IntegerMath.Rshr(IntegerMath.Exp2m((uint)(log & 0xfffff)), 30 - (log >> 20)));
    }

    /// <summary>Step 2: one hop of harmonics, Q26.</summary>
    /// <param name="previousIncrement">pinc.</param>
    /// <param name="previousVoiced">pv.</param>
    /// <param name="increment">inc.</param>
    /// <param name="voiced">Whether this row is voiced.</param>
    public int[] HarmonicStretch(uint previousIncrement, bool previousVoiced, uint increment, bool voiced)
    {
        var stretch = new int[_constants.Hop];
        if (!previousVoiced && !voiced)
            return stretch;

        long left = previousVoiced ? previousIncrement : increment;
        long right = voiced ? increment : left;
        checked
        {
            long slope = ((right - left) * _constants.SlopeScale + (1 << 19)) >> 20;
            long acc = left << 16;
            for (int i = 0; i < stretch.Length; i++)
            {
                long f = acc >> 16;
                acc += slope;
                _phase = unchecked(_phase + (uint)f);
                CountHarmonics(f);
                stretch[i] = PulseTrain(unchecked((int)_phase), _harmonics);
            }
        }

        return stretch;
    }

    /// <summary>Step 3: one hop of uniform noise of unit variance, Q26.</summary>
    public int[] NoiseStretch()
    {
        var stretch = new int[_constants.Hop];
        for (int i = 0; i < stretch.Length; i++)
        {
            _noise = unchecked(_noise * 1664525 + 1013904223);
            stretch[i] = IntegerMath.Mulr(unchecked((int)_noise), NoiseGain);
        }

        return stretch;
    }

    private void CountHarmonics(long f)
    {
        while (_harmonics < _constants.HarmonicMax && (_harmonics + 1) * f <= _constants.HarmonicLimit)
            _harmonics++;
        while (_harmonics > 1 && _harmonics * f > _constants.HarmonicLimit)
            _harmonics--;
    }

    // sqrt(2/h) times the sum of the first h cosines, by the Dirichlet kernel.
    private int PulseTrain(int phi, int h)
    {
        int den = IntegerMath.Sin31(unchecked((uint)(phi >> 1)));
        int num = IntegerMath.Sin31(unchecked((uint)(((long)(2 * h + 1) * phi) >> 1)));
        long magnitude = Math.Abs((long)den), d;
        if (magnitude < _constants.DirichletMin)
        {
            d = (2 * h + 1) * (1L << 22);
        }
        else
        {
            int z = IntegerMath.Clz32((uint)magnitude);
            d = IntegerMath.Rshr(checked(Math.Abs((long)num) * IntegerMath.Recip31((uint)magnitude << z)), 40 - z);
            if ((num < 0) != (den < 0))
                d = -d;
        }

        return checked((int)((IntegerTables.Pulse[h] * (d - (1 << 22)) + (1 << 26)) >> 27));
    }
}
