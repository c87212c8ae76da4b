using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>Frames of tokens of one recording.</summary>
/// <param name="Recording">The recording.</param>
/// <param name="FirstToken">Its first frame of tokens; frame <c>k</c> begins at its sample <c>1280 k</c>.</param>
/// <param name="Tokens">Number of frames.</param>
public readonly record struct TokenPiece(int Recording, int FirstToken, int Tokens);

/// <summary>
/// Draws segments for students that learn from cached tokens: they start at frames of tokens, counted from the start of a recording, and keep the recorded level, since tokens carry it.
/// A recording counts as padded with silence to whole frames. Where the recordings of a voice are shorter than a segment, neighbours are joined.
/// A draw depends on (seed, step, item) and the corpus alone. Safe for several threads.
/// </summary>
public sealed class TokenSegmentSampler
{
    private const int PlacePurpose = 3;
    private const int DitherPurpose = 4;
    private readonly SpeechCorpus _corpus;
    private readonly SegmentOptions _options;
    private readonly VoiceChoice _choice;
    private readonly int[] _tokensBefore;

    /// <summary>Prepares to draw.</summary>
    /// <param name="corpus">Corpus; it must stay open.</param>
    /// <param name="options">How segments are drawn; its gains are not used.</param>
    /// <exception cref="CorpusException">No voice that may be used is long enough.</exception>
    public TokenSegmentSampler(SpeechCorpus corpus, SegmentOptions options)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Tokens, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.LeftSamples, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Tries, 1, nameof(options));
        (_corpus, _options) = (corpus, options);
        _tokensBefore = new int[corpus.Recordings.Count + 1];
        for (int i = 0; i < corpus.Recordings.Count; i++)
            _tokensBefore[i + 1] = checked(_tokensBefore[i] + corpus.Recordings[i].TokenFrames);
        VoiceStream[] streams = [.. VoiceStream.Of(corpus, options).Where(s => TokensOf(s) >= options.Tokens)];
        if (streams.Length == 0)
            throw new CorpusException($"{corpus.Folder}: no voice that training may use has {options.Tokens} frames of tokens{(options.IncludeGpl ? "" : " outside the GPL")}.");
        _choice = new VoiceChoice(streams, options);
    }

    /// <summary>Samples that a draw gives: those on the left, then the segment.</summary>
    public int SampleCount => _options.LeftSamples + (_options.Tokens * CorpusGrid.TokenSamples);

    /// <summary>Pitch values that a draw gives: one per 20 ms, at the samples <c>320 t - 192</c> of the segment.</summary>
    public int PitchCount => (_options.Tokens * CorpusGrid.TokenSamples / CorpusGrid.Hop) + 1;

    /// <summary>Probability with which each voice is drawn.</summary>
    public IReadOnlyDictionary<string, double> VoiceShares => _choice.Shares;

    /// <summary>Draws a segment.</summary>
    /// <param name="step">Training step.</param>
    /// <param name="item">Item of the batch.</param>
    /// <param name="samples">Takes <see cref="SampleCount"/> samples, full scale 1. Left of a recording's start there is silence.</param>
    /// <param name="pitch">Takes <see cref="PitchCount"/> pitch values in Hz, 0 where unvoiced.</param>
    /// <returns>The tokens that belong to the segment, in order; more than one piece where recordings were joined.</returns>
    public IReadOnlyList<TokenPiece> Draw(long step, int item, Span<float> samples, Span<float> pitch)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(samples.Length, SampleCount, nameof(samples));
        ArgumentOutOfRangeException.ThrowIfNotEqual(pitch.Length, PitchCount, nameof(pitch));
        var random = new CounterRandom(_options.Seed, step, item, PlacePurpose);
        List<TokenPiece> pieces = [];
        for (int attempt = 0; attempt < _options.Tries; attempt++)
        {
            pieces = Place(ref random);
            ReadSamples(pieces, samples);
            double rms = Math.Sqrt(System.Numerics.Tensors.TensorPrimitives.SumOfSquares<float>(samples) / samples.Length);
            if (rms > _options.MinRms || random.NextDouble() < _options.QuietShare)
                break;
        }

        ReadPitch(pieces, pitch);
        SegmentLevel.Dither(samples, _options.Dither, new CounterRandom(_options.Seed, step, item, DitherPurpose));
        return pieces;
    }

    private int TokensOf(VoiceStream stream) => _tokensBefore[stream.First + stream.Count] - _tokensBefore[stream.First];

    private List<TokenPiece> Place(ref CounterRandom random)
    {
        VoiceStream voice = _choice.Draw(ref random);
        int wanted = _options.Tokens, at = _tokensBefore[voice.First] + (int)random.NextBelow(TokensOf(voice) - wanted + 1);
        int index = Array.BinarySearch(_tokensBefore, at);
        index = index >= 0 ? index : ~index - 1;
        int frames = _corpus.Recordings[index].TokenFrames;
        if (frames >= wanted)
            return [new TokenPiece(index, (int)random.NextBelow(frames - wanted + 1), wanted)];

        var pieces = new List<TokenPiece>();
        for (int first = at - _tokensBefore[index]; wanted > 0; first = 0, index++)
        {
            int count = Math.Min(wanted, _corpus.Recordings[index].TokenFrames - first);
            pieces.Add(new TokenPiece(index, first, count));
            wanted -= count;
        }

        return pieces;
    }

    private void ReadSamples(List<TokenPiece> pieces, Span<float> samples)
    {
        samples.Clear();
        int left = _options.LeftSamples, to = left;
        for (int p = 0; p < pieces.Count; p++)
        {
            ReadOnlySpan<short> recording = _corpus.Samples(pieces[p].Recording);
            int start = pieces[p].FirstToken * CorpusGrid.TokenSamples, length = pieces[p].Tokens * CorpusGrid.TokenSamples;
            int before = p == 0 ? Math.Min(left, start) : 0, count = Math.Min(length, recording.Length - start);
            PcmScale.ToFloats(recording.Slice(start - before, before + count), samples[(to - before)..]);
            to += length;
        }
    }

    private void ReadPitch(List<TokenPiece> pieces, Span<float> pitch)
    {
        const int PerToken = CorpusGrid.TokenSamples / CorpusGrid.Hop, Every = CorpusGrid.Hop / CorpusGrid.PitchHop;
        pitch.Clear();
        int to = 0;
        foreach (TokenPiece piece in pieces)
        {
            ReadOnlySpan<float> grid = _corpus.Pitch(piece.Recording)[(piece.FirstToken * PerToken * Every)..];

            // One more than the piece has hops: the frame at its end, which a joined neighbour then replaces with the first of its own.
            int count = Math.Min((piece.Tokens * PerToken) + 1, (grid.Length + Every - 1) / Every);
            for (int t = 0; t < count; t++)
                pitch[to + t] = grid[t * Every];
            to += piece.Tokens * PerToken;
        }
    }
}
