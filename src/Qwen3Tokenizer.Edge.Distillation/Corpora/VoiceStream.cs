namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>The training recordings of one voice, which lie one after the other in the corpus.</summary>
/// <param name="Name">The voice.</param>
/// <param name="First">Index of its first recording.</param>
/// <param name="Count">Number of recordings.</param>
/// <param name="Offset">First sample in the corpus.</param>
/// <param name="Samples">Samples of all of them.</param>
/// <param name="IsVaried">Whether the voice is another at another speed.</param>
internal sealed record VoiceStream(string Name, int First, int Count, long Offset, long Samples, bool IsVaried)
{
    /// <summary>The streams that segments may be drawn from.</summary>
    public static VoiceStream[] Of(SpeechCorpus corpus, SegmentOptions options)
    {
        IReadOnlyList<Recording> all = corpus.Recordings;
        var streams = new List<VoiceStream>();
        for (int i = 0; i < all.Count;)
        {
            int end = i + 1;
            while (end < all.Count && all[end].Voice == all[i].Voice && all[end].HeldOut == all[i].HeldOut)
                end++;
            Recording first = all[i], last = all[end - 1];
            bool wanted = !first.HeldOut && (options.IncludeGpl || !first.Gpl) && (options.IncludeSynthetic || !first.Synthetic) && (options.Voices?.Invoke(first.Voice) ?? true);
            if (wanted)
                streams.Add(new VoiceStream(first.Voice, i, end - i, first.Offset, last.Offset + last.Samples - first.Offset, first.IsVaried));
            i = end;
        }

        return [.. streams];
    }

    /// <summary>The recording in which a sample of the corpus lies.</summary>
    public int RecordingAt(SpeechCorpus corpus, long sample)
    {
        int low = First, high = First + Count - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (corpus.Recordings[middle].Offset <= sample)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }
}
