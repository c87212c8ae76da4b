using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>
/// Samples to codes as a stream: samples in pieces of any length, a frame of codes for every whole frame of samples, and at the end one more for the rest. Any split gives the codes of
/// the whole. Without a window the encoder attends to all of the past, so that memory and time per frame grow; such a stream ends after <see cref="LongestSeconds"/>.
/// </summary>
public sealed class Qwen3TtsEncoding : IDisposable
{
    /// <summary>Longest stream of an encoder without a window, in seconds.</summary>
    public const int LongestSeconds = 300;

    // Frames handed to the executor at once: the result does not depend on it, the memory does.
    private const int MaxChunk = 25;

    private readonly IGraphExecutor _executor;
    private readonly Qwen3Tts12HzConfig _config;
    private readonly bool _limited;
    private readonly bool _leaveOpen;
    private readonly float[] _pending;
    private int _count;
    private bool _disposed;

    /// <summary>Begins a stream.</summary>
    /// <param name="executor">Runs <see cref="Qwen3Tts12Hz.Encoder"/> of a model; reset by this constructor, and used by this stream alone.</param>
    /// <param name="config">The model's configuration.</param>
    /// <param name="window">The window with which the graph was built.</param>
    /// <param name="leaveOpen">Whether the executor lives on when the stream is disposed.</param>
    public Qwen3TtsEncoding(IGraphExecutor executor, Qwen3Tts12HzConfig config, int window, bool leaveOpen = false)
    {
        (_executor, _config, _limited, _leaveOpen) = (executor, config, window == 0, leaveOpen);
        _pending = new float[MaxChunk * config.SamplesPerFrame];
        executor.Reset();
    }

    /// <summary>Samples taken so far.</summary>
    public long Samples { get; private set; }

    /// <summary>Takes the next samples and appends the codes of the frames that they complete.</summary>
    /// <param name="samples">Mono samples at the model's rate; they are used as they are, without normalization or clipping.</param>
    /// <param name="codes">Codes are appended to it, frame by frame, all layers.</param>
    /// <exception cref="ArgumentException">The stream is longer than an encoder without a window takes.</exception>
    /// <exception cref="InvalidOperationException">The stream has ended, or is disposed.</exception>
    public void Write(ReadOnlySpan<float> samples, ICollection<ushort> codes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Samples += samples.Length;
        if (_limited && Samples > (long)LongestSeconds * _config.SampleRate)
        {
            throw TooLong();
        }

        while (!samples.IsEmpty)
        {
            int taken = Math.Min(samples.Length, _pending.Length - _count);
            samples[..taken].CopyTo(_pending.AsSpan(_count));
            _count += taken;
            samples = samples[taken..];
            int frames = _count / _config.SamplesPerFrame, used = frames * _config.SamplesPerFrame;
            if (frames > 0)
            {
                Append(_executor.Run(frames, Input(used)), codes);
                _pending.AsSpan(used, _count - used).CopyTo(_pending);
                _count -= used;
            }
        }
    }

    /// <summary>Ends the stream: the samples behind the last whole frame, if any, give one more frame.</summary>
    /// <param name="codes">Codes are appended to it.</param>
    /// <exception cref="InvalidOperationException">The stream has ended before, or is disposed.</exception>
    public void End(ICollection<ushort> codes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Append(_executor.RunEnd(Input(_count)), codes);
        _count = 0;
    }

    /// <summary>Gives the stream up and frees the executor's states; without <see cref="End"/> before, the samples behind the last whole frame are lost.</summary>
    public void Dispose()
    {
        if (!_disposed && !_leaveOpen)
        {
            (_executor as IDisposable)?.Dispose();
        }

        _disposed = true;
    }

    /// <summary>The refusal of a clip that is too long for an encoder that attends to everything.</summary>
    public static ArgumentException TooLong() => new(
        $"The encoder attends to all of the past, which is exact up to {LongestSeconds / 60} minutes; for a longer clip give it a window (--encoder-window), with which it no longer equals the reference.");

    /// <summary>Frames of a clip of <paramref name="samples"/> samples: ceil(samples / samples per frame).</summary>
    public static long FramesOf(Qwen3Tts12HzConfig config, long samples) => (samples + config.SamplesPerFrame - 1) / config.SamplesPerFrame;

    private Dictionary<string, FloatTensor> Input(int count) => new() { ["samples"] = new FloatTensor(count, 1, _pending[..count]) };

    private static void Append(FloatTensor[] columns, ICollection<ushort> codes)
    {
        for (int row = 0; row < columns[0].Rows; row++)
        {
            foreach (FloatTensor column in columns)
            {
                foreach (float code in column.Row(row))
                {
                    codes.Add((ushort)code);
                }
            }
        }
    }
}
