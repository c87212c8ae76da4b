using System.Buffers.Binary;
using System.Text;
using Qwen3Tokenizer.Edge.Interchange;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>Codes as .npy.</summary>
public sealed class NpyTarget : CodesTarget
{
    private static readonly string[] Types = ["<i8", "<i4", "<u2", "<i2"];
    private static readonly string[] Words = ["descr", "fortran_order", "shape", "True", "False", "None", "(", ")", "{", "}", ",", ":", "'", "\"", " ", "\\", "0", "-1", "99999999999999999999", ">i8", "|u1", "\n", "\0"];

    /// <inheritdoc/>
    public override string Name => "npy";

    /// <inheritdoc/>
    public override string Header => "the dictionary is accepted";

    /// <inheritdoc/>
    // Two bytes for a code of two or more, in an array that doubles (up to four times its final length) and is cut, and once more transposed.
    public override int BytesPerInputByte => 6;

    /// <inheritdoc/>
    public override int FixedBytes => 60_000;

    /// <inheritdoc/>
    public override byte[] Valid(Random random) => File(random, wrong: false);

    /// <inheritdoc/>
    public override byte[] Repaired(Random random) => File(random, wrong: true);

    /// <inheritdoc/>
    public override ReadOutcome Read(byte[] input)
    {
        try
        {
            return Accept(NpyCodes.Read(new MemoryStream(input), (input.Length & 1) == 0 ? CodeOrder.LayersFirst : CodeOrder.FramesFirst, Name));
        }
        catch (TokenFormatException e)
        {
            bool after = e.Message.StartsWith("npy: element", StringComparison.Ordinal) || e.Message.StartsWith("npy: layers", StringComparison.Ordinal)
                || e.Message.StartsWith("npy: frames", StringComparison.Ordinal) || e.Message.Contains("the array of", StringComparison.Ordinal);
            return after ? ReadOutcome.RefusedAfterHeader : ReadOutcome.RefusedInHeader;
        }
    }

    /// <inheritdoc/>
    protected override CodeMatrix Again(string path, CodeMatrix codes)
    {
        NpyCodes.Write(path, codes);
        return NpyCodes.Read(path, CodeOrder.LayersFirst);
    }

    /// <inheritdoc/>
    protected override CodeMatrix Again(MemoryStream stream, CodeMatrix codes)
    {
        NpyCodes.Write(stream, codes);
        stream.Position = 0;
        return NpyCodes.Read(stream, CodeOrder.LayersFirst);
    }

    private static byte[] File(Random random, bool wrong)
    {
        int rows = RandomCodes.Layers(random), columns = random.Next(3) == 0 ? RandomCodes.Frames(random) : random.Next(1, 40);
        string type = Types[random.Next(Types.Length)];
        int width = type == "<i8" ? 8 : type == "<i4" ? 4 : 2;
        int version = random.Next(1, 4);
        (object Rows, object Columns) shown = (rows, columns);
        if (wrong && random.Next(4) == 0)
            shown = random.Next(2) == 0 ? (Mutator.Edge(random), columns) : (rows, Mutator.Edge(random));
        string header = FormattableString.Invariant($"{{'descr': '{type}', 'fortran_order': False, 'shape': ({shown.Rows}, {shown.Columns}), }}");
        if (wrong && random.Next(5) == 0)
            header = Reworded(header, random);
        header = header.PadRight(Math.Max(header.Length, random.Next(60, 130))) + "\n";
        var data = new byte[rows * columns * width];
        Span<byte> element = stackalloc byte[8];
        for (int i = 0; i < rows * columns; i++)
        {
            long code = wrong && random.Next(200) == 0 ? Mutator.Edge(random) : random.Next(type == "<i2" ? 32768 : 65536);
            BinaryPrimitives.WriteInt64LittleEndian(element, code);
            element[..width].CopyTo(data.AsSpan(i * width));
        }
        byte[] text = Encoding.Latin1.GetBytes(header);
        byte[] length = version == 1 ? [(byte)text.Length, (byte)(text.Length >> 8)] : [(byte)text.Length, (byte)(text.Length >> 8), 0, 0];
        return [0x93, .. "NUMPY"u8, (byte)version, 0, .. length, .. text, .. data, .. new byte[wrong && random.Next(8) == 0 ? random.Next(9) : 0]];
    }

    /// <summary>Puts words of the language, or others, where they may not belong.</summary>
    private static string Reworded(string header, Random random)
    {
        for (int n = random.Next(1, 3); n > 0; n--)
        {
            int at = random.Next(header.Length), length = Math.Min(random.Next(0, 6), header.Length - at);
            string word = Words[random.Next(Words.Length)];
            header = random.Next(3) switch
            {
                0 => header.Remove(at, length).Insert(at, word),
                1 => header.Insert(at, string.Concat(Enumerable.Repeat(word + ",", random.Next(1, 50)))),
                _ => header.Replace(Words[random.Next(5)], word, StringComparison.Ordinal),
            };
            header = header.Length == 0 ? " " : header;
        }
        return header;
    }
}
