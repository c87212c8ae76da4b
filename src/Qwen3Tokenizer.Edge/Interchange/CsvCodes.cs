using System.Globalization;
using System.Text;

namespace Qwen3Tokenizer.Edge.Interchange;

/// <summary>
/// Codes as comma-separated text: a header line <c>layer0,layer1,...</c>, then one line a frame with a whole number for each
/// layer. Lines end with LF; CR LF, a missing last line end and a byte order mark are read too.
/// </summary>
public static class CsvCodes
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a file.</summary>
    /// <param name="path">A CSV file.</param>
    /// <exception cref="TokenFormatException">The file is not such a table; the message names the line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CodeMatrix Read(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Read(stream, path);
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The bytes; left open, need not be seekable.</param>
    /// <param name="name">The stream's name, for messages.</param>
    /// <exception cref="TokenFormatException">The text is not such a table; the message names the line.</exception>
    public static CodeMatrix Read(Stream stream, string name = "csv codes")
    {
        var lines = new CsvLines(stream, name);
        if (!lines.TryRead(out ReadOnlySpan<byte> line))
            throw new TokenFormatException($"{name}: header: the file is empty.");
        if (line.StartsWith(ByteOrderMark))
            line = line[ByteOrderMark.Length..];
        int layers = ReadHeader(line, name);
        var codes = new CodeBuffer(name);
        while (lines.TryRead(out line))
            ReadFrame(line, codes.Add(layers), lines.Number, name);
        if (codes.Count == 0)
            throw new TokenFormatException($"{name}: frames: there is no line after the header.");
        return new CodeMatrix(layers, codes.ToArray(codes.Count), name);
    }

    /// <summary>Writes a file through a temporary one and a rename.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="codes">The codes.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, CodeMatrix codes) => WholeFile.Write(path, stream => Write(stream, codes));

    /// <summary>Writes to a stream, which stays open.</summary>
    /// <param name="stream">Where the text goes.</param>
    /// <param name="codes">The codes.</param>
    public static void Write(Stream stream, CodeMatrix codes)
    {
        stream.Write(Encoding.ASCII.GetBytes(string.Join(',', Enumerable.Range(0, codes.Layers).Select(l => string.Create(CultureInfo.InvariantCulture, $"layer{l}"))) + "\n"));
        // Five digits and a comma a code.
        var line = new byte[6 * codes.Layers];
        for (int t = 0; t < codes.Frames; t++)
        {
            int length = 0;
            foreach (ushort code in codes.Codes.Slice(t * codes.Layers, codes.Layers))
            {
                code.TryFormat(line.AsSpan(length), out int digits, default, CultureInfo.InvariantCulture);
                length += digits;
                line[length++] = (byte)',';
            }
            line[length - 1] = (byte)'\n';
            stream.Write(line, 0, length);
        }
    }

    private static int ReadHeader(ReadOnlySpan<byte> line, string name)
    {
        int layers = 0;
        foreach (Range range in line.Split((byte)','))
        {
            ReadOnlySpan<byte> field = line[range];
            if (layers == Q3tHeader.MaxLayers || !field.StartsWith("layer"u8) || !TryParse(field[5..], out int number) || number != layers)
                throw new TokenFormatException($"{name}: header: column {layers + 1} is \"{Shown(field)}\"; the columns must be layer0, layer1 and so on, 1 to {Q3tHeader.MaxLayers} of them.");
            layers++;
        }
        return layers;
    }

    private static void ReadFrame(ReadOnlySpan<byte> line, Span<ushort> codes, long number, string name)
    {
        int layer = 0;
        foreach (Range range in line.Split((byte)','))
        {
            ReadOnlySpan<byte> field = line[range];
            if (layer == codes.Length)
                throw new TokenFormatException($"{name}: line {number}: has more fields than the header's {codes.Length}.");
            if (!TryParse(field, out int code))
                throw new TokenFormatException($"{name}: line {number}, layer {layer}: \"{Shown(field)}\" is not a whole number within 0 to {ushort.MaxValue}.");
            codes[layer++] = (ushort)code;
        }
        if (layer < codes.Length)
            throw new TokenFormatException($"{name}: line {number}: has {layer} fields, the header has {codes.Length}.");
    }

    /// <summary>One to five decimal digits, no sign, no space, at most 65535.</summary>
    private static bool TryParse(ReadOnlySpan<byte> field, out int value)
    {
        value = 0;
        if (field.Length is < 1 or > 5)
            return false;
        foreach (byte digit in field)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = (10 * value) + (digit - '0');
        }
        return value <= ushort.MaxValue;
    }

    /// <summary>A field for a message: short, and nothing in it that a terminal would obey.</summary>
    private static string Shown(ReadOnlySpan<byte> field)
    {
        var text = new StringBuilder();
        foreach (byte b in field[..Math.Min(field.Length, 40)])
            text.Append(b is >= 0x20 and < 0x7F ? (char)b : '?');
        return field.Length > 40 ? text.Append("...").ToString() : text.ToString();
    }
}
