using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge;

/// <summary>
/// Reads a .q3t token stream frame by frame from a stream that need not be seekable and may deliver any number of bytes at a
/// time. Memory: one block, at most 64 KiB. No frame is handed out before the CRC of its block was found right.
/// </summary>
public sealed class Q3tReader : IDisposable
{
    private const int CountBytes = 2;

    private readonly Stream _stream;
    private readonly string _name;
    private readonly bool _leaveOpen;
    private readonly bool _requireEnd;
    private readonly Q3tHeader _header;
    private byte[] _block = [];
    private uint _crc;
    private long _position;
    private int _framesInBlock;
    private int _frameInBlock;
    private int _frames;
    private bool _disposed;

    /// <summary>Reads and checks the header.</summary>
    /// <param name="stream">Where the bytes come from.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="leaveOpen">Whether disposing the reader leaves the stream open.</param>
    /// <param name="requireEnd">Whether bytes after the trailer are an error; false leaves them unread, for streams that carry
    /// something else afterwards.</param>
    /// <exception cref="TokenFormatException">The header is not that of a token stream, or damaged.</exception>
    public Q3tReader(Stream stream, string name = "token stream", bool leaveOpen = false, bool requireEnd = true)
    {
        _stream = stream;
        _name = name;
        _leaveOpen = leaveOpen;
        _requireEnd = requireEnd;
        Span<byte> bytes = stackalloc byte[Q3tHeader.ByteLength];
        ReadExactly(bytes, "the header");
        _header = Q3tHeader.Read(bytes, name, out _crc);
    }

    /// <summary>What the stream says about itself.</summary>
    public Q3tHeader Header => _header;

    /// <summary>Frames handed out so far.</summary>
    public int FramesRead => _frames;

    /// <summary>The trailer; null until <see cref="TryReadFrame"/> has returned false.</summary>
    public Q3tTrailer? Trailer { get; private set; }

    /// <summary>Reads the next frame; false after the last one, when <see cref="Trailer"/> is known and checked.</summary>
    /// <param name="codes">Receives [layers] codes; may be longer.</param>
    /// <exception cref="ArgumentException">The span is shorter than a frame.</exception>
    /// <exception cref="TokenFormatException">The stream is damaged, truncated, or goes on after its trailer.</exception>
    public bool TryReadFrame(Span<ushort> codes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (codes.Length < _header.Layers)
            throw new ArgumentException($"A frame has {_header.Layers} codes, the span has room for {codes.Length}.", nameof(codes));
        if (Trailer is not null || (_frameInBlock == _framesInBlock && !TryReadBlock()))
            return false;
        int bit = _frameInBlock * _header.Layers * _header.BitsPerCode;
        CodePacking.Unpack(_block.AsSpan(CountBytes), _header.BitsPerCode, codes[.._header.Layers], bit);
        _frameInBlock++;
        _frames++;
        return true;
    }

    /// <summary>Closes the stream unless it was to be left open.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_leaveOpen)
            _stream.Dispose();
    }

    private bool TryReadBlock()
    {
        Span<byte> count = stackalloc byte[CountBytes];
        ReadExactly(count, "the frame count of a block");
        int frames = BinaryPrimitives.ReadUInt16LittleEndian(count);
        if (frames == 0)
        {
            ReadTrailer();
            return false;
        }
        if (frames > _header.BlockFrames)
            throw new TokenFormatException($"{_name}: frames of the block at byte {_position - CountBytes}: {frames} is more than the header's {_header.BlockFrames}.");
        if (frames > int.MaxValue - _frames)
            throw new TokenFormatException($"{_name}: frames: more than {int.MaxValue}.");
        int length = CountBytes + _header.BlockBytes(frames);
        if (_block.Length < length + 4)
            _block = new byte[length + 4];
        count.CopyTo(_block);
        ReadExactly(_block.AsSpan(CountBytes, length + 4 - CountBytes), "a block");
        CheckCrc(_block.AsSpan(0, length + 4), "block");
        int unused = (8 * (length - CountBytes)) - (frames * _header.Layers * _header.BitsPerCode);
        if (_block[length - 1] >> (8 - unused) != 0)
            throw new TokenFormatException($"{_name}: last byte of the block at byte {_position - length - 4}: {_block[length - 1]} has bits set after the last code.");
        _framesInBlock = frames;
        _frameInBlock = 0;
        return true;
    }

    private void ReadTrailer()
    {
        Span<byte> bytes = stackalloc byte[Q3tTrailer.ByteLength];
        bytes[..CountBytes].Clear();
        ReadExactly(bytes[CountBytes..], "the trailer");
        CheckCrc(bytes, "trailer");
        Q3tTrailer trailer = Q3tTrailer.Read(bytes, _name, _header.Rate);
        if (trailer.Frames != _frames)
            throw new TokenFormatException($"{_name}: frames: the trailer says {trailer.Frames}, the blocks hold {_frames}.");
        Span<byte> more = stackalloc byte[1];
        if (_requireEnd && _stream.Read(more) != 0)
            throw new TokenFormatException($"{_name}: end of file: there are bytes after the trailer, from byte {_position} on.");
        Trailer = trailer;
    }

    /// <summary>Checks the CRC in a section's last four bytes and makes it the one that the next section's CRC covers.</summary>
    private void CheckCrc(ReadOnlySpan<byte> section, string what)
    {
        uint stored = BinaryPrimitives.ReadUInt32LittleEndian(section[^4..]);
        uint actual = Q3tSection.Crc(_crc, section[..^4]);
        if (stored != actual)
            throw new TokenFormatException($"{_name}: CRC of the {what} at byte {_position - section.Length}: {stored:x8} is stored but {actual:x8} computed, the {what} is damaged.");
        _crc = stored;
    }

    private void ReadExactly(Span<byte> bytes, string what)
    {
        int read = _stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        _position += read;
        if (read < bytes.Length)
            throw new TokenFormatException($"{_name}: length: the file ends after {_position} bytes, inside {what}, it is truncated.");
    }
}
