using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>
/// Discrete Fourier transform of eight real signals at once in single precision, with the adjoints that gradients need: what training spends its time in.
/// Structure of arrays: sample i of signal l lies at <c>8 i + l</c>; bin k has eight real parts at <c>16 k</c> and eight imaginary ones at <c>16 k + 8</c>.
/// A signal of n samples is one complex transform of n/2 points (Cooley, Lewis and Welch 1970): in this layout its samples are those points as they lie.
/// Stockham's self-sorting passes with radix 4, 2, 3 and 5. An instance is immutable and may be shared by threads.
/// </summary>
public sealed class LaneFft
{
    /// <summary>Signals that are transformed at once.</summary>
    public const int Lanes = 8;

    private const float Half = 0.5f;
    private readonly LanePass[] _passes;
    private readonly float[] _cos;
    private readonly float[] _sin;

    /// <summary>Prepares transforms of one length.</summary>
    /// <param name="n">Number of real samples, 4 to 2^20, even, without a prime factor above 5.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not of this kind.</exception>
    public LaneFft(int n)
    {
        if (!IsSupported(n))
            throw new ArgumentOutOfRangeException(nameof(n), n, "The length must be 4 to 2^20, even and without a prime factor above 5.");

        int half = n / 2;
        _passes = LanePass.Plan(half);
        Length = n;
        _cos = new float[(half / 2) + 1];
        _sin = new float[_cos.Length];
        for (int k = 0; k < _cos.Length; k++)
        {
            (double sin, double cos) = Math.SinCos(-2 * Math.PI * k / n);
            (_sin[k], _cos[k]) = ((float)sin, (float)cos);
        }
    }

    /// <summary>Whether there are transforms of this length: 4 to 2^20, even, without a prime factor above 5.</summary>
    public static bool IsSupported(int n)
    {
        if (n is < 4 or > 1 << 20 || n % 2 != 0)
            return false;

        foreach (int factor in (ReadOnlySpan<int>)[2, 3, 5])
        {
            while (n % factor == 0)
                n /= factor;
        }

        return n == 1;
    }

    /// <summary>Number of real samples of a signal, n.</summary>
    public int Length { get; }

    /// <summary>Number of frequency bins, n/2 + 1.</summary>
    public int Bins => (Length / 2) + 1;

    /// <summary>Floats of eight signals, 8 n; a work buffer is as long.</summary>
    public int SignalLength => Lanes * Length;

    /// <summary>Floats of eight spectra, 8 (n + 2).</summary>
    public int SpectrumLength => 2 * Lanes * Bins;

    /// <summary>Transform without scaling: <c>X[k] = sum_i x[i] exp(-2 pi j i k / n)</c>; the imaginary parts of the first and the last bin are 0.</summary>
    /// <param name="x">Eight signals.</param>
    /// <param name="spectrum">Receives eight spectra.</param>
    /// <param name="work">Scratch of <see cref="SignalLength"/>.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void Forward(ReadOnlySpan<float> x, Span<float> spectrum, Span<float> work) => ToSpectrum(x, spectrum, work, edge: 1, interior: 1);

    /// <summary>Inverse of <see cref="Forward"/>, scaled by 1/n; the imaginary parts of the first and the last bin are ignored.</summary>
    /// <inheritdoc cref="ForwardAdjoint"/>
    public void Inverse(ReadOnlySpan<float> spectrum, Span<float> x, Span<float> work) => ToSignal(spectrum, x, work, edge: 1f / Length, interior: 1f / Length);

    /// <summary>
    /// Adjoint of <see cref="Forward"/>: from the gradient by real and imaginary parts of the bins to that by the samples, <c>sum_{k=0..n/2} Re X[k] cos(2 pi i k / n) - Im X[k] sin(2 pi i k / n)</c>.
    /// It is n times the inverse of a spectrum whose inner bins are halved, because they stand there for their mirror images too.
    /// </summary>
    /// <param name="spectrum">Eight spectra.</param>
    /// <param name="x">Receives eight signals.</param>
    /// <param name="work">Scratch of <see cref="SignalLength"/>.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public void ForwardAdjoint(ReadOnlySpan<float> spectrum, Span<float> x, Span<float> work) => ToSignal(spectrum, x, work, edge: 1, interior: Half);

    /// <summary>Adjoint of <see cref="Inverse"/>: from the gradient by the samples to that by real and imaginary parts of the bins: 1/n of the transform, twice that for the inner bins.</summary>
    /// <inheritdoc cref="Forward"/>
    public void InverseAdjoint(ReadOnlySpan<float> x, Span<float> spectrum, Span<float> work) => ToSpectrum(x, spectrum, work, edge: 1f / Length, interior: 2f / Length);

    private void ToSpectrum(ReadOnlySpan<float> x, Span<float> spectrum, Span<float> work, float edge, float interior)
    {
        ref float from = ref MemoryMarshal.GetReference(Checked(x, SignalLength, nameof(x)));
        ref float first = ref MemoryMarshal.GetReference(Checked(spectrum, SpectrumLength, nameof(spectrum)));
        ref float second = ref MemoryMarshal.GetReference(Checked(work, SignalLength, nameof(work)));

        // The last pass must end in the work buffer, because the separation below writes to the spectrum.
        ref float to = ref _passes.Length % 2 == 1 ? ref second : ref first;
        foreach (LanePass pass in _passes)
        {
            pass.Run(ref from, ref to, 0);
            from = ref to;
            to = ref Unsafe.AreSame(ref to, ref second) ? ref first : ref second;
        }

        Separate(ref second, ref first, edge, interior);
    }

    private void ToSignal(ReadOnlySpan<float> spectrum, Span<float> x, Span<float> work, float edge, float interior)
    {
        ref float source = ref MemoryMarshal.GetReference(Checked(spectrum, SpectrumLength, nameof(spectrum)));
        ref float last = ref MemoryMarshal.GetReference(Checked(x, SignalLength, nameof(x)));
        ref float other = ref MemoryMarshal.GetReference(Checked(work, SignalLength, nameof(work)));
        ref float from = ref _passes.Length % 2 == 1 ? ref other : ref last;
        Join(ref source, ref from, edge, interior);
        foreach (LanePass pass in _passes)
        {
            ref float to = ref Unsafe.AreSame(ref from, ref other) ? ref last : ref other;
            pass.Run(ref from, ref to, LaneComplex.Floats / 2);
            from = ref to;
        }
    }

    // Even samples are the real part of z, odd ones the imaginary part: X[k] = E[k] + W^k O[k], where E and O are the symmetric parts of Z.
    private void Separate(ref float z, ref float spectrum, float edge, float interior)
    {
        int half = Length / 2;
        LaneComplex first = LaneComplex.Load(ref z, 0, 0);
        (edge * new LaneComplex(first.Re + first.Im, Vector256<float>.Zero)).Store(ref spectrum, 0, 0);
        (edge * new LaneComplex(first.Re - first.Im, Vector256<float>.Zero)).Store(ref spectrum, half, 0);
        float scale = Half * interior;
        for (int k = 1; k <= half / 2; k++)
        {
            LaneComplex a = scale * LaneComplex.Load(ref z, k, 0), b = scale * LaneComplex.Load(ref z, half - k, 0);
            var even = new LaneComplex(a.Re + b.Re, a.Im - b.Im);
            LaneComplex odd = new LaneComplex(a.Im + b.Im, b.Re - a.Re).Times(_cos[k], _sin[k]);
            (even + odd).Store(ref spectrum, k, 0);
            new LaneComplex(even.Re - odd.Re, odd.Im - even.Im).Store(ref spectrum, half - k, 0);
        }
    }

    // The way back: Z[k] = E[k] + j O[k], both without the factor 1/2, so that nothing but the caller's scale is left to do.
    private void Join(ref float spectrum, ref float z, float edge, float interior)
    {
        int half = Length / 2;
        LaneComplex first = LaneComplex.Load(ref spectrum, 0, 0), last = LaneComplex.Load(ref spectrum, half, 0);
        (edge * new LaneComplex(first.Re + last.Re, first.Re - last.Re)).Store(ref z, 0, 0);
        for (int k = 1; k <= half / 2; k++)
        {
            LaneComplex a = interior * LaneComplex.Load(ref spectrum, k, 0), b = interior * LaneComplex.Load(ref spectrum, half - k, 0);
            var even = new LaneComplex(a.Re + b.Re, a.Im - b.Im);
            LaneComplex odd = new LaneComplex(a.Re - b.Re, a.Im + b.Im).Times(_cos[k], -_sin[k]);
            LaneComplex.PlusTurned(even, odd).Store(ref z, k, 0);
            new LaneComplex(even.Re + odd.Im, odd.Re - even.Im).Store(ref z, half - k, 0);
        }
    }

    private static ReadOnlySpan<float> Checked(ReadOnlySpan<float> span, int length, string name) =>
        span.Length >= length ? span : throw new ArgumentException($"{span.Length} values were given, {length} are needed.", name);
}
