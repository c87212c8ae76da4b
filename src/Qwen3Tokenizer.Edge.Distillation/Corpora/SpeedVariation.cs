using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>
/// More speakers out of the same recordings: played at another speed, a voice becomes another, because pitch and formants move together (Ko, Peddinti, Povey, Khudanpur 2015, "Audio augmentation for speech recognition").
/// </summary>
public static class SpeedVariation
{
    /// <summary>Slowest speed, in percent.</summary>
    public const int MinPercent = 50;

    /// <summary>Fastest speed, in percent.</summary>
    public const int MaxPercent = 200;

    private const string UnfinishedName = ".vary.tmp";

    // Of a recording: bounds the memory of resampling. The margin covers the resampler's filter, 66 periods of the lower rate on both sides, at all speeds.
    private const int PieceSamples = 30 * CorpusGrid.SampleRate;
    private const int MarginSamples = 66 * MaxPercent / 100;

    // What is worked on at once: long enough that cores seldom wait for the last recording.
    private const long BatchSamplesPerCore = 240L * CorpusGrid.SampleRate;

    /// <summary>Name of a voice at another speed, such as <c>ast-en@0.85</c>.</summary>
    /// <param name="voice">The voice.</param>
    /// <param name="speedPercent">Speed in percent.</param>
    public static string VoiceAt(string voice, int speedPercent) => FormattableString.Invariant($"{voice}@{speedPercent / 100m:0.##}");

    /// <summary>
    /// Writes a corpus that holds all recordings of another as they are, then every training recording once more at each speed, resampled and with its pitch tracked anew, as the recording of a voice of its own
    /// under the same licence. Held-out recordings have no copies. Works on all cores; leaves nothing behind when it fails.
    /// </summary>
    /// <param name="from">Folder of a corpus whose recordings all have their own speed.</param>
    /// <param name="folder">Folder of the new corpus; it may hold anything but a corpus.</param>
    /// <param name="speedPercents">Speeds in percent, 50 to 200: at 85 a recording is longer and lower.</param>
    /// <param name="includeGpl">Whether recordings under the GNU GPL have copies too.</param>
    /// <param name="progress">Told the stage and the part of it that is done, or null.</param>
    /// <returns>What became of the recordings; copies shorter than 0.1 s are left out.</returns>
    /// <exception cref="CorpusException">A speed is out of range or twice there, a folder is not as described, or there is nothing to vary.</exception>
    public static CorpusBuildResult Create(string from, string folder, IReadOnlyList<int> speedPercents, bool includeGpl = false, IProgress<(string Stage, double Done)>? progress = null)
    {
        CheckSpeeds(speedPercents);
        CorpusBuilder.RequireNone(folder);
        using SpeechCorpus corpus = SpeechCorpus.Open(from);
        Job[] jobs = Plan(corpus, speedPercents, includeGpl);

        // A damaged original must not become part of a corpus with a valid hash.
        progress?.Report(("Checking the corpus", 0));
        corpus.Verify();
        string work = Path.Combine(folder, UnfinishedName);
        RemoveIfThere(work);
        Directory.CreateDirectory(work);
        try
        {
            using var writer = new CorpusWriter(work);
            for (int i = 0; i < corpus.Recordings.Count; i++)
            {
                writer.Add(corpus.Recordings[i], MemoryMarshal.AsBytes(corpus.Samples(i)), MemoryMarshal.AsBytes(corpus.Pitch(i)));
                progress?.Report(("Copying the originals", (i + 1.0) / corpus.Recordings.Count));
            }

            List<string> tooShort = AddCopies(corpus, jobs, writer, progress);
            writer.Finish(folder, corpus.DescribedSources);
            return new CorpusBuildResult(writer.Count, [], tooShort, []);
        }
        finally
        {
            RemoveIfThere(work);
        }
    }

    /// <summary>A recording at another speed: <c>n / speed</c> samples, cut to a multiple of 160. Sample <c>k</c> is the original at <c>k * speed</c>, limited to the band that both have.</summary>
    internal static short[] AtSpeed(ReadOnlySpan<short> pcm, int speedPercent)
    {
        int divisor = (int)System.Numerics.BigInteger.GreatestCommonDivisor(speedPercent, 100), inStep = speedPercent / divisor, outStep = 100 / divisor;
        var varied = new short[LengthAt(pcm.Length, speedPercent)];

        // Pieces begin where samples of both lie at the same time, so that they are what the whole would be.
        int pieceSteps = PieceSamples / inStep, marginSteps = (MarginSamples / inStep) + 1;
        for (long step = 0; step * outStep < varied.Length; step += pieceSteps)
        {
            long first = Math.Max(0, step - marginSteps), end = Math.Min(pcm.Length, (step + pieceSteps + marginSteps) * inStep);
            ReadOnlySpan<short> part = pcm[(int)(first * inStep)..(int)end];
            var samples = new float[part.Length];
            PcmScale.ToFloats(part, samples);
            ReadOnlySpan<float> resampled = Resampler.Resample(samples, inStep, outStep).AsSpan((int)((step - first) * outStep));
            int to = (int)(step * outStep), count = Math.Min(pieceSteps * outStep, varied.Length - to);
            PcmScale.ToPcm(resampled[..count]).CopyTo(varied, to);
        }

        return varied;
    }

    private static long LengthAt(int samples, int speedPercent) => samples * 100L / speedPercent / CorpusGrid.PitchHop * CorpusGrid.PitchHop;

    private static void CheckSpeeds(IReadOnlyList<int> speedPercents)
    {
        if (speedPercents.Count == 0)
            throw new CorpusException("speeds: are none.");
        foreach (int speed in speedPercents)
        {
            if (speed is < MinPercent or > MaxPercent or 100)
                throw new CorpusException($"speeds: {speed} % is not between {MinPercent} and {MaxPercent} %, or is the recordings' own.");
        }

        if (speedPercents.Distinct().Count() < speedPercents.Count)
            throw new CorpusException($"speeds: {string.Join(", ", speedPercents)} % name one twice.");
    }

    private static Job[] Plan(SpeechCorpus corpus, IReadOnlyList<int> speedPercents, bool includeGpl)
    {
        if (corpus.Recordings.FirstOrDefault(r => r.IsVaried) is { } varied)
            throw new CorpusException($"{corpus.Folder}: recordings: \"{varied.Voice}\" has another speed already; vary the corpus that it was made from.");
        int[] wanted = [.. Enumerable.Range(0, corpus.Recordings.Count).Where(i => !corpus.Recordings[i].HeldOut && (includeGpl || !corpus.Recordings[i].Gpl))];
        if (wanted.Length == 0)
            throw new CorpusException($"{corpus.Folder}: recordings: none may be trained on{(includeGpl ? "" : " outside the GPL")}.");
        var voices = corpus.Recordings.Select(r => r.Voice).ToHashSet(StringComparer.Ordinal);
        foreach (int speed in speedPercents)
        {
            foreach (int i in wanted)
            {
                Recording r = corpus.Recordings[i];
                if (voices.Contains(VoiceAt(r.Voice, speed)))
                    throw new CorpusException($"{corpus.Folder}: recordings[{i}].voice: \"{r.Voice}\" at {speed} % would have the name of another voice.");
                if (LengthAt(r.Samples, speed) > Array.MaxLength)
                    throw new CorpusException($"{corpus.Folder}: recordings[{i}].samples: {r.Samples} are too many for a copy at {speed} %.");
            }
        }

        return [.. speedPercents.SelectMany(speed => wanted.Select(i => new Job(i, speed)))];
    }

    private static List<string> AddCopies(SpeechCorpus corpus, Job[] jobs, CorpusWriter writer, IProgress<(string Stage, double Done)>? progress)
    {
        var tooShort = new List<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        for (int first = 0; first < jobs.Length;)
        {
            int end = first;
            for (long samples = 0; end < jobs.Length && samples < BatchSamplesPerCore * Environment.ProcessorCount; end++)
                samples += corpus.Recordings[jobs[end].Recording].Samples;
            var copies = new (short[] Samples, float[] Pitch)[end - first];
            int begin = first;
            Parallel.For(0, copies.Length, options, k =>
            {
                Job job = jobs[begin + k];
                short[] samples = AtSpeed(corpus.Samples(job.Recording), job.SpeedPercent);
                copies[k] = (samples, samples.Length < CorpusGrid.MinSamples ? [] : PitchTracks.Of(samples));
            });
            for (int k = 0; k < copies.Length; k++)
            {
                Job job = jobs[first + k];
                Recording original = corpus.Recordings[job.Recording];
                string voice = VoiceAt(original.Voice, job.SpeedPercent);
                if (copies[k].Samples.Length < CorpusGrid.MinSamples)
                    tooShort.Add($"{original.Package}: {original.Path} ({voice})");
                else
                    writer.Add(original with { Voice = voice, SpeedPercent = job.SpeedPercent }, MemoryMarshal.AsBytes(copies[k].Samples.AsSpan()), MemoryMarshal.AsBytes(copies[k].Pitch.AsSpan()));
            }

            first = end;
            progress?.Report(("Resampling and tracking pitch", (double)first / jobs.Length));
        }

        return tooShort;
    }

    private static void RemoveIfThere(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private readonly record struct Job(int Recording, int SpeedPercent);
}
