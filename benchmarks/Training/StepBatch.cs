using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Training;

/// <summary>A batch of real speech with edge-light's codes of it: stretches of the clips that come with the models, one behind the other.</summary>
internal sealed class StepBatch
{
    private const int Margin = 1;
    private readonly List<TrainingItem> _items = [];

    public StepBatch(EdgeModel encoder, int rate, int layers, int sequences, int frames)
    {
        var decimator = new Decimator(CorpusGrid.SampleRate / rate);
        while (_items.Count < sequences)
        {
            foreach (float[] clip in CalibrationClips.Samples(CorpusGrid.SampleRate).Where(c => c.Length >= (frames + (3 * Margin)) * CorpusGrid.TokenSamples))
            {
                TokenClip tokens = EdgeCodec.Encode(encoder, clip);
                float[] pitch = PitchTracker.Track(clip, CorpusGrid.SampleRate, (double)CorpusGrid.FirstPitchCentre / CorpusGrid.SampleRate);
                for (int start = Margin; (start + frames + Margin) * CorpusGrid.TokenSamples <= clip.Length && _items.Count < sequences; start += frames)
                {
                    _items.Add(Item(clip, tokens, pitch, start, decimator, layers, frames));
                }
            }
        }
    }

    public IReadOnlyList<TrainingItem> Items => _items;

    /// <summary>A <see cref="SequenceSource"/>: the same batch in every step.</summary>
    public void Draw(ulong seed, long step, int item, TrainingItem into)
    {
        _items[item].Target.CopyTo(into.Target, 0);
        _items[item].Pitch.CopyTo(into.Pitch, 0);
        _items[item].Codes.CopyTo(into.Codes, 0);
    }

    private static TrainingItem Item(float[] clip, TokenClip tokens, float[] pitch, int start, Decimator decimator, int layers, int frames)
    {
        int hops = CorpusGrid.TokenSamples / CorpusGrid.Hop, first = start * CorpusGrid.TokenSamples;
        var item = new TrainingItem(frames, hops, ((frames * hops) - 1) * CorpusGrid.Hop / decimator.Factor, layers);
        int span = ((item.Target.Length - 1) * decimator.Factor) + 1 + (2 * decimator.Margin);
        decimator.Apply(clip.AsSpan(first + CorpusGrid.FirstPitchCentre - decimator.Margin, span), item.Target);
        for (int t = 0; t < item.Pitch.Length; t++)
        {
            item.Pitch[t] = pitch[(first / CorpusGrid.PitchHop) + (2 * t)];
        }

        for (int i = 0; i < item.Codes.Length; i++)
        {
            item.Codes[i] = tokens[start + (i / layers), i % layers];
        }

        return item;
    }
}
