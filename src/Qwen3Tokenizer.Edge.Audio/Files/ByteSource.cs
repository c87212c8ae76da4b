namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>Buffered forward reading with a look-ahead of a few bytes, so that a WAV file can also come from a pipe.</summary>
internal sealed class ByteSource(Stream stream)
{
    private readonly byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <summary>Bytes left in the stream, or null when the stream cannot tell.</summary>
    public long? Remaining => stream.CanSeek ? Math.Max(0, stream.Length - stream.Position) + (_end - _start) : null;

    /// <summary>The next bytes without consuming them; fewer only at the end of the stream.</summary>
    public ReadOnlySpan<byte> Peek(int count)
    {
        while (_end - _start < count)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }

            int read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
                break;

            _end += read;
        }

        return _buffer.AsSpan(_start, Math.Min(count, _end - _start));
    }

    /// <summary>Fills the span as far as the stream goes and returns the number of bytes read.</summary>
    public int Read(Span<byte> destination)
    {
        int total = 0;
        while (total < destination.Length)
        {
            ReadOnlySpan<byte> part = Peek(1);
            if (part.IsEmpty)
                break;

            int count = Math.Min(destination.Length - total, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(destination[total..]);
            _start += count;
            total += count;
        }

        return total;
    }

    /// <summary>Skips bytes; the end of the stream ends the skipping.</summary>
    public void Skip(long count)
    {
        while (count > 0 && !Peek(1).IsEmpty)
        {
            int part = (int)Math.Min(count, _end - _start);
            _start += part;
            count -= part;
        }
    }
}
