using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Qwen3Tokenizer.Edge.Models.Safetensors;

/// <summary>
/// A safetensors file, memory-mapped: opening it reads the header only, and spans point into the mapping. Files may exceed
/// 2 GiB; one tensor that is asked for as a span or array may not. Spans are valid until <see cref="Dispose"/>, and the file
/// must not be shortened while it is open. Tensor data are little-endian and the machine must be too.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>Longest header that the format allows, in bytes.</summary>
    public const long MaxHeaderBytes = 100_000_000;

    private const int LengthBytes = 8;

    // MADV_DONTNEED of Linux and macOS.
    private const int DontNeed = 4;

    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly nint _start;
    private readonly long _dataOffset;
    private readonly SafetensorsHeader _header;
    private bool _disposed;

    private SafetensorsFile(string path)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Safetensors files are read in place, which needs a little-endian machine.");
        Path = path;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        long length = stream.Length;
        if (length < LengthBytes + 2)
            throw new ModelFormatException($"{path}: length: {length} bytes are too few for a safetensors file.");
        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        stream.ReadExactly(lengthBytes);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (headerLength > MaxHeaderBytes)
            throw new ModelFormatException($"{path}: header length: {headerLength} exceeds the format's {MaxHeaderBytes} bytes.");
        if (headerLength > (ulong)(length - LengthBytes))
            throw new ModelFormatException($"{path}: header length: {headerLength} exceeds the {length - LengthBytes} bytes that follow it.");
        _dataOffset = LengthBytes + (long)headerLength;
        _map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        MemoryMappedViewAccessor? view = null;
        try
        {
            view = _map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
            _view = view;
            _start = view.SafeMemoryMappedViewHandle.DangerousGetHandle() + (nint)view.PointerOffset;
            _header = SafetensorsHeader.Parse(SpanAt(LengthBytes, (int)headerLength), length - _dataOffset, path);
        }
        catch
        {
            view?.Dispose();
            _map.Dispose();
            throw;
        }
    }

    /// <summary>The file's path as given.</summary>
    public string Path { get; }

    /// <summary>The header's <c>__metadata__</c>; empty if it has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>All tensors by name.</summary>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => _header.Tensors;

    /// <summary>Opens a file and checks its whole header.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ModelFormatException">The file breaks a rule of the format; the message says which.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Open(string path) => new(path);

    /// <summary>What the header says about a tensor.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="ModelFormatException">The file has no such tensor.</exception>
    public TensorInfo Info(string name) =>
        _header.Tensors.TryGetValue(name, out TensorInfo? info)
            ? info
            : throw new ModelFormatException($"{Path}: tensor \"{name}\": is missing.");

    /// <summary>A tensor's bytes as stored, without a copy.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="ModelFormatException">The file has no such tensor, or it is longer than 2^31 - 1 bytes.</exception>
    public ReadOnlySpan<byte> Bytes(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        TensorInfo info = Info(name);
        if (info.ByteLength > int.MaxValue)
            throw new ModelFormatException($"{Path}: tensor \"{name}\": {info.ByteLength} bytes are more than one span can hold ({int.MaxValue}).");
        return SpanAt(_dataOffset + info.Offset, (int)info.ByteLength);
    }

    /// <summary>A tensor's elements as stored, without a copy.</summary>
    /// <typeparam name="T">The type that matches the tensor's: float (F32), Half (F16), double (F64), sbyte (I8), byte (U8),
    /// short (I16), ushort (U16), int (I32), uint (U32), long (I64) or ulong (U64). BF16 has none: see
    /// <see cref="ToFloat32"/>.</typeparam>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="ModelFormatException">The file has no such tensor, its type is another one, it is longer than 2^31 - 1
    /// bytes, or the writer put it at an offset that is not a multiple of the element size.</exception>
    public ReadOnlySpan<T> Span<T>(string name)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = Bytes(name);
        TensorInfo info = Info(name);
        if (ElementType(info.DType) != typeof(T))
            throw new ModelFormatException($"{Path}: tensor \"{name}\": dtype {DTypes.NameOf(info.DType)} cannot be read as {typeof(T).Name}.");
        if ((_dataOffset + info.Offset) % Unsafe.SizeOf<T>() != 0)
            throw new ModelFormatException($"{Path}: tensor \"{name}\": data begin at byte {_dataOffset + info.Offset}, not at a multiple of {Unsafe.SizeOf<T>()}.");
        return MemoryMarshal.Cast<byte, T>(bytes);
    }

    /// <summary>A tensor as float32 without a copy where it is stored so (F32, aligned); else what <see cref="ToFloat32"/> gives. Valid until <see cref="Dispose"/>.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <exception cref="ModelFormatException">As <see cref="ToFloat32"/>.</exception>
    public ReadOnlyMemory<float> Memory(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        TensorInfo info = Info(name);
        bool inPlace = info.DType == DType.F32 && PositionOf(info) % sizeof(float) == 0 && info.ByteLength <= int.MaxValue;
        return inPlace ? new MappedTensor(this, info).Memory : ToFloat32(name);
    }

    /// <summary>A tensor as float32: F32 copied, F16 and BF16 widened exactly, F64 rounded to nearest.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <returns>A new array of the tensor's elements, row-major.</returns>
    /// <exception cref="ModelFormatException">The file has no such tensor, it is longer than 2^31 - 1 bytes, or it is not a
    /// float of 16 to 64 bits.</exception>
    public float[] ToFloat32(string name)
    {
        ReadOnlySpan<byte> bytes = Bytes(name);
        TensorInfo info = Info(name);
        if (info.DType is not (DType.F32 or DType.F16 or DType.BF16 or DType.F64))
            throw new ModelFormatException($"{Path}: tensor \"{name}\": dtype {DTypes.NameOf(info.DType)} is not F32, F16, BF16 or F64.");
        var values = new float[info.Elements];
        // The casts below may be misaligned where a writer did not care; a copy of the bytes is always aligned.
        if ((_dataOffset + info.Offset) % (DTypes.BitsOf(info.DType) / 8) != 0)
            bytes = bytes.ToArray();
        switch (info.DType)
        {
            case DType.F32:
                MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
                break;
            case DType.F16:
                TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
                break;
            case DType.F64:
                TensorPrimitives.ConvertTruncating<double, float>(MemoryMarshal.Cast<byte, double>(bytes), values);
                break;
            default:
                ReadOnlySpan<ushort> upper = MemoryMarshal.Cast<byte, ushort>(bytes);
                for (int i = 0; i < values.Length; i++)
                    values[i] = BitConverter.UInt32BitsToSingle((uint)upper[i] << 16);
                break;
        }
        return values;
    }

    /// <summary>SHA-256 of a tensor's bytes as stored; of the codebooks it is the identity of their token space.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <returns>32 bytes.</returns>
    /// <exception cref="ModelFormatException">The file has no such tensor, or it is longer than 2^31 - 1 bytes.</exception>
    public byte[] Sha256(string name) => SHA256.HashData(Bytes(name));

    /// <summary>
    /// Gives the memory back into which pages of the file were read so far. The mapping and all spans stay valid: a page that is touched again is read again. On systems that cannot,
    /// nothing happens.
    /// </summary>
    public void ReleasePages()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            // Advice: what becomes of it changes nothing but the memory in use.
            _ = Advise(_start, (nuint)_view.Capacity, DontNeed);
        }
    }

    /// <summary>Closes the mapping; spans handed out are invalid from then on.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _view.Dispose();
        _map.Dispose();
    }

    internal long PositionOf(TensorInfo info) => _dataOffset + info.Offset;

    /// <summary>A span over the mapping; offset and length have been checked against the file's length.</summary>
    private ReadOnlySpan<byte> SpanAt(long offset, int length) =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<byte>(), _start + (nint)offset), length);

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(nint address, nuint length, int advice);

    private static Type? ElementType(DType type) => type switch
    {
        DType.F32 => typeof(float),
        DType.F16 => typeof(Half),
        DType.F64 => typeof(double),
        DType.I8 => typeof(sbyte),
        DType.U8 => typeof(byte),
        DType.I16 => typeof(short),
        DType.U16 => typeof(ushort),
        DType.I32 => typeof(int),
        DType.U32 => typeof(uint),
        DType.I64 => typeof(long),
        DType.U64 => typeof(ulong),
        _ => null,
    };
}
