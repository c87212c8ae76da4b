using System.Buffers.Binary;
using System.IO.Compression;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>Pictures with a palette as PNG (ISO/IEC 15948): colour type 3, 8 bits, one IDAT chunk.</summary>
public static class PngImage
{
    /// <summary>Bytes that a colour of a palette takes: red, green, blue.</summary>
    public const int ColourBytes = 3;

    /// <summary>Writes a picture.</summary>
    /// <param name="width">Columns, at least 1.</param>
    /// <param name="pixels">Palette indices, row by row from the top.</param>
    /// <param name="palette">Red, green and blue of each index, 1 to 256 of them.</param>
    public static byte[] Encode(int width, ReadOnlySpan<byte> pixels, ReadOnlySpan<byte> palette)
    {
        int height = pixels.Length / width;
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> head = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], height);
        // 8 bits, palette; deflate, adaptive filters, not interlaced.
        ReadOnlySpan<byte> form = [8, 3, 0, 0, 0];
        form.CopyTo(head[8..]);
        WriteChunk(png, "IHDR"u8, head);
        WriteChunk(png, "PLTE"u8, palette);
        WriteChunk(png, "IDAT"u8, Compress(width, pixels));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    private static byte[] Compress(int width, ReadOnlySpan<byte> pixels)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            // Filter 0: differences of palette indices rarely compress better than the indices.
            for (int start = 0; start < pixels.Length; start += width)
            {
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(start, width));
            }
        }

        return data.ToArray();
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        png.Write(number);
        var checkedPart = new byte[type.Length + body.Length];
        type.CopyTo(checkedPart);
        body.CopyTo(checkedPart.AsSpan(type.Length));
        png.Write(checkedPart);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.Compute(checkedPart));
        png.Write(number);
    }
}
