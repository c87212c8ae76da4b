using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// Trains encoder and decoder of a new edge codec together: first without the quantizer, with noise on the latent in its place, then through the residual quantizer with straight-through gradients
/// (van den Oord et al. 2017) and a number of layers drawn for every sequence (Zeghidour et al. 2021), so that any number works.
/// </summary>
public sealed class CodecTrainer
{
    private const float LatentNoise = 0.12f;
    private const float CommitmentWeight = 0.05f;
    private const int NoisePurpose = 301;
    private const int LayersPurpose = 302;

    private readonly Shard[] _shards;
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
        Node encoder = EdgeCodecGraphs.Latent(student.Config, student.Weights, new InputNode("mel", student.Config.Encoder.Downsample, student.Config.FrontEnd!.MelBands));
        Node head = EdgeCodecGraphs.Head(student.Config, student.Weights, new InputNode("latent", 1, _latent));
        var encoderGraph = new Graph("encoder", encoder);
        int[] first = [.. Enumerable.Range(0, workers.Count + 1).Select(w => settings.Sequences * w / workers.Count)];
        _shards = [.. Enumerable.Range(0, workers.Count).Select(w => new Shard(student, encoderGraph, head, settings.Frames, first[w], first[w + 1] - first[w], Quantizer, frozenTokens))];
        Optimizer = new AdamW([.. _shards.Select(s => (IReadOnlyList<ParameterGradient>)[.. s.Encoder.Parameters, .. s.Decoder.Executor.Parameters])], settings.Optimizer, workers);
    }

    /// <summary>How the run goes.</summary>
    public TrainingSettings Settings { get; set; }

    /// <summary>The optimizer with its state.</summary>
    public AdamW Optimizer { get; }

    /// <summary>The codebooks with their state.</summary>
    public ResidualQuantizer Quantizer { get; }

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
        if (quantized && !_frozenTokens)
        {
            Quantizer.Follow([.. _shards.Select(s => s.Search)], Settings.Seed, step, _workers);
        }

        double norm = Optimizer.Step(learningRate);
        WeightsChanged();
        return (loss, norm);
    }

    /// <summary>Latents of training segments, to fit codebooks to: without the first two frames, which lack what stands before.</summary>
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
                Shard shard = _shards[w];
                shard.Encode(_sampler, step + at, Settings.Seed, null);
                for (int i = 0; i < shard.Count; i++)
                {
                    shard.Latent.AsSpan((i * Settings.Frames * _latent) + (Skipped * _latent), kept).CopyTo(latents.AsSpan(((at * Settings.Sequences) + shard.First + i) * kept));
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

    private sealed class Shard
    {
        private readonly MelFrontEnd _frontEnd;
        private readonly float[] _samples;
        private readonly int[] _layers;
        private readonly int _frames;
        private readonly int _latent;
        private readonly ResidualQuantizer _quantizer;
        private readonly bool _frozenTokens;

        public Shard(Student student, Graph encoder, Node head, int frames, int first, int count, ResidualQuantizer quantizer, bool frozenTokens)
        {
            _frozenTokens = frozenTokens;
            (First, Count, _frames, _latent, _quantizer) = (first, count, frames, student.Config.Encoder!.LatentDim, quantizer);
            IMatMul matMul = OpenBlas.Fastest;
            Encoder = new BatchExecutor(encoder, count, frames, matMul, frozenTokens ? _ => false : null);
            Decoder = new SynthesisShard(student.Config, student.Weights, head, count, frames, matMul, null, frozenTokens ? [] : ["latent"]);
            _frontEnd = new MelFrontEnd(student.Config, student.Weights, frames * student.Config.Encoder.Downsample, matMul);
            _samples = new float[_frontEnd.LeftSamples + (frames * student.Config.SamplesPerToken)];
            _layers = new int[count];
            Search = new QuantizerSearch(count * frames, _latent, quantizer.Layers, quantizer.Entries);
        }

        public int First { get; }

        public int Count { get; }

        public BatchExecutor Encoder { get; }

        public SynthesisShard Decoder { get; }

        public QuantizerSearch Search { get; }

        public float[] Latent => Encoder.Value("encoder.proj").Data;

        // From speech to what the decoder reads; null stops at the latent.
        public void Encode(SegmentSampler sampler, long step, ulong seed, bool? quantized)
        {
            FloatTensor mel = Encoder.Value("mel");
            int values = _frontEnd.Hops * mel.Channels;
            for (int i = 0; i < Count; i++)
            {
                TrainingItem item = Decoder.Items[i];
                sampler.Draw(step, First + i, _samples, item.Pitch);
                _frontEnd.Compute(_samples, mel.Data.AsSpan(i * values, values));

                // The target begins at the centre of the first head row, 192 samples before the segment.
                _samples.AsSpan(_frontEnd.LeftSamples + CorpusGrid.FirstPitchCentre, item.Target.Length).CopyTo(item.Target);
            }

            Encoder.Forward();
            if (quantized is null)
            {
                return;
            }

            Decoder.DrawSources(seed, step, First);
            if (quantized.Value)
            {
                Quantize(seed, step);
            }
            else
            {
                AddNoise(seed, step);
            }
        }

        public LossParts Backward(int sequences, int voiced, bool quantized)
        {
            Decoder.Executor.Forward();
            Decoder.Executor.ClearGradients();
            LossParts loss = Decoder.AddLoss(sequences, voiced);
            Decoder.Executor.Backward();
            if (_frozenTokens)
            {
                return loss;
            }

            Encoder.ClearGradients();
            float[] dz = Encoder.Gradient("encoder.proj").Data;
            Decoder.Executor.Gradient("latent").Data.CopyTo(dz, 0);
            if (quantized)
            {
                // Mean squared distance to the sum of all layers: what the last search left.
                Span<float> left = Search.Residual(_quantizer.Layers);
                double values = (double)sequences * _frames * _latent, commitment = FixedOrder.SumOfSquares(left) / values;
                TensorPrimitives.MultiplyAdd(left, (float)(2 * CommitmentWeight / values), dz, dz);
                loss = loss with { Commitment = commitment, Total = loss.Total + (CommitmentWeight * commitment) };
            }

            Encoder.Backward();
            return loss;
        }

        private void AddNoise(ulong seed, long step)
        {
            float[] q = Decoder.Executor.Value("latent").Data;
            Latent.CopyTo(q, 0);
            float rms = (float)Math.Sqrt(FixedOrder.SumOfSquares(q) / q.Length);
            int values = _frames * _latent;
            for (int i = 0; i < Count; i++)
            {
                var random = new CounterRandom(seed, step, First + i, NoisePurpose);
                for (int k = 0; k < values; k++)
                {
                    q[(i * values) + k] += LatentNoise * rms * (float)random.NextNormal();
                }
            }
        }

        private void Quantize(ulong seed, long step)
        {
            _quantizer.Search(Latent, Search);
            float[] q = Decoder.Executor.Value("latent").Data;
            q.AsSpan().Clear();
            for (int i = 0; i < Count; i++)
            {
                _layers[i] = DrawLayers(new CounterRandom(seed, step, First + i, LayersPurpose).NextDouble(), _quantizer.Layers);
                for (int row = i * _frames; row < (i + 1) * _frames; row++)
                {
                    Span<float> to = q.AsSpan(row * _latent, _latent);
                    for (int layer = 0; layer < _layers[i]; layer++)
                    {
                        TensorPrimitives.Add(to, _quantizer.Entry(layer, Search.Codes(layer)[row]), to);
                    }
                }
            }
        }

        private static int DrawLayers(double at, int most)
        {
            foreach ((int layers, double share) in LayerDropout.Shares)
            {
                if ((at -= share) < 0)
                {
                    return Math.Min(layers, most);
                }
            }

            return most;
        }
    }
}
