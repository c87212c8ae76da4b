using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Models.Safetensors;

/// <summary>
/// Writes safetensors files: the same tensors and metadata give the same bytes, in whatever order they were added. Tensors lie
/// by element size, widest first, and then by name (ordinal), and the header is padded with spaces to a multiple of 8 bytes,
/// so that every tensor is aligned to its elements.
/// </summary>
public sealed class SafetensorsWriter
{
    private const int LengthBytes = 8;

    private readonly Dictionary<string, (DType Type, long[] Shape, ReadOnlyMemory<byte> Bytes)> _tensors = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> _metadata = new(StringComparer.Ordinal);

    /// <summary>Adds a tensor.</summary>
    /// <param name="name">Its name, new in this file and not <c>__metadata__</c>.</param>
    /// <param name="type">Element type.</param>
    /// <param name="shape">Dimensions, none negative; empty for a scalar. Copied.</param>
    /// <param name="bytes">Its little-endian bytes, row-major. Not copied: it must stay unchanged until the file is written.</param>
    /// <exception cref="ArgumentException">The name is taken, or the shape does not fit the bytes.</exception>
    public void Add(string name, DType type, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> bytes)
    {
        if (name == "__metadata__")
            throw new ArgumentException("A tensor cannot be named __metadata__.", nameof(name));
        long bits = DTypes.BitsOf(type);
        foreach (long dimension in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(dimension, nameof(shape));
            bits = checked(bits * dimension);
        }
        if (bits != 8L * bytes.Length)
            throw new ArgumentException($"Tensor \"{name}\" of {DTypes.NameOf(type)} [{string.Join(", ", shape.ToArray())}] does not have {bytes.Length} bytes.");
        if (!_tensors.TryAdd(name, (type, shape.ToArray(), bytes)))
            throw new ArgumentException($"Tensor \"{name}\" was added before.", nameof(name));
    }

    /// <summary>Adds an F32 tensor.</summary>
    /// <param name="name">Its name, new in this file.</param>
    /// <param name="shape">Dimensions.</param>
    /// <param name="values">Elements, row-major. Copied.</param>
    /// <exception cref="ArgumentException">The name is taken, or the shape does not fit the values.</exception>
    public void AddFloat32(string name, ReadOnlySpan<long> shape, ReadOnlySpan<float> values) =>
        Add(name, DType.F32, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Adds an F16 tensor.</summary>
    /// <param name="name">Its name, new in this file.</param>
    /// <param name="shape">Dimensions.</param>
    /// <param name="values">Elements, row-major. Copied.</param>
    /// <exception cref="ArgumentException">The name is taken, or the shape does not fit the values.</exception>
    public void AddFloat16(string name, ReadOnlySpan<long> shape, ReadOnlySpan<Half> values) =>
        Add(name, DType.F16, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Sets an entry of <c>__metadata__</c>.</summary>
    public void SetMetadata(string key, string value) => _metadata[key] = value;

    /// <summary>Writes the file through a temporary one in the same folder and a rename.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(Path.GetDirectoryName(full) ?? full, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
                Write(stream);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Writes the file to a stream, which stays open.</summary>
    public void Write(Stream stream)
    {
        string[] names = [.. _tensors.Keys.OrderByDescending(n => DTypes.BitsOf(_tensors[n].Type)).ThenBy(n => n, StringComparer.Ordinal)];
        byte[] header = MakeHeader(names);
        Span<byte> length = stackalloc byte[LengthBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (string name in names)
            stream.Write(_tensors[name].Bytes.Span);
    }

    private byte[] MakeHeader(string[] names)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (_metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in _metadata)
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long offset = 0;
            foreach (string name in names)
            {
                (DType type, long[] shape, ReadOnlyMemory<byte> bytes) = _tensors[name];
                json.WriteStartObject(name);
                json.WriteString("dtype", DTypes.NameOf(type));
                WriteIntegers(json, "shape", shape);
                WriteIntegers(json, "data_offsets", [offset, offset + bytes.Length]);
                json.WriteEndObject();
                offset += bytes.Length;
            }
            json.WriteEndObject();
        }
        while (buffer.Length % 8 != 0)
            buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static void WriteIntegers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers)
            json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
