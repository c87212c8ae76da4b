using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// Trains encoder and decoder of a new edge codec together: first with an ideal quantizer's noise in the quantizer's place, then through the residual quantizer with straight-through gradients
/// (van den Oord et al. 2017) and a number of layers drawn for every sequence (Zeghidour et al. 2021), so that any number works.
/// </summary>
public sealed class CodecTrainer
{
    private readonly CodecShard[] _shards;
    private readonly SegmentSampler _sampler;
    private readonly Workers _workers;
    private readonly LossParts[] _parts;
    private readonly int _latent;
    private readonly bool _frozenTokens;

    /// <summary>Prepares a run.</summary>
    /// <param name="student">The codec; its weights change. A fresh one takes the statistics of its log-mel spectrum from the corpus.</param>
    /// <param name="fresh">Whether it is fresh.</param>
    /// <param name="sampler">Segments of the settings' length with the front-end's samples on their left.</param>
    /// <param name="settings">How.</param>
    /// <param name="workers">Threads; no more than sequences.</param>
    /// <param name="frozenTokens">Whether encoder and codebooks stay as they are, so that the decoder alone learns.</param>
    public CodecTrainer(Student student, bool fresh, SegmentSampler sampler, TrainingSettings settings, Workers workers, bool frozenTokens = false)
    {
        _frozenTokens = frozenTokens;
        (Settings, _sampler, _workers, _parts, _latent) = (settings, sampler, workers, new LossParts[workers.Count], student.Config.Encoder!.LatentDim);
        if (fresh)
        {
            var pitch = new float[sampler.PitchCount];
            MelStatistics.Set(student, sampler.SegmentSamples / student.Config.FrontEnd!.Hop, (item, samples) => sampler.Draw(0, item, samples, pitch));
        }

        Quantizer = new ResidualQuantizer(student.Config.Quantizer!, student.Weights, OpenBlas.Fastest);
        Spectrum = new LatentSpectrum(_latent, Quantizer.Layers, Quantizer.Entries);
        Whitening = new LatentWhitening(_latent);
        Node encoder = EdgeCodecGraphs.Latent(student.Config, student.Weights, new InputNode("mel", student.Config.Encoder.Downsample, student.Config.FrontEnd!.MelBands));
        Node head = EdgeCodecGraphs.Head(student.Config, student.Weights, new InputNode("latent", 1, _latent));
        var encoderGraph = new Graph("encoder", encoder);
        int[] first = [.. Enumerable.Range(0, workers.Count + 1).Select(w => settings.Sequences * w / workers.Count)];
        _shards = [.. Enumerable.Range(0, workers.Count).Select(w => new CodecShard(
            student, encoderGraph, head, settings, (first[w], first[w + 1] - first[w]), new CodecLatent(Quantizer, Spectrum, Whitening), frozenTokens))];
        Optimizer = new AdamW([.. _shards.Select(s => (IReadOnlyList<ParameterGradient>)[.. s.Encoder.Parameters, .. s.Decoder.Executor.Parameters])], settings.Optimizer, workers);
    }

    /// <summary>How the run goes.</summary>
    public TrainingSettings Settings { get; set; }

    /// <summary>The optimizer with its state.</summary>
    public AdamW Optimizer { get; }

    /// <summary>The codebooks with their state.</summary>
    public ResidualQuantizer Quantizer { get; }

    /// <summary>Scales of the latent between networks and quantizer.</summary>
    public LatentSpectrum Spectrum { get; }

    /// <summary>What keeps the latent's dimensions apart, with its state.</summary>
    public LatentWhitening Whitening { get; }

    /// <summary>One step.</summary>
    /// <param name="step">Its number over all stages: what is drawn depends on it.</param>
    /// <param name="learningRate">Learning rate.</param>
    /// <param name="quantized">Whether the quantizer takes part.</param>
    /// <returns>The loss before the step, and the norm of its gradient.</returns>
    public (LossParts Loss, double GradientNorm) Step(long step, double learningRate, bool quantized)
    {
        _workers.Run(w => _shards[w].Encode(_sampler, step, Settings.Seed, quantized));
        int voiced = _shards.Sum(s => s.Decoder.CountVoiced());
        _workers.Run(w => _parts[w] = _shards[w].Backward(Settings.Sequences, voiced, quantized));
        LossParts loss = _parts.Aggregate((a, b) => a + b);
        if (!_frozenTokens)
        {
            Whitening.Follow([.. _shards.Select(s => s.Latent)]);
        }

        if (quantized && !_frozenTokens)
        {
            Quantizer.Follow([.. _shards.Select(s => s.Search)], Settings.Seed, step, _workers);
        }

        double norm = Optimizer.Step(learningRate);
        WeightsChanged();
        return (loss, norm);
    }

    /// <summary>Latents of training segments as the quantizer sees them, to fit codebooks to: without the first two frames, which lack what stands before.</summary>
    /// <param name="batches">Batches to draw.</param>
    /// <param name="step">From which on they are numbered.</param>
    /// <returns>[rows, latent].</returns>
    public float[] Latents(int batches, long step)
    {
        const int Skipped = 2;
        int kept = (Settings.Frames - Skipped) * _latent;
        var latents = new float[batches * Settings.Sequences * kept];
        for (int b = 0; b < batches; b++)
        {
            int at = b;
            _workers.Run(w =>
            {
                CodecShard shard = _shards[w];
                shard.Encode(_sampler, step + at, Settings.Seed, null);
                for (int i = 0; i < shard.Count; i++)
                {
                    Spectrum.ToQuantizer(
                        shard.Latent.AsSpan((i * Settings.Frames * _latent) + (Skipped * _latent), kept), latents.AsSpan(((at * Settings.Sequences) + shard.First + i) * kept, kept));
                }
            });
        }

        return latents;
    }

    /// <summary>To be called after the weights changed from outside.</summary>
    public void WeightsChanged()
    {
        foreach (Node node in _shards[0].Encoder.Graph.Nodes.Concat(_shards[0].Decoder.Executor.Graph.Nodes))
        {
            node.WeightsChanged();
        }
    }
}
