using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>Codes to samples: as a stream with all its state, which equals one pass over the whole, or in the reference's chunks, which does not.</summary>
public sealed class Qwen3TtsDecoding : IDisposable
{
    /// <summary>Frames of a chunk of the reference's <c>chunked_decode</c>.</summary>
    public const int ReferenceChunk = 300;

    /// <summary>Frames of context that the reference decodes before a chunk and drops.</summary>
    public const int ReferenceContext = 25;

    // Frames handed to the executor at once in a single pass: the result does not depend on it, the memory does.
    private const int MaxChunk = 8;

    private readonly IGraphExecutor _executor;
    private readonly Qwen3Tts12HzConfig _config;
    private readonly bool _leaveOpen;
    private bool _disposed;

    /// <summary>Begins a stream.</summary>
    /// <param name="executor">Runs <see cref="Qwen3Tts12Hz.Decoder"/> of a model; reset by this constructor, and used by this stream alone.</param>
    /// <param name="config">The model's configuration.</param>
    /// <param name="leaveOpen">Whether the executor lives on when the stream is disposed.</param>
    public Qwen3TtsDecoding(IGraphExecutor executor, Qwen3Tts12HzConfig config, bool leaveOpen = false)
    {
        (_executor, _config, _leaveOpen) = (executor, config, leaveOpen);
        executor.Reset();
    }

    /// <summary>Decodes the next frames of the stream. Any split gives the samples of one pass over the whole.</summary>
    /// <param name="codes">Frames * <paramref name="layers"/> codes, frame by frame.</param>
    /// <param name="layers">Codes a frame, 1 to the model's layers; the rest are left out of the sum.</param>
    /// <returns>Frames * samples per frame, within -1..1.</returns>
    /// <exception cref="ArgumentException">A code is outside the codebook, or the codes do not fill whole frames.</exception>
    /// <exception cref="ObjectDisposedException">The stream is disposed.</exception>
    public float[] Next(ReadOnlySpan<ushort> codes, int layers)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int frames = FramesOf(codes, layers);
        var samples = new float[checked(frames * _config.SamplesPerFrame)];
        for (int start = 0; start < frames; start += MaxChunk)
        {
            int count = Math.Min(MaxChunk, frames - start);
            Run(codes.Slice(start * layers, count * layers), layers).CopyTo(samples.AsSpan(start * _config.SamplesPerFrame));
        }

        return samples;
    }

    /// <summary>
    /// Decodes a clip as the reference's <c>decode</c> does: chunks of 300 frames, each after 25 frames of context decoded from a fresh start and dropped. The context is shorter than what the
    /// decoder reaches back, so clips over 300 frames differ from a single pass (known bug 3 of the reference); this is here because people compare against it.
    /// </summary>
    /// <param name="executor">Runs <see cref="Qwen3Tts12Hz.Decoder"/>; reset for every chunk.</param>
    /// <param name="config">The model's configuration.</param>
    /// <param name="codes">Frames * <paramref name="layers"/> codes, frame by frame.</param>
    /// <param name="layers">Codes a frame, 1 to the model's layers.</param>
    /// <param name="progress">Told the share done, 0..1.</param>
    /// <param name="cancellation">Ends the work between pieces.</param>
    /// <returns>Frames * samples per frame, within -1..1.</returns>
    /// <exception cref="ArgumentException">A code is outside the codebook, or the codes do not fill whole frames.</exception>
    public static float[] DecodeInReferenceChunks(
        IGraphExecutor executor, Qwen3Tts12HzConfig config, ReadOnlySpan<ushort> codes, int layers, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        int frames = FramesOf(codes, layers), hop = config.SamplesPerFrame;
        var samples = new float[checked(frames * hop)];
        for (int start = 0; start < frames; start += ReferenceChunk)
        {
            cancellation.ThrowIfCancellationRequested();
            int end = Math.Min(start + ReferenceChunk, frames), context = start > ReferenceContext ? ReferenceContext : start;
            using var stream = new Qwen3TtsDecoding(executor, config, leaveOpen: true);
            float[] chunk = stream.Next(codes[((start - context) * layers)..(end * layers)], layers);
            chunk.AsSpan(context * hop).CopyTo(samples.AsSpan(start * hop));
            progress?.Report((double)end / frames);
        }

        return samples;
    }

    /// <summary>Ends the stream and frees the executor's states.</summary>
    public void Dispose()
    {
        if (!_disposed && !_leaveOpen)
        {
            (_executor as IDisposable)?.Dispose();
        }

        _disposed = true;
    }

    private static int FramesOf(ReadOnlySpan<ushort> codes, int layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        return codes.Length % layers == 0 ? codes.Length / layers : throw new ArgumentException($"{codes.Length} codes do not fill frames of {layers} layers.", nameof(codes));
    }

    private ReadOnlySpan<float> Run(ReadOnlySpan<ushort> codes, int layers)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, _config.Layers);
        int frames = codes.Length / layers;
        var input = new FloatTensor(frames, _config.Layers);
        input.Data.AsSpan().Fill(-1);
        for (int f = 0; f < frames; f++)
        {
            for (int l = 0; l < layers; l++)
            {
                ushort code = codes[(f * layers) + l];
                if (code >= _config.CodebookSize)
                {
                    throw new ArgumentException($"Code {code} of layer {l} in frame {f} is not below the codebook size {_config.CodebookSize}.", nameof(codes));
                }

                input.Row(f)[l] = code;
            }
        }

        return _executor.Run(frames, new Dictionary<string, FloatTensor> { ["codes"] = input })[0].Data;
    }
}
