using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Distillation.Corpora;
using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Distillation.Teachers;

/// <summary>
/// A teacher's speech: what it makes of its own codes of a corpus, decoded once; one file a block beside its codes, 16-bit samples at the corpus's rate, in time with the recording. Files stay on disk and are
/// read where a sequence needs them.
/// </summary>
public sealed class WaveCache : IDisposable
{
    private static readonly CacheFile Format = new(0x32_57_33_51, 1);

    private readonly SafeFileHandle[] _files;

    private WaveCache(SafeFileHandle[] files) => _files = files;

    /// <summary>Finds the waves, and decodes and writes those that are missing.</summary>
    /// <param name="codes">The teacher's codes.</param>
    /// <param name="teacher">The teacher.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="progress">Told the share done.</param>
    /// <param name="cancel">Stops between blocks; what is done stays.</param>
    public static WaveCache Open(CodeCache codes, ITeacher teacher, Workers workers, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        var files = new SafeFileHandle[codes.Blocks.Count];
        int next = -1, done = 0;
        try
        {
            workers.Run(_ =>
            {
                for (int i = Interlocked.Increment(ref next); i < files.Length; i = Interlocked.Increment(ref next))
                {
                    cancel.ThrowIfCancellationRequested();
                    string path = Path.Combine(codes.Folder, CacheFile.NameOf(codes.Blocks[i], "wave"));
                    if (Format.Read(path, codes.Gains[i])?.Length != codes.Blocks[i].Samples)
                    {
                        Format.Write(path, MemoryMarshal.Cast<short, ushort>(Decode(codes, i, teacher)), codes.Gains[i]);
                    }

                    files[i] = File.OpenHandle(path);
                    progress?.Report((double)Interlocked.Increment(ref done) / files.Length);
                }
            });
            return new WaveCache(files);
        }
        catch
        {
            new WaveCache(files).Dispose();
            throw;
        }
    }

    /// <summary>Reads samples of a block, at the level of its codes.</summary>
    /// <param name="block">The block.</param>
    /// <param name="start">First sample in the block.</param>
    /// <param name="samples">Receives them, full scale 1.</param>
    public void Read(int block, long start, Span<float> samples)
    {
        const int MostOnStack = 16384;
        Span<short> values = samples.Length <= MostOnStack ? stackalloc short[samples.Length] : new short[samples.Length];
        Span<byte> bytes = MemoryMarshal.AsBytes(values);
        int read = RandomAccess.Read(_files[block], bytes, CacheFile.HeaderBytes + (start * sizeof(short)));
        if (read != bytes.Length)
        {
            throw new CorpusException(string.Create(CultureInfo.InvariantCulture, $"wave of block {block}: samples {start} to {start + samples.Length}: the cached file has become shorter; start again."));
        }

        PcmScale.ToFloats(values, samples);
    }

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (SafeFileHandle? file in _files)
        {
            file?.Dispose();
        }
    }

    // Without the delay of the codec, and as long as the block: silence where the codes end before it.
    private static short[] Decode(CodeCache codes, int block, ITeacher teacher)
    {
        float[] decoded = teacher.Decode(codes.Codes(block));
        float[] wave = Resampler.Resample(decoded.AsSpan(Math.Min(teacher.Facts.Delay, decoded.Length)), teacher.Facts.Rate.SampleRate, CorpusGrid.SampleRate);
        var samples = new short[codes.Blocks[block].Samples];
        PcmScale.ToPcm(wave.AsSpan(0, Math.Min(wave.Length, samples.Length))).CopyTo(samples, 0);
        return samples;
    }
}
