using System.Globalization;
using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Teachers;

/// <summary>
/// A teacher's codes of a corpus, computed once: one file a block, named by what it was made from, so that an interrupted run goes on where it stopped and another student finds them.
/// Each variant is the same speech at another level, because a teacher's codes depend on it.
/// </summary>
public sealed class CodeCache
{
    private const int BlockSeconds = 60;
    private const uint Magic = 0x32_43_33_51;
    private const int GainPurpose = 102;

    private readonly SpeechCorpus _corpus;
    private readonly ITeacher _teacher;
    private readonly ushort[][] _codes;

    private CodeCache(SpeechCorpus corpus, ITeacher teacher, SpeechBlock[] blocks, int variant, string folder)
    {
        (_corpus, _teacher, Blocks, Variant, Folder) = (corpus, teacher, blocks, variant, folder);
        (_codes, Gains) = (new ushort[blocks.Length][], [.. blocks.Select(Gain)]);
    }

    /// <summary>Where the files lie.</summary>
    public string Folder { get; }

    /// <summary>The blocks.</summary>
    public IReadOnlyList<SpeechBlock> Blocks { get; }

    /// <summary>Factor on the samples of every block that its codes stand for.</summary>
    public IReadOnlyList<float> Gains { get; }

    /// <summary>0 is the recordings' own level, others are drawn between -14 and +8 dB.</summary>
    public int Variant { get; }

    /// <summary>Codes of a block: [frames, layers].</summary>
    public ReadOnlySpan<ushort> Codes(int block) => _codes[block];

    /// <summary>Cuts the recordings that pass <paramref name="use"/> into blocks of at most a minute: of one voice, either held out or not, and side by side.</summary>
    public static SpeechBlock[] Split(SpeechCorpus corpus, Func<Recording, bool> use)
    {
        var blocks = new List<SpeechBlock>();
        SpeechBlock? open = null;
        foreach (Recording r in corpus.Recordings.Where(use))
        {
            bool joins = open is not null && open.Voice == r.Voice && open.HeldOut == r.HeldOut && open.Offset + open.Samples == r.Offset
                && open.Samples + r.Samples <= BlockSeconds * CorpusGrid.SampleRate;
            if (joins)
            {
                open = open! with { Samples = open.Samples + r.Samples };
                blocks[^1] = open;
            }
            else
            {
                open = new SpeechBlock(r.Voice, r.HeldOut, r.Offset, r.Samples);
                blocks.Add(open);
            }
        }

        return [.. blocks];
    }

    /// <summary>Reads the codes, and computes and writes those that are missing.</summary>
    /// <param name="corpus">The speech.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="blocks">Blocks of the corpus.</param>
    /// <param name="variant">Which level.</param>
    /// <param name="cacheFolder">Where caches lie; a folder of its own is made inside.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="progress">Told the share done.</param>
    /// <param name="cancel">Stops between blocks; what is done stays.</param>
    public static CodeCache Open(
        SpeechCorpus corpus, ITeacher teacher, SpeechBlock[] blocks, int variant, string cacheFolder, Workers workers, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        string folder = Path.Combine(cacheFolder, "codes", $"{corpus.Hash[..16]}-{teacher.Hash[..16]}-{variant.ToString(CultureInfo.InvariantCulture)}");
        Directory.CreateDirectory(folder);
        var cache = new CodeCache(corpus, teacher, blocks, variant, folder);
        int next = -1, done = 0;
        workers.Run(_ =>
        {
            for (int i = Interlocked.Increment(ref next); i < blocks.Length; i = Interlocked.Increment(ref next))
            {
                cancel.ThrowIfCancellationRequested();
                cache._codes[i] = cache.ReadOrCompute(i);
                progress?.Report((double)Interlocked.Increment(ref done) / blocks.Length);
            }
        });
        return cache;
    }

    private ushort[] ReadOrCompute(int block)
    {
        string path = Path.Combine(Folder, CacheFile.NameOf(Blocks[block], "codes"));
        var format = new CacheFile(Magic, _teacher.Facts.Layers);
        if (format.Read(path, Gains[block]) is { } known && known.All(c => c < _teacher.Facts.CodebookSize))
        {
            return known;
        }

        ReadOnlySpan<short> samples = _corpus.SamplesAt(Blocks[block].Offset, Blocks[block].Samples);
        var speech = new float[samples.Length];
        PcmScale.ToFloats(samples, speech);
        TensorPrimitives.Multiply(speech, Gains[block], speech);
        int rate = _teacher.Facts.Rate.SampleRate;
        ushort[] codes = _teacher.Encode(rate == CorpusGrid.SampleRate ? speech : Resampler.Resample(speech, CorpusGrid.SampleRate, rate));
        format.Write(path, codes, Gains[block]);
        return codes;
    }

    private float Gain(SpeechBlock block)
    {
        if (Variant == 0)
        {
            return 1;
        }

        var random = new CounterRandom((ulong)Variant, block.Offset, 0, GainPurpose);
        int peak = 1;
        foreach (short sample in _corpus.SamplesAt(block.Offset, block.Samples))
        {
            peak = Math.Max(peak, Math.Abs((int)sample));
        }

        double decibels = random.NextBetween(-14, 8);
        return (float)Math.Min(Math.Pow(10, decibels / 20), 0.98 * 32768 / peak);
    }
}
