using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge;

/// <summary>
/// Writes a .q3t token stream frame by frame to a stream that need not be seekable. Memory: one block. A stream is valid only
/// after <see cref="Complete"/>; one that was disposed before is recognised as truncated by every reader.
/// </summary>
public sealed class Q3tWriter : IDisposable
{
    private const int CountBytes = 2;

    private readonly Stream _stream;
    private readonly bool _leaveOpen;
    private readonly Q3tHeader _header;
    private readonly byte[] _block;
    private uint _crc;
    private int _framesInBlock;
    private int _frames;
    private bool _completed;
    private bool _disposed;

    /// <summary>Writes the header.</summary>
    /// <param name="stream">Where the bytes go.</param>
    /// <param name="header">Token space, shape and rate; its block size bounds how many frames wait in memory.</param>
    /// <param name="leaveOpen">Whether disposing the writer leaves the stream open.</param>
    /// <exception cref="TokenFormatException">A field of the header is out of its range.</exception>
    public Q3tWriter(Stream stream, Q3tHeader header, bool leaveOpen = false)
    {
        header.Validate("token stream");
        _stream = stream;
        _leaveOpen = leaveOpen;
        _header = header;
        _block = new byte[CountBytes + header.BlockBytes(header.BlockFrames) + 4];
        Span<byte> bytes = stackalloc byte[Q3tHeader.ByteLength];
        _crc = header.Write(bytes);
        stream.Write(bytes);
    }

    /// <summary>Frames written so far.</summary>
    public int Frames => _frames;

    /// <summary>Adds one frame; a full block goes to the stream.</summary>
    /// <param name="codes">[layers] codes, each below 2^bits.</param>
    /// <exception cref="TokenFormatException">The number of codes is wrong, a code does not fit its bits, or the stream already
    /// has 2^31 - 1 frames; the frame was not added.</exception>
    /// <exception cref="InvalidOperationException">The stream is complete.</exception>
    public void WriteFrame(ReadOnlySpan<ushort> codes)
    {
        CheckOpen();
        if (codes.Length != _header.Layers)
            throw new TokenFormatException($"token stream: codes of frame {_frames}: {codes.Length} codes for {_header.Layers} layers.");
        for (int l = 0; l < codes.Length; l++)
        {
            if (codes[l] >> _header.BitsPerCode != 0)
                throw new TokenFormatException($"token stream: code of frame {_frames}, layer {l}: {codes[l]} does not fit {_header.BitsPerCode} bits.");
        }
        if (_frames == int.MaxValue)
            throw new TokenFormatException($"token stream: frames: more than {int.MaxValue} do not fit one stream.");
        int bit = _framesInBlock * _header.Layers * _header.BitsPerCode;
        CodePacking.Pack(codes, _header.BitsPerCode, _block.AsSpan(CountBytes), bit);
        _frames++;
        if (++_framesInBlock == _header.BlockFrames)
            Flush();
    }

    /// <summary>
    /// Ends the block begun and hands all frames so far to the stream, so that a reader at the other end of a link sees them.
    /// Costs 6 bytes (and up to 7 bits) a time; without a waiting frame it only flushes the stream.
    /// </summary>
    /// <exception cref="InvalidOperationException">The stream is complete.</exception>
    public void Flush()
    {
        CheckOpen();
        EndBlock();
        _stream.Flush();
    }

    /// <summary>Writes the last block and the trailer. The stream is then a whole .q3t file.</summary>
    /// <param name="samples">Length of the original in samples at the header's sample rate.</param>
    /// <param name="delay">Samples at the same rate by which decoded audio lags behind the original.</param>
    /// <exception cref="TokenFormatException">No frame was written, or an argument is out of its range; nothing was written.</exception>
    /// <exception cref="InvalidOperationException">The stream is complete.</exception>
    public void Complete(long samples, int delay)
    {
        CheckOpen();
        var trailer = new Q3tTrailer(_frames, samples, delay);
        trailer.Validate("token stream", _header.Rate);
        EndBlock();
        Span<byte> bytes = stackalloc byte[Q3tTrailer.ByteLength];
        trailer.Write(bytes, _crc);
        _stream.Write(bytes);
        _stream.Flush();
        _completed = true;
    }

    /// <summary>Closes the stream unless it was to be left open. Completes nothing: see <see cref="Complete"/>.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        if (!_leaveOpen)
            _stream.Dispose();
    }

    private void EndBlock()
    {
        if (_framesInBlock == 0)
            return;
        int length = CountBytes + _header.BlockBytes(_framesInBlock);
        BinaryPrimitives.WriteUInt16LittleEndian(_block, (ushort)_framesInBlock);
        _crc = Q3tSection.Crc(_crc, _block.AsSpan(0, length));
        BinaryPrimitives.WriteUInt32LittleEndian(_block.AsSpan(length), _crc);
        _stream.Write(_block, 0, length + 4);
        _block.AsSpan(0, length + 4).Clear();
        _framesInBlock = 0;
    }

    private void CheckOpen()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_completed)
            throw new InvalidOperationException("The token stream is complete.");
    }
}
