using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Losses;

/// <summary>
/// One scale of <see cref="SpectralDistance"/> on sequences of one length, eight frames at a time.
/// Features of a frame X = rfft(x w): m = sqrt(|X|^2 + 1e-9) / sqrt(n), ln(m + 3e-5), ln(mel m + 3e-5).
/// A distance is the sum over the three of weighted mean absolute differences; their gradients are signs, zero where two features are equal.
/// </summary>
internal sealed class ScaleDistance
{
    private const int Lanes = LaneFft.Lanes;
    private const float PowerFloor = 1e-9f, LogFloor = 3e-5f, NormFloor = 1e-3f;
    private readonly LaneFft _fft;
    private readonly MelBands _mel;
    private readonly float[] _window;
    private readonly float[] _logWeights;
    private readonly double _linear;
    private readonly float _melWeight;
    private readonly int _hop;

    public ScaleDistance(SpectralScale scale, int sampleRate, int samples)
    {
        _fft = new LaneFft(scale.Window);
        _mel = new MelBands(scale.MelBands, scale.Window, sampleRate);
        _window = [.. Windows.PeriodicHann(scale.Window).Select(w => (float)w)];
        _hop = scale.Hop;
        Frames = ((samples - scale.Window) / scale.Hop) + 1;
        double cells = (double)Frames * _fft.Bins;
        double[] falling = [.. Enumerable.Range(0, _fft.Bins).Select(k => 1 / (1 + ((double)k * sampleRate / scale.Window / 700)))];
        double mean = falling.Average();
        _logWeights = [.. falling.Select(w => (float)(scale.Log * w / mean / cells))];
        _linear = scale.Linear / cells;
        _melWeight = (float)(_mel.Count == 0 ? 0 : scale.Mel / ((double)Frames * _mel.Count));
    }

    /// <summary>Frames of a sequence.</summary>
    public int Frames { get; }

    /// <summary>Floats of a target's features: of every group of eight frames magnitudes, their logarithms, mel logarithms.</summary>
    public int TargetLength => Groups * GroupLength;

    /// <summary>Floats of scratch.</summary>
    public int WorkLength => (2 * _fft.SpectrumLength) + (4 * MagnitudeLength) + (2 * _fft.SignalLength) + (Lanes * _fft.Length);

    private int Groups => (Frames + Lanes - 1) / Lanes;

    private int MagnitudeLength => Lanes * _fft.Bins;

    private int GroupLength => (2 * MagnitudeLength) + (Lanes * _mel.Count);

    /// <summary>Fills the features of a target and returns its mean magnitude, the unit of the linear part.</summary>
    public double Target(ReadOnlySpan<float> x, Span<float> features, Span<float> work)
    {
        var buffers = new Buffers(this, work);
        double sum = 0;
        for (int group = 0; group < Groups; group++)
        {
            Span<float> target = features.Slice(group * GroupLength, GroupLength), magnitudes = target[..MagnitudeLength];
            int frames = Magnitudes(x, group, magnitudes, buffers.First, buffers);
            Vector256<float> total = Vector256<float>.Zero;
            for (int i = 0; i < MagnitudeLength; i += Lanes)
            {
                Vector256<float> m = Vector256.Create<float>(magnitudes[i..]);
                total += m;
                Log(m).CopyTo(target[(MagnitudeLength + i)..]);
            }

            for (int b = 0; b < _mel.Count; b++)
            {
                Log(_mel.Sum(magnitudes, b)).CopyTo(target[((2 * MagnitudeLength) + (Lanes * b))..]);
            }

            for (int l = 0; l < frames; l++)
            {
                sum += total[l];
            }
        }

        return (sum / Frames / _fft.Bins) + NormFloor;
    }

    /// <summary>d(x, y) with its gradient by y, times <paramref name="scale"/>, added to <paramref name="gradient"/>.</summary>
    public double Add(ReadOnlySpan<float> features, double norm, ReadOnlySpan<float> y, float scale, Span<float> gradient, Span<float> work)
    {
        var buffers = new Buffers(this, work);
        double linearSum = 0, otherSum = 0;
        Vector256<float> linear = Vector256.Create((float)(_linear / norm) * scale), factor = Vector256.Create(scale);
        for (int group = 0; group < Groups; group++)
        {
            ReadOnlySpan<float> target = features.Slice(group * GroupLength, GroupLength), targetLog = target.Slice(MagnitudeLength, MagnitudeLength), targetMel = target[(2 * MagnitudeLength)..];
            Span<float> m = buffers.FirstMagnitudes, g = buffers.FirstGradient;
            int frames = Magnitudes(y, group, m, buffers.First, buffers);
            g.Clear();
            Vector256<float> linearLanes = Vector256<float>.Zero, logLanes = linearLanes, melLanes = linearLanes;
            for (int b = 0; b < _mel.Count; b++)
            {
                Vector256<float> band = _mel.Sum(m, b), d = Log(band) - Vector256.Create(targetMel[(Lanes * b)..]);
                melLanes += Vector256.Abs(d);
                _mel.AddGradient(Vector256.Create(_melWeight * scale) * Sign(d) / (band + Vector256.Create(LogFloor)), b, g);
            }

            for (int k = 0; k < _fft.Bins; k++)
            {
                Vector256<float> magnitude = At(m, k), dm = magnitude - At(target, k), dl = Log(magnitude) - At(targetLog, k), weight = Vector256.Create(_logWeights[k]);
                linearLanes += Vector256.Abs(dm);
                logLanes = Vector256.FusedMultiplyAdd(weight, Vector256.Abs(dl), logLanes);
                Vector256<float> slope = At(g, k) + (linear * Sign(dm)) + (factor * weight * Sign(dl) / (magnitude + Vector256.Create(LogFloor)));
                ToSpectrum(slope, magnitude, buffers.First, k);
            }

            linearSum += FixedOrder.Sum(linearLanes);
            otherSum += FixedOrder.Sum(logLanes) + ((double)_melWeight * FixedOrder.Sum(melLanes));
            AddToSignal(buffers.First, group, frames, gradient, buffers);
        }

        return (linearSum * _linear / norm) + otherSum;
    }

    /// <summary>
    /// d(x, y1) + d(x, y2) and d(y1, y2), with the gradients of the first less the second, times <paramref name="scale"/>, added to <paramref name="gradientFirst"/> and <paramref name="gradientSecond"/>.
    /// </summary>
    public (double ToTarget, double Between) Add(
        ReadOnlySpan<float> features, double norm, ReadOnlySpan<float> first, ReadOnlySpan<float> second, float scale, Span<float> gradientFirst, Span<float> gradientSecond, Span<float> work)
    {
        var buffers = new Buffers(this, work);
        double linearNear = 0, linearBetween = 0, near = 0, between = 0;
        Vector256<float> linear = Vector256.Create((float)(_linear / norm) * scale), factor = Vector256.Create(scale);
        for (int group = 0; group < Groups; group++)
        {
            ReadOnlySpan<float> target = features.Slice(group * GroupLength, GroupLength), targetLog = target.Slice(MagnitudeLength, MagnitudeLength), targetMel = target[(2 * MagnitudeLength)..];
            Span<float> m1 = buffers.FirstMagnitudes, m2 = buffers.SecondMagnitudes, g1 = buffers.FirstGradient, g2 = buffers.SecondGradient;
            int frames = Magnitudes(first, group, m1, buffers.First, buffers);
            Magnitudes(second, group, m2, buffers.Second, buffers);
            g1.Clear();
            g2.Clear();
            Vector256<float> melNear = Vector256<float>.Zero, melBetween = melNear, logNear = melNear, logBetween = melNear, lanesNear = melNear, lanesBetween = melNear;
            for (int b = 0; b < _mel.Count; b++)
            {
                Vector256<float> b1 = _mel.Sum(m1, b), b2 = _mel.Sum(m2, b), l1 = Log(b1), l2 = Log(b2), x = Vector256.Create(targetMel[(Lanes * b)..]), weight = Vector256.Create(_melWeight * scale);
                melNear += Vector256.Abs(l1 - x) + Vector256.Abs(l2 - x);
                melBetween += Vector256.Abs(l1 - l2);
                Vector256<float> apart = Sign(l1 - l2);
                _mel.AddGradient(weight * (Sign(l1 - x) - apart) / (b1 + Vector256.Create(LogFloor)), b, g1);
                _mel.AddGradient(weight * (Sign(l2 - x) + apart) / (b2 + Vector256.Create(LogFloor)), b, g2);
            }

            for (int k = 0; k < _fft.Bins; k++)
            {
                Vector256<float> a1 = At(m1, k), a2 = At(m2, k), x = At(target, k), weight = Vector256.Create(_logWeights[k]);
                lanesNear += Vector256.Abs(a1 - x) + Vector256.Abs(a2 - x);
                lanesBetween += Vector256.Abs(a1 - a2);
                Vector256<float> apart = Sign(a1 - a2);
                Vector256<float> slope1 = Vector256.FusedMultiplyAdd(linear, Sign(a1 - x) - apart, At(g1, k)), slope2 = Vector256.FusedMultiplyAdd(linear, Sign(a2 - x) + apart, At(g2, k));

                Vector256<float> l1 = Log(a1), l2 = Log(a2);
                x = At(targetLog, k);
                logNear = Vector256.FusedMultiplyAdd(weight, Vector256.Abs(l1 - x) + Vector256.Abs(l2 - x), logNear);
                logBetween = Vector256.FusedMultiplyAdd(weight, Vector256.Abs(l1 - l2), logBetween);
                apart = Sign(l1 - l2);
                weight *= factor;
                slope1 += weight * (Sign(l1 - x) - apart) / (a1 + Vector256.Create(LogFloor));
                slope2 += weight * (Sign(l2 - x) + apart) / (a2 + Vector256.Create(LogFloor));
                ToSpectrum(slope1, a1, buffers.First, k);
                ToSpectrum(slope2, a2, buffers.Second, k);
            }

            linearNear += FixedOrder.Sum(lanesNear);
            linearBetween += FixedOrder.Sum(lanesBetween);
            near += FixedOrder.Sum(logNear) + ((double)_melWeight * FixedOrder.Sum(melNear));
            between += FixedOrder.Sum(logBetween) + ((double)_melWeight * FixedOrder.Sum(melBetween));
            AddToSignal(buffers.First, group, frames, gradientFirst, buffers);
            AddToSignal(buffers.Second, group, frames, gradientSecond, buffers);
        }

        return ((linearNear * _linear / norm) + near, (linearBetween * _linear / norm) + between);
    }

    // Frames behind the last one are silent in the target and in every draw alike: their distances and signs are zero.
    private int Magnitudes(ReadOnlySpan<float> x, int group, Span<float> magnitudes, Span<float> spectrum, in Buffers buffers)
    {
        int frames = Math.Min(Lanes, Frames - (group * Lanes));
        Span<float> signal = buffers.Signal;
        LaneFrames.Gather(x[(group * Lanes * _hop)..], _hop, frames, _fft.Length, signal);
        for (int i = 0; i < _window.Length; i++)
        {
            Span<float> lanes = signal.Slice(Lanes * i, Lanes);
            (Vector256.Create<float>(lanes) * Vector256.Create(_window[i])).CopyTo(lanes);
        }

        _fft.Forward(signal, spectrum, buffers.Work);
        Vector256<float> root = Vector256.Create((float)(1 / Math.Sqrt(_fft.Length))), floor = Vector256.Create(PowerFloor);
        for (int k = 0; k < _fft.Bins; k++)
        {
            Vector256<float> re = At(spectrum, 2 * k), im = At(spectrum, (2 * k) + 1);
            (Vector256.Sqrt((re * re) + (im * im) + floor) * root).CopyTo(magnitudes[(Lanes * k)..]);
        }

        return frames;
    }

    // From the gradient by a magnitude m = sqrt(re^2 + im^2 + floor) / sqrt(n) to that by re and im, in the spectrum's place.
    private void ToSpectrum(Vector256<float> slope, Vector256<float> magnitude, Span<float> spectrum, int bin)
    {
        Span<float> lanes = spectrum.Slice(2 * Lanes * bin, 2 * Lanes);
        Vector256<float> factor = slope / (magnitude * Vector256.Create((float)_fft.Length));
        (Vector256.Create<float>(lanes) * factor).CopyTo(lanes);
        (Vector256.Create<float>(lanes[Lanes..]) * factor).CopyTo(lanes[Lanes..]);
    }

    private void AddToSignal(ReadOnlySpan<float> spectrum, int group, int frames, Span<float> gradient, in Buffers buffers)
    {
        _fft.ForwardAdjoint(spectrum, buffers.Signal, buffers.Work);
        LaneFrames.Scatter(buffers.Signal, buffers.Rows, _fft.Length, frames, _fft.Length);
        for (int l = 0; l < frames; l++)
        {
            Span<float> target = gradient.Slice(((group * Lanes) + l) * _hop, _fft.Length);
            TensorPrimitives.MultiplyAdd(buffers.Rows.Slice(l * _fft.Length, _fft.Length), _window, target, target);
        }
    }

    private static Vector256<float> Log(Vector256<float> x) => FixedMath.Log(x + Vector256.Create(LogFloor));

    private static Vector256<float> At(ReadOnlySpan<float> lanes, int index) => Vector256.Create(lanes[(Lanes * index)..]);

    // -1, 0 or 1, as the derivative of an absolute value is taken by convention.
    private static Vector256<float> Sign(Vector256<float> x) =>
        (Vector256<float>.One | (x & Vector256.Create(-0f))) & ~Vector256.Equals(x, Vector256<float>.Zero);

    /// <summary>The scratch of a call, divided.</summary>
    private readonly ref struct Buffers
    {
        public readonly Span<float> First, Second, FirstMagnitudes, SecondMagnitudes, FirstGradient, SecondGradient, Signal, Work, Rows;

        public Buffers(ScaleDistance owner, Span<float> work)
        {
            int spectrum = owner._fft.SpectrumLength, magnitudes = owner.MagnitudeLength, signal = owner._fft.SignalLength;
            First = Take(ref work, spectrum);
            Second = Take(ref work, spectrum);
            FirstMagnitudes = Take(ref work, magnitudes);
            SecondMagnitudes = Take(ref work, magnitudes);
            FirstGradient = Take(ref work, magnitudes);
            SecondGradient = Take(ref work, magnitudes);
            Signal = Take(ref work, signal);
            Work = Take(ref work, signal);
            Rows = work;
        }

        private static Span<float> Take(scoped ref Span<float> rest, int length)
        {
            Span<float> part = rest[..length];
            rest = rest[length..];
            return part;
        }
    }
}
