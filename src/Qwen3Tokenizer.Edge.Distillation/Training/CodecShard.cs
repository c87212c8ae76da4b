using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>What lies between encoder and decoder of a codec in training.</summary>
/// <param name="Quantizer">The codebooks.</param>
/// <param name="Spectrum">Scales of the dimensions.</param>
/// <param name="Whitening">What keeps the dimensions apart.</param>
internal sealed record CodecLatent(ResidualQuantizer Quantizer, LatentSpectrum Spectrum, LatentWhitening Whitening);

/// <summary>One thread's share of a batch for <see cref="CodecTrainer"/>: from speech through encoder, quantizer or its noise, and decoder to the loss, and back.</summary>
internal sealed class CodecShard
{
    private const float CommitmentWeight = 0.05f;
    private const int NoisePurpose = 301;
    private const int LayersPurpose = 302;

    private readonly MelFrontEnd _frontEnd;
    private readonly float[] _samples;
    private readonly int[] _layers;
    private readonly int _frames;
    private readonly int _latent;
    private readonly float[] _scaled;
    private readonly float[] _work;
    private readonly ResidualQuantizer _quantizer;
    private readonly LatentSpectrum _spectrum;
    private readonly LatentWhitening _whitening;
    private readonly IMatMul _matMul = OpenBlas.Fastest;
    private readonly bool _frozenTokens;

    /// <summary>Prepares a share.</summary>
    /// <param name="student">The codec.</param>
    /// <param name="encoder">From the log-mel spectrum to the latent.</param>
    /// <param name="head">From the latent to the decoder's head.</param>
    /// <param name="settings">How training goes.</param>
    /// <param name="items">The share's first sequence in the batch, and how many it has.</param>
    /// <param name="latent">What lies between; shared by all.</param>
    /// <param name="frozenTokens">Whether the decoder alone learns.</param>
    public CodecShard(Student student, Graph encoder, Node head, TrainingSettings settings, (int First, int Count) items, CodecLatent latent, bool frozenTokens)
    {
        (int frames, _frozenTokens) = (settings.Frames, frozenTokens);
        (First, Count, _frames, _latent) = (items.First, items.Count, frames, student.Config.Encoder!.LatentDim);
        (_quantizer, _spectrum, _whitening) = latent;
        (_scaled, _work) = (new float[Count * frames * _latent], new float[2 * Count * frames * _latent]);
        Encoder = new BatchExecutor(encoder, Count, frames, _matMul, frozenTokens ? _ => false : null);
        Decoder = new SynthesisShard(student.Config, student.Weights, head, Count, settings, _matMul, null, frozenTokens ? [] : ["latent"]);
        _frontEnd = new MelFrontEnd(student.Config, student.Weights, frames * student.Config.Encoder.Downsample, _matMul);
        _samples = new float[_frontEnd.LeftSamples + (frames * student.Config.SamplesPerToken)];
        _layers = new int[Count];
        Search = new QuantizerSearch(Count * frames, _latent, _quantizer.Layers, _quantizer.Entries);
    }

    /// <summary>Number of the first sequence in the batch.</summary>
    public int First { get; }

    /// <summary>Sequences.</summary>
    public int Count { get; }

    /// <summary>The encoder with its gradients.</summary>
    public BatchExecutor Encoder { get; }

    /// <summary>The decoder with its gradients and its loss.</summary>
    public SynthesisShard Decoder { get; }

    /// <summary>The last search.</summary>
    public QuantizerSearch Search { get; }

    /// <summary>The last latents as the networks see them, [rows, latent].</summary>
    public float[] Latent => Encoder.Value("encoder.proj").Data;

    /// <summary>From speech to what the decoder reads.</summary>
    /// <param name="sampler">Gives the speech.</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="quantized">Through the quantizer, or through the noise of an ideal one; null to stop at the latent.</param>
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
        for (int i = 0; i < Count; i++)
        {
            _layers[i] = DrawLayers(new CounterRandom(seed, step, First + i, LayersPurpose).NextDouble(), _quantizer.Layers);
        }

        if (quantized.Value)
        {
            Quantize();
        }
        else
        {
            AddNoise(seed, step);
        }
    }

    /// <summary>From what the decoder reads to the loss, and all gradients.</summary>
    /// <param name="sequences">Sequences of the whole batch.</param>
    /// <param name="voiced">Voiced rows of the whole batch.</param>
    /// <param name="quantized">Whether the quantizer took part.</param>
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
            _spectrum.ToQuantizer(left, left);
            TensorPrimitives.MultiplyAdd(left, (float)(2 * CommitmentWeight / values), dz, dz);
            loss = loss with { Commitment = commitment, Total = loss.Total + (CommitmentWeight * commitment) };
        }
        else
        {
            ForChannel((i, value, keep, _) => dz[value] *= keep);
        }

        _whitening.AddGradient(Latent, sequences * _frames, _matMul, _work, dz);
        Encoder.Backward();
        return loss;
    }

    // What an ideal quantizer would do to the latent.
    private void AddNoise(ulong seed, long step)
    {
        float[] q = Decoder.Executor.Value("latent").Data, z = Latent;
        CounterRandom[] random = [.. Enumerable.Range(First, Count).Select(i => new CounterRandom(seed, step, i, NoisePurpose))];
        ForChannel((i, value, keep, noise) => q[value] = (keep * z[value]) + (noise * (float)random[i].NextNormal()));
    }

    private void ForChannel(Action<int, int, float, float> apply)
    {
        for (int i = 0; i < Count; i++)
        {
            for (int d = 0; d < _latent; d++)
            {
                (float keep, float noise) = _spectrum.Channel(_layers[i], d);
                for (int row = i * _frames; row < (i + 1) * _frames; row++)
                {
                    apply(i, (row * _latent) + d, keep, noise);
                }
            }
        }
    }

    private void Quantize()
    {
        _spectrum.ToQuantizer(Latent, _scaled);
        _quantizer.Search(_scaled, Search);
        float[] q = Decoder.Executor.Value("latent").Data;
        q.AsSpan().Clear();
        for (int i = 0; i < Count; i++)
        {
            for (int row = i * _frames; row < (i + 1) * _frames; row++)
            {
                Span<float> to = q.AsSpan(row * _latent, _latent);
                for (int layer = 0; layer < _layers[i]; layer++)
                {
                    TensorPrimitives.Add(to, _quantizer.Entry(layer, Search.Codes(layer)[row]), to);
                }
            }
        }

        _spectrum.ToNetwork(q);
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
