namespace Qwen3Tokenizer.Edge.Interchange;

/// <summary>The lines of a stream, without their ends, through one buffer: a longer line is refused instead of collected.</summary>
internal sealed class CsvLines(Stream stream, string name)
{
    // 64 columns of a name or number need less than a kilobyte.
    private const int MaxLineBytes = 4096;

    private readonly byte[] _buffer = new byte[4 * MaxLineBytes];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Number of the line that was read last, the first is 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line, valid until the next call; false at the end of the stream.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        line = default;
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n')) < 0 && !_ended)
        {
            if (_end - _start > MaxLineBytes)
                break;
            Fill();
        }
        int next = _start + length + 1;
        if (length < 0)
        {
            length = _end - _start;
            next = _end;
            if (length == 0)
                return false;
        }
        Number++;
        if (length > MaxLineBytes)
            throw new TokenFormatException($"{name}: line {Number}: is longer than {MaxLineBytes} bytes.");
        line = _buffer.AsSpan(_start, length);
        if (line.EndsWith("\r"u8))
            line = line[..^1];
        _start = next;
        return true;
    }

    private void Fill()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _ended = read == 0;
    }
}
