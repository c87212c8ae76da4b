using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Pitch of recordings on the corpus's grid, tracked in pieces so that hours need no more memory than half a minute.</summary>
internal static class PitchTracks
{
    private const int PieceFrames = 3000;
    private const int MarginFrames = 50;
    private const double Offset = (double)CorpusGrid.FirstPitchCentre / CorpusGrid.SampleRate;

    /// <summary>One frequency in Hz per 160 samples, 0 where unvoiced.</summary>
    /// <param name="pcm">A recording of a multiple of 160 samples.</param>
    public static float[] Of(ReadOnlySpan<short> pcm)
    {
        int frames = pcm.Length / CorpusGrid.PitchHop;
        var track = new float[frames];
        for (int first = 0; first < frames; first += PieceFrames)
        {
            int count = Math.Min(PieceFrames, frames - first);
            int from = Math.Max(0, first - MarginFrames), to = Math.Min(frames, first + count + MarginFrames);
            var samples = new float[(to - from) * CorpusGrid.PitchHop];
            PcmScale.ToFloats(pcm.Slice(from * CorpusGrid.PitchHop, samples.Length), samples);
            PitchTracker.Track(samples, CorpusGrid.SampleRate, Offset).AsSpan(first - from, count).CopyTo(track.AsSpan(first));
        }

        return track;
    }
}
