using System.Text;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>A held-out recording, or its first seconds, on which a model is judged.</summary>
/// <param name="Recording">Where it is from.</param>
/// <param name="Samples">Mono samples at <see cref="CorpusGrid.SampleRate"/>.</param>
public sealed record HeldOutClip(Recording Recording, float[] Samples)
{
    /// <summary>Clips on which a card's figures rest.</summary>
    public const int MostClips = 24;

    private const double LeastSeconds = 1.5;
    private const double MostSeconds = 8;

    // Prompts of mere silence are no speech, and a corpus may hold them out like any other.
    private const double LeastVoiced = 0.15;

    /// <summary>Its name: package and path.</summary>
    public string Name => $"{Recording.Package}: {Recording.Path}";

    /// <summary>Length in seconds.</summary>
    public double Seconds => (double)Samples.Length / CorpusGrid.SampleRate;

    /// <summary>
    /// Picks clips of a corpus, the same ones every time: of every voice one after the other, people before synthesisers, and of a voice those that a checksum of their names brings first.
    /// </summary>
    /// <param name="corpus">The corpus.</param>
    /// <param name="includeGpl">Whether recordings under the GNU GPL may be among them.</param>
    /// <param name="voices">Beginnings of the names of the voices that the model is made for; all when empty, or when the corpus holds none of them out.</param>
    /// <returns>At most <see cref="MostClips"/> with a voice in them, of 1.5 to 8 seconds; none when the corpus holds none out.</returns>
    public static IReadOnlyList<HeldOutClip> Pick(SpeechCorpus corpus, bool includeGpl, IReadOnlyList<string> voices)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        (Recording Recording, int Index)[] all = [.. corpus.Recordings.Select((r, i) => (r, i)).Where(x => x.r.HeldOut && x.r.Seconds >= LeastSeconds && (includeGpl || !x.r.Gpl) && IsVoiced(corpus, x.i))];
        (Recording Recording, int Index)[] own = [.. all.Where(x => voices.Any(v => x.Recording.Voice.StartsWith(v, StringComparison.Ordinal)))];
        return [.. (own.Length > 0 ? own : all)
            .GroupBy(x => x.Recording.Voice)
            .SelectMany(g => g.OrderBy(x => Crc32.Compute(Encoding.UTF8.GetBytes(x.Recording.Path))).Select((x, turn) => (x.Recording, x.Index, Turn: turn)))
            .OrderBy(x => x.Recording.Synthetic).ThenBy(x => x.Turn).ThenBy(x => x.Recording.Voice, StringComparer.Ordinal)
            .Take(MostClips)
            .Select(x => new HeldOutClip(x.Recording, First(corpus.ReadFloats(x.Index))))];
    }

    private static bool IsVoiced(SpeechCorpus corpus, int index)
    {
        ReadOnlySpan<float> pitch = corpus.Pitch(index);
        return pitch.Length - pitch.Count(0f) >= LeastVoiced * pitch.Length;
    }

    private static float[] First(float[] samples) => samples[..Math.Min(samples.Length, (int)(MostSeconds * CorpusGrid.SampleRate))];
}
