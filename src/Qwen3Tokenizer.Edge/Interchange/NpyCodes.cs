using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Qwen3Tokenizer.Edge.Interchange;

/// <summary>
/// Codes as NumPy's <c>.npy</c> files, format versions 1 to 3 (numpy.lib.format): little-endian int64, int32, uint16 or int16 in
/// C order, two dimensions. Written as int64 [layers, frames], the codes as Qwen3-TTS-Tokenizer-12Hz gives them.
/// </summary>
public static class NpyCodes
{
    private const int PreambleBytes = 10;
    private const int Alignment = 64;
    private const int BlockElements = 4096;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads a file.</summary>
    /// <param name="path">A .npy file.</param>
    /// <param name="order">Which of its two dimensions comes first.</param>
    /// <exception cref="TokenFormatException">The file is not such an array, is truncated or goes on after it, or holds a value
    /// that is no code (0 to 65535).</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CodeMatrix Read(string path, CodeOrder order)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, order, path);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The bytes; left open, need not be seekable.</param>
    /// <param name="order">Which of the two dimensions comes first.</param>
    /// <param name="name">The stream's name, for messages.</param>
    /// <exception cref="TokenFormatException">The stream is not such an array, is truncated or goes on after it, or holds a value
    /// that is no code (0 to 65535).</exception>
    public static CodeMatrix Read(Stream stream, CodeOrder order, string name = "npy codes")
    {
        NpyHeader header = ReadHeader(stream, name);
        (long layers, long frames) = order == CodeOrder.LayersFirst ? (header.Rows, header.Columns) : (header.Columns, header.Rows);
        CodeMatrix.CheckLayers(layers, name);
        if (frames < 1 || frames > Array.MaxLength / layers)
            throw new TokenFormatException($"{name}: frames: {frames} is not within 1 to {Array.MaxLength / layers}.");
        ushort[] codes = ReadElements(stream, header, name);
        if (stream.ReadByte() >= 0)
            throw new TokenFormatException($"{name}: end of file: there are bytes after the array of {codes.Length} elements.");
        return new CodeMatrix((int)layers, order == CodeOrder.LayersFirst ? CodeMatrix.Transpose(codes, (int)layers, (int)frames) : codes, name);
    }

    /// <summary>Writes a file through a temporary one and a rename.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="codes">The codes.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, CodeMatrix codes) => WholeFile.Write(path, stream => Write(stream, codes));

    /// <summary>Writes int64 [layers, frames] to a stream, which stays open.</summary>
    /// <param name="stream">Where the bytes go.</param>
    /// <param name="codes">The codes.</param>
    public static void Write(Stream stream, CodeMatrix codes)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<i8', 'fortran_order': False, 'shape': ({codes.Layers}, {codes.Frames}), }}");
        // NumPy leaves room for a first dimension of 21 digits, so that a file can grow in place; then spaces to a multiple of 64 and LF.
        int room = 21 - codes.Layers.ToString(CultureInfo.InvariantCulture).Length;
        int total = (PreambleBytes + text.Length + room + 1 + Alignment - 1) / Alignment * Alignment;
        var head = new byte[total];
        head.AsSpan().Fill((byte)' ');
        Magic.CopyTo(head);
        (head[6], head[7]) = (1, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(8), (ushort)(total - PreambleBytes));
        Encoding.ASCII.GetBytes(text, head.AsSpan(PreambleBytes));
        head[^1] = (byte)'\n';
        stream.Write(head);

        ushort[] all = codes.LayerMajor();
        var block = new byte[8 * BlockElements];
        for (int i = 0; i < all.Length; i += BlockElements)
        {
            int count = Math.Min(BlockElements, all.Length - i);
            for (int k = 0; k < count; k++)
                BinaryPrimitives.WriteInt64LittleEndian(block.AsSpan(8 * k), all[i + k]);
            stream.Write(block, 0, 8 * count);
        }
    }

    private static NpyHeader ReadHeader(Stream stream, string name)
    {
        Span<byte> preamble = stackalloc byte[12];
        ReadExactly(stream, preamble[..8], "the preamble", name);
        if (!preamble.StartsWith(Magic))
            throw new TokenFormatException($"{name}: magic: {Convert.ToHexStringLower(preamble[..6])} is not that of a .npy file (934e554d5059).");
        int version = preamble[6];
        if (version is < 1 or > 3 || preamble[7] != 0)
            throw new TokenFormatException($"{name}: format version: {version}.{preamble[7]} is unknown, versions 1.0, 2.0 and 3.0 can be read.");
        Span<byte> lengthBytes = preamble.Slice(8, version == 1 ? 2 : 4);
        ReadExactly(stream, lengthBytes, "the header length", name);
        uint length = version == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(lengthBytes) : BinaryPrimitives.ReadUInt32LittleEndian(lengthBytes);
        if (length > NpyHeader.MaxBytes)
            throw new TokenFormatException($"{name}: header length: {length} is more than the {NpyHeader.MaxBytes} bytes that a matrix needs.");
        Span<byte> header = stackalloc byte[(int)length];
        ReadExactly(stream, header, "the header", name);
        return NpyHeader.Parse(header, name);
    }

    private static ushort[] ReadElements(Stream stream, NpyHeader header, string name)
    {
        int elements = (int)(header.Rows * header.Columns);
        var codes = new CodeBuffer(name);
        var block = new byte[header.ElementBytes * BlockElements];
        while (codes.Count < elements)
        {
            int first = codes.Count;
            Span<byte> bytes = block.AsSpan(0, header.ElementBytes * Math.Min(BlockElements, elements - first));
            ReadExactly(stream, bytes, $"the array of {elements} elements", name);
            Span<ushort> part = codes.Add(bytes.Length / header.ElementBytes);
            for (int k = 0; k < part.Length; k++)
            {
                long value = header.Element(bytes[(k * header.ElementBytes)..]);
                if (value is < 0 or > ushort.MaxValue)
                    throw new TokenFormatException($"{name}: element [{(first + k) / header.Columns}, {(first + k) % header.Columns}]: {value} is not within 0 to {ushort.MaxValue}.");
                part[k] = (ushort)value;
            }
        }
        return codes.ToArray(elements);
    }

    private static void ReadExactly(Stream stream, Span<byte> bytes, string what, string name)
    {
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length)
            throw new TokenFormatException($"{name}: length: the file ends inside {what}, {bytes.Length - read} bytes early.");
    }
}
