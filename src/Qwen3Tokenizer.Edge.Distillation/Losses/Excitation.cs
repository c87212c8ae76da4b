using System.Runtime.Intrinsics;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Losses;

/// <summary>
/// The sources of the source-filter head while training (SPEC.md of the edge model, sections 6 and 8): a pulse train of the target's pitch and given noise, as spectra of the head's frames.
/// Between the centres of two frames the pitch runs linearly, from an unvoiced frame it is that of its neighbour; over the first stretch, before the first centre, it stands.
/// <c>e = sqrt(2/N) (D - 1) / 2</c> with the Dirichlet kernel <c>D = sin((2N+1) pi phi) / sin(pi phi)</c>, N = floor(limit / f). The pitch is rounded to float32, the phase is summed in double precision.
/// An instance belongs to one thread; it allocates nothing after its constructor.
/// </summary>
public sealed class Excitation
{
    private const int Lanes = LaneFft.Lanes;
    private readonly int _sampleRate;
    private readonly float _limit;
    private readonly float _reference;
    private readonly float _epsilon;
    private readonly float[] _window;
    private readonly LaneFft _fft;
    private readonly float[] _pulses;
    private readonly float[] _pitches;
    private readonly float[] _signal;
    private readonly float[] _spectrum;
    private readonly float[] _work;

    /// <summary>Prepares sequences of one length.</summary>
    /// <param name="sampleRate">Samples per second.</param>
    /// <param name="fftLength">n_fft, even, without a prime factor above 5.</param>
    /// <param name="window">2 hops, an even number that is at most n_fft.</param>
    /// <param name="frames">Head rows of a sequence, F.</param>
    /// <param name="harmonicLimit">No harmonic above, Hz.</param>
    /// <param name="reference">Pitch of stretches between unvoiced frames, Hz; they are heard in no voiced frame.</param>
    /// <param name="dirichletEpsilon">Where |sin(pi phi)| is below, the kernel is its limit 2N + 1.</param>
    /// <exception cref="ArgumentException">The sizes do not fit together.</exception>
    public Excitation(int sampleRate, int fftLength, ReadOnlySpan<float> window, int frames, double harmonicLimit, double reference = 150, double dirichletEpsilon = 1e-4)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(reference, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(harmonicLimit, reference);
        if (window.Length < 2 || window.Length % 2 != 0 || window.Length > fftLength)
        {
            throw new ArgumentException($"A window of {window.Length} is not two hops within {fftLength}.", nameof(window));
        }

        (_sampleRate, _limit, _reference, _epsilon, Frames) = (sampleRate, (float)harmonicLimit, (float)reference, (float)dirichletEpsilon, frames);
        _window = window.ToArray();
        _fft = new LaneFft(fftLength);
        int padded = (Samples + Lanes - 1) / Lanes * Lanes;
        (_pulses, _pitches) = (new float[padded], new float[padded]);
        (_signal, _spectrum, _work) = (new float[_fft.SignalLength], new float[_fft.SpectrumLength], new float[_fft.SignalLength]);
    }

    /// <summary>Head rows of a sequence, F.</summary>
    public int Frames { get; }

    /// <summary>Samples of a hop.</summary>
    public int Hop => _window.Length / 2;

    /// <summary>Samples of the sources: (F + 1) hops, from a hop before the first frame's centre to the last centre that a pitch is given for.</summary>
    public int Samples => (Frames + 1) * Hop;

    /// <summary>Channels of a spectrum row: interleaved bins 0..n_fft/2.</summary>
    public int Channels => 2 * _fft.Bins;

    /// <summary>Computes the spectra of one sequence.</summary>
    /// <param name="pitch">Hz at the centres of frames 0..F, 0 when unvoiced; F + 1 values.</param>
    /// <param name="startPhase">Cycles before the first sample.</param>
    /// <param name="noise">Noise of unit variance, <see cref="Samples"/> values.</param>
    /// <param name="harmonicSpectra">Receives [F, <see cref="Channels"/>]: the pulse train's.</param>
    /// <param name="noiseSpectra">Receives [F, <see cref="Channels"/>]: the noise's.</param>
    /// <param name="voicing">Receives F values: 1 for a voiced frame, else 0.</param>
    /// <exception cref="ArgumentException">A length is another.</exception>
    public void Compute(ReadOnlySpan<float> pitch, float startPhase, ReadOnlySpan<float> noise, Span<float> harmonicSpectra, Span<float> noiseSpectra, Span<float> voicing)
    {
        if (pitch.Length != Frames + 1 || noise.Length != Samples || harmonicSpectra.Length != Frames * Channels || noiseSpectra.Length != harmonicSpectra.Length || voicing.Length != Frames)
        {
            throw new ArgumentException($"{pitch.Length} pitches, {noise.Length} samples, spectra of {harmonicSpectra.Length} and {noiseSpectra.Length} values and {voicing.Length} voicings do not fit {Frames} frames.", nameof(pitch));
        }

        Phases(pitch, startPhase);
        Pulses();
        Spectra(_pulses, harmonicSpectra);
        Spectra(noise, noiseSpectra);
        for (int t = 0; t < Frames; t++)
        {
            voicing[t] = pitch[t] > 0 ? 1 : 0;
        }
    }

    // Stretch t runs from the centre of frame t - 1 to that of frame t. The phase goes to where the pulses will be.
    private void Phases(ReadOnlySpan<float> pitch, float startPhase)
    {
        double phase = startPhase, rate = _sampleRate;
        int hop = Hop;
        for (int t = 0; t <= Frames; t++)
        {
            float left = pitch[Math.Max(0, t - 1)], right = pitch[Math.Max(1, t)];
            float from = left > 0 ? left : right > 0 ? right : _reference, to = t == 0 ? from : right > 0 ? right : from;
            for (int i = 0; i < hop; i++)
            {
                float f = from + ((to - from) * ((float)i / hop));
                phase += f / rate;
                _pitches[(t * hop) + i] = f;
                _pulses[(t * hop) + i] = (float)(phase - Math.Round(phase));
            }
        }

        _pitches.AsSpan(Samples).Fill(_reference);
    }

    private void Pulses()
    {
        Vector256<float> pi = Vector256.Create(MathF.PI), two = Vector256.Create(2f);
        for (int i = 0; i < _pulses.Length; i += Lanes)
        {
            // By the reciprocal, as PyTorch divides a number by a tensor: whether a harmonic that lies exactly at the limit sounds is a matter of rounding.
            Vector256<float> phase = Vector256.Create<float>(_pulses.AsSpan(i)), count = Vector256.Floor(Vector256<float>.One / Vector256.Create<float>(_pitches.AsSpan(i)) * Vector256.Create(_limit));
            Vector256<float> odd = (two * count) + Vector256<float>.One, sine = FixedMath.SinCos(pi * phase).Sin;
            Vector256<float> atPulse = Vector256.LessThan(Vector256.Abs(sine), Vector256.Create(_epsilon));
            Vector256<float> kernel = Vector256.ConditionalSelect(atPulse, odd, FixedMath.SinCos(odd * pi * phase).Sin / Vector256.ConditionalSelect(atPulse, Vector256<float>.One, sine));
            (Vector256.Sqrt(two / count) * Vector256.Create(0.5f) * (kernel - Vector256<float>.One)).CopyTo(_pulses.AsSpan(i));
        }
    }

    private void Spectra(ReadOnlySpan<float> samples, Span<float> spectra)
    {
        // What lies beside the window stays zero.
        Span<float> middle = _signal.AsSpan(Lanes * ((_fft.Length - _window.Length) / 2), Lanes * _window.Length);
        for (int t = 0; t < Frames; t += Lanes)
        {
            int rows = Math.Min(Lanes, Frames - t);
            LaneFrames.Gather(samples[(t * Hop)..], Hop, rows, _window.Length, middle);
            for (int i = 0; i < _window.Length; i++)
            {
                Span<float> lanes = middle.Slice(Lanes * i, Lanes);
                (Vector256.Create<float>(lanes) * Vector256.Create(_window[i])).CopyTo(lanes);
            }

            _fft.Forward(_signal, _spectrum, _work);
            LaneFrames.Scatter(_spectrum, spectra[(t * Channels)..], Channels, rows, Channels);
        }
    }
}
