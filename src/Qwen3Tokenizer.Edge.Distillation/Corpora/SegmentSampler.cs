using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Where a training segment was drawn.</summary>
/// <param name="Voice">The voice.</param>
/// <param name="Recording">Recording in which the segment starts.</param>
/// <param name="Start">Sample of that recording at which it starts; a multiple of 160.</param>
/// <param name="Joined">Whether the segment, with what lies left of it and its last pitch frame, runs over the border of a recording.</param>
/// <param name="Gain">Factor that was applied to the samples.</param>
public readonly record struct SegmentOrigin(string Voice, int Recording, int Start, bool Joined, float Gain);

/// <summary>
/// Draws training segments. A draw depends on (seed, step, item) and the corpus alone, so that an interrupted run goes on exactly. A place is drawn in the training recordings of a voice laid end to end;
/// where the recording there is long enough, the segment is drawn again within it, else it runs over into the neighbours. Safe for several threads.
/// </summary>
public sealed class SegmentSampler
{
    private const int PlacePurpose = 1;
    private const int DitherPurpose = 2;
    private readonly SpeechCorpus _corpus;
    private readonly SegmentOptions _options;
    private readonly VoiceChoice _choice;

    // Whole pitch hops that hold the samples on the left and the centre of pitch frame 0.
    private readonly int _lead;

    /// <summary>Prepares to draw.</summary>
    /// <param name="corpus">Corpus; it must stay open.</param>
    /// <param name="options">How segments are drawn.</param>
    /// <exception cref="CorpusException">No voice that may be used is long enough.</exception>
    public SegmentSampler(SpeechCorpus corpus, SegmentOptions options)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Tokens, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.LeftSamples, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Tries, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.MinGainDb, options.MaxGainDb, nameof(options));
        (_corpus, _options) = (corpus, options);
        _lead = (Math.Max(options.LeftSamples, -CorpusGrid.FirstPitchCentre) + CorpusGrid.PitchHop - 1) / CorpusGrid.PitchHop * CorpusGrid.PitchHop;
        VoiceStream[] streams = [.. VoiceStream.Of(corpus, options).Where(s => s.Samples >= Needed)];
        if (streams.Length == 0)
            throw new CorpusException($"{corpus.Folder}: no voice that training may use has {(double)Needed / CorpusGrid.SampleRate:0.00} s of recordings{(options.IncludeGpl ? "" : " outside the GPL")}.");
        _choice = new VoiceChoice(streams, options);
    }

    /// <summary>Samples of a segment without those on its left.</summary>
    public int SegmentSamples => _options.Tokens * CorpusGrid.TokenSamples;

    /// <summary>Samples that a draw gives: those on the left, then the segment.</summary>
    public int SampleCount => _options.LeftSamples + SegmentSamples;

    /// <summary>Pitch values that a draw gives: one per 20 ms, at the samples <c>320 t - 192</c> of the segment.</summary>
    public int PitchCount => (SegmentSamples / CorpusGrid.Hop) + 1;

    /// <summary>Probability with which each voice is drawn.</summary>
    public IReadOnlyDictionary<string, double> VoiceShares => _choice.Shares;

    // The last pitch frame is the one at the segment's end.
    private int Needed => _lead + SegmentSamples + CorpusGrid.PitchHop;

    /// <summary>Draws a segment.</summary>
    /// <param name="step">Training step.</param>
    /// <param name="item">Item of the batch.</param>
    /// <param name="samples">Takes <see cref="SampleCount"/> samples, full scale 1.</param>
    /// <param name="pitch">Takes <see cref="PitchCount"/> pitch values in Hz, 0 where unvoiced.</param>
    /// <returns>Where it was drawn.</returns>
    public SegmentOrigin Draw(long step, int item, Span<float> samples, Span<float> pitch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.Length, SampleCount, nameof(samples));
        ArgumentOutOfRangeException.ThrowIfNotEqual(pitch.Length, PitchCount, nameof(pitch));
        var random = new CounterRandom(_options.Seed, step, item, PlacePurpose);
        SegmentOrigin origin = default;
        for (int attempt = 0; attempt < _options.Tries; attempt++)
        {
            origin = Place(ref random);
            PcmScale.ToFloats(_corpus.SamplesAt(StartOf(origin) - _options.LeftSamples, samples.Length), samples);
            double rms = Math.Sqrt(FixedOrder.SumOfSquares(samples) / samples.Length);
            if (rms > _options.MinRms || random.NextDouble() < _options.QuietShare)
                break;
        }

        ReadPitch(StartOf(origin), pitch);
        float gain = SegmentLevel.Gain(samples, _options, ref random);
        TensorPrimitives.Multiply(samples, gain, samples);
        SegmentLevel.Dither(samples, _options.Dither, new CounterRandom(_options.Seed, step, item, DitherPurpose));
        return origin with { Gain = gain };
    }

    private long StartOf(SegmentOrigin origin) => _corpus.Recordings[origin.Recording].Offset + origin.Start;

    private SegmentOrigin Place(ref CounterRandom random)
    {
        VoiceStream voice = _choice.Draw(ref random);
        long start = voice.Offset + _lead + (random.NextBelow(((voice.Samples - Needed) / CorpusGrid.PitchHop) + 1) * CorpusGrid.PitchHop);
        int index = voice.RecordingAt(_corpus, start);
        Recording recording = _corpus.Recordings[index];
        bool joined = recording.Samples < Needed;
        if (!joined)
            start = recording.Offset + _lead + (random.NextBelow(((recording.Samples - Needed) / CorpusGrid.PitchHop) + 1) * CorpusGrid.PitchHop);
        return new SegmentOrigin(voice.Name, index, (int)(start - recording.Offset), joined, 1);
    }

    private void ReadPitch(long start, Span<float> pitch)
    {
        const int Every = CorpusGrid.Hop / CorpusGrid.PitchHop;
        ReadOnlySpan<float> grid = _corpus.PitchAt(start / CorpusGrid.PitchHop, ((pitch.Length - 1) * Every) + 1);
        for (int t = 0; t < pitch.Length; t++)
            pitch[t] = grid[t * Every];
    }
}
