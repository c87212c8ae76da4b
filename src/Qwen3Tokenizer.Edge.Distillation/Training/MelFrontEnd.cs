using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// The encoder's front-end for training segments: the log-mel spectrum of edge-codec.md, section 1, eight frames at a time in single precision. It has no weights, so that it stands before the network
/// whose gradients are wanted. An instance belongs to one thread and allocates nothing once it is warm.
/// </summary>
public sealed class MelFrontEnd
{
    private const int Lanes = LaneFft.Lanes;

    private readonly FrontEndConfig _config;
    private readonly float[] _window;
    private readonly float[] _mel;
    private readonly LaneFft _fft;
    private readonly float[] _signal;
    private readonly float[] _spectrum;
    private readonly float[] _work;
    private readonly float[] _lanes;
    private readonly float[] _magnitudes;
    private readonly IMatMul _matMul;

    /// <summary>Prepares segments of one length.</summary>
    /// <param name="config">A model with a front-end.</param>
    /// <param name="weights">Its window and mel matrix.</param>
    /// <param name="hops">Hops of a segment.</param>
    /// <param name="matMul">Matrix products.</param>
    public MelFrontEnd(EdgeModelConfig config, IWeightSource weights, int hops, IMatMul matMul)
    {
        (_config, _matMul, Hops) = (config.FrontEnd!, matMul, hops);
        (_window, _fft) = (weights.Read("frontend.window", _config.WindowLength), new LaneFft(_config.FftLength));
        _mel = weights.Read("frontend.mel", _config.MelBands, _fft.Bins);
        (_signal, _spectrum, _work) = (new float[_fft.SignalLength], new float[_fft.SpectrumLength], new float[_fft.SignalLength]);
        (_lanes, _magnitudes) = (new float[Lanes * _fft.Bins], new float[hops * _fft.Bins]);
    }

    /// <summary>Hops of a segment.</summary>
    public int Hops { get; }

    /// <summary>Samples that stand before the segment.</summary>
    public int LeftSamples => _config.WindowLength - _config.Hop;

    /// <summary>Computes the spectrum.</summary>
    /// <param name="samples"><see cref="LeftSamples"/> samples, then the segment's.</param>
    /// <param name="logMel">Receives [<see cref="Hops"/>, bands]: natural logarithm of magnitudes.</param>
    public void Compute(ReadOnlySpan<float> samples, Span<float> logMel)
    {
        Span<float> middle = _signal.AsSpan(Lanes * ((_config.FftLength - _config.WindowLength) / 2), Lanes * _config.WindowLength);
        for (int t = 0; t < Hops; t += Lanes)
        {
            int rows = Math.Min(Lanes, Hops - t);
            LaneFrames.Gather(samples[(t * _config.Hop)..], _config.Hop, rows, _config.WindowLength, middle);
            for (int i = 0; i < _config.WindowLength; i++)
            {
                Span<float> lane = middle.Slice(Lanes * i, Lanes);
                (Vector256.Create<float>(lane) * Vector256.Create(_window[i])).CopyTo(lane);
            }

            _fft.Forward(_signal, _spectrum, _work);
            for (int k = 0; k < _fft.Bins; k++)
            {
                Vector256<float> re = Vector256.Create<float>(_spectrum.AsSpan(2 * Lanes * k)), im = Vector256.Create<float>(_spectrum.AsSpan(((2 * k) + 1) * Lanes));
                Vector256.Sqrt((re * re) + (im * im)).CopyTo(_lanes.AsSpan(Lanes * k));
            }

            LaneFrames.Scatter(_lanes, _magnitudes.AsSpan(t * _fft.Bins), _fft.Bins, rows, _fft.Bins);
        }

        _matMul.Multiply(_magnitudes, Hops, _mel, [], logMel);
        TensorPrimitives.Max(logMel, (float)_config.MelFloor, logMel);
        FixedMath.Log(logMel, logMel);
    }
}
