using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Teachers;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// Speech beside a teacher's codes of it: what a student decoder learns from. Sequences begin at token frames; which one is drawn depends on seed, step and item alone. May be asked by several threads at once.
/// </summary>
public sealed class CodedSpeech
{
    private const int PlacePurpose = 101;

    private readonly SpeechCorpus _corpus;
    private readonly CodeCache[] _variants;
    private readonly SegmentOptions _drawing;
    private readonly int _layers;
    private readonly int _frames;
    private readonly double[] _ends;
    private readonly int[] _blocks;
    private readonly Decimator _decimator;
    private readonly double[]? _layerShares;
    private readonly WaveCache[]? _waves;

    /// <summary>Prepares a source.</summary>
    /// <param name="corpus">The speech.</param>
    /// <param name="variants">Codes of the same blocks at several levels; each is drawn as often.</param>
    /// <param name="layersOfTeacher">Layers that the caches hold.</param>
    /// <param name="sampleRate">Rate of the student: the corpus's or a whole part of it.</param>
    /// <param name="frames">Token frames of a sequence.</param>
    /// <param name="layerShares">How often a sequence has 1, 2, ... layers; null when it always has all.</param>
    /// <param name="drawing">Weights of the voices (<see cref="SegmentOptions.MinutesPower"/>, <see cref="SegmentOptions.VoiceFactors"/>, <see cref="SegmentOptions.VariedFactor"/>) and which
    /// sequences are too quiet (<see cref="SegmentOptions.MinRms"/>, <see cref="SegmentOptions.Tries"/>), as for <see cref="SegmentSampler"/>; the rest is not used. Null for the defaults.</param>
    /// <param name="waves">What the teacher makes of the codes, level by level, to be learnt instead of the recordings; their pitch stays the target's. Null for the recordings.</param>
    /// <exception cref="ArgumentException">No block is long enough, or the rate does not fit.</exception>
    public CodedSpeech(SpeechCorpus corpus, CodeCache[] variants, int layersOfTeacher, int sampleRate, int frames, double[]? layerShares = null, SegmentOptions? drawing = null, WaveCache[]? waves = null)
    {
        if (CorpusGrid.SampleRate % sampleRate != 0)
        {
            throw new ArgumentException($"A student at {sampleRate} Hz cannot learn from a corpus at {CorpusGrid.SampleRate} Hz.", nameof(sampleRate));
        }

        (_corpus, _variants, _layers, _frames, _layerShares, _waves) = (corpus, variants, layersOfTeacher, frames, layerShares, waves);
        _drawing = drawing ?? new SegmentOptions();
        _decimator = new Decimator(CorpusGrid.SampleRate / sampleRate);
        SpeechBlock[] blocks = [.. variants[0].Blocks];
        _blocks = [.. Enumerable.Range(0, blocks.Length).Where(i => Starts(blocks[i]) > 0)];
        if (_blocks.Length == 0)
        {
            throw new ArgumentException($"No stretch of the corpus {corpus.Folder} is longer than {frames} frames of 80 ms.", nameof(corpus));
        }

        // A voice's weight is spread over its blocks by their length.
        var varied = corpus.Recordings.Where(r => r.IsVaried).Select(r => r.Voice).ToHashSet(StringComparer.Ordinal);
        Dictionary<string, double> perSample = _blocks.GroupBy(i => blocks[i].Voice).ToDictionary(g => g.Key, g =>
        {
            long samples = g.Sum(i => (long)blocks[i].Samples);
            return VoiceChoice.Weight(g.Key, samples, varied.Contains(g.Key), _drawing) / samples;
        });
        double total = 0;
        _ends = [.. _blocks.Select(i => total += blocks[i].Samples * perSample[blocks[i].Voice])];
        VoiceShares = _blocks.GroupBy(i => blocks[i].Voice).ToDictionary(g => g.Key, g => g.Sum(i => blocks[i].Samples * perSample[g.Key]) / total, StringComparer.Ordinal);
    }

    /// <summary>Samples of a target: from the centre of the first head row to that of the last.</summary>
    public int TargetSamples => ((_frames * (CorpusGrid.TokenSamples / CorpusGrid.Hop)) - 1) * CorpusGrid.Hop / _decimator.Factor;

    /// <summary>Probability with which each voice is drawn.</summary>
    public IReadOnlyDictionary<string, double> VoiceShares { get; }

    /// <summary>Head rows of a frame.</summary>
    public static int Hops => CorpusGrid.TokenSamples / CorpusGrid.Hop;

    /// <summary>Fills one sequence.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="item">Number of the sequence in its batch.</param>
    /// <param name="into">Receives it; its codes may have fewer layers than the teacher's.</param>
    public void Draw(ulong seed, long step, int item, TrainingItem into)
    {
        var random = new CounterRandom(seed, step, item, PlacePurpose);
        int level = (int)random.NextBelow(_variants.Length);
        CodeCache variant = _variants[level];
        (int block, int start) = Place(ref random, variant);
        SpeechBlock at = variant.Blocks[block];
        long first = at.Offset + ((long)start * CorpusGrid.TokenSamples);

        int span = ((into.Target.Length - 1) * _decimator.Factor) + 1 + (2 * _decimator.Margin);
        Span<float> speech = span <= 65536 ? stackalloc float[span] : new float[span];
        long begin = first + CorpusGrid.FirstPitchCentre - _decimator.Margin;
        if (_waves is { } waves)
        {
            waves[level].Read(block, begin - at.Offset, speech);
        }
        else
        {
            PcmScale.ToFloats(_corpus.SamplesAt(begin, span), speech);
            TensorPrimitives.Multiply(speech, variant.Gains[block], speech);
        }

        _decimator.Apply(speech, into.Target);

        ReadOnlySpan<float> pitch = _corpus.PitchAt(first / CorpusGrid.PitchHop, (2 * (into.Pitch.Length - 1)) + 1);
        for (int t = 0; t < into.Pitch.Length; t++)
        {
            into.Pitch[t] = pitch[2 * t];
        }

        int layers = into.Codes.Length / _frames, kept = Kept(ref random, layers);
        ReadOnlySpan<ushort> codes = variant.Codes(block);
        for (int f = 0; f < _frames; f++)
        {
            for (int l = 0; l < layers; l++)
            {
                into.Codes[(f * layers) + l] = l < kept ? codes[((start + f) * _layers) + l] : -1;
            }
        }
    }

    /// <summary>Fills one sequence of what an encoder hears and should write.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="item">Number of the sequence in its batch.</param>
    /// <param name="samples">Receives the samples of the frames, with at most a frame's samples on their left, at the corpus's rate.</param>
    /// <param name="codes">Receives [frames, layers], the teacher's first layers.</param>
    public void DrawHeard(ulong seed, long step, int item, Span<float> samples, Span<int> codes)
    {
        var random = new CounterRandom(seed, step, item, PlacePurpose);
        CodeCache variant = _variants[random.NextBelow(_variants.Length)];
        (int block, int start) = Place(ref random, variant);
        long first = variant.Blocks[block].Offset + ((long)start * CorpusGrid.TokenSamples);
        PcmScale.ToFloats(_corpus.SamplesAt(first + ((long)_frames * CorpusGrid.TokenSamples) - samples.Length, samples.Length), samples);
        TensorPrimitives.Multiply(samples, variant.Gains[block], samples);
        int layers = codes.Length / _frames;
        ReadOnlySpan<ushort> known = variant.Codes(block);
        for (int f = 0; f < _frames; f++)
        {
            for (int l = 0; l < layers; l++)
            {
                codes[(f * layers) + l] = known[((start + f) * _layers) + l];
            }
        }
    }

    private (int Block, int Start) Place(ref CounterRandom random, CodeCache variant)
    {
        for (int attempt = 1; ; attempt++)
        {
            int drawn = Array.BinarySearch(_ends, random.NextDouble() * _ends[^1]);
            int block = _blocks[Math.Min(drawn < 0 ? ~drawn : drawn + 1, _blocks.Length - 1)];
            SpeechBlock at = variant.Blocks[block];
            int start = 1 + (int)random.NextBelow(Starts(at));
            double energy = 0;
            ReadOnlySpan<short> samples = _corpus.SamplesAt(at.Offset + ((long)start * CorpusGrid.TokenSamples), _frames * CorpusGrid.TokenSamples);
            foreach (short s in samples)
            {
                energy += s * s;
            }

            if (attempt >= _drawing.Tries || Math.Sqrt(energy / samples.Length) > _drawing.MinRms * 32768)
            {
                return (block, start);
            }
        }
    }

    private int Kept(ref CounterRandom random, int layers)
    {
        if (_layerShares is null)
        {
            return layers;
        }

        double at = random.NextDouble() * _layerShares.Sum();
        int kept = 1;
        for (; kept < layers && at >= _layerShares[kept - 1]; kept++)
        {
            at -= _layerShares[kept - 1];
        }

        return kept;
    }

    // The first frame is left out, so that the filter's margin lies inside the block.
    private int Starts(SpeechBlock block) => (block.Samples / CorpusGrid.TokenSamples) - _frames - 1;
}
