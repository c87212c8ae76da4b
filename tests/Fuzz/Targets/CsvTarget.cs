using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Interchange;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>Codes as comma-separated text.</summary>
public sealed class CsvTarget : CodesTarget
{
    private static readonly string[] Fields = ["", " ", "-1", "65535", "65536", "00000", "000000", "1e3", "0x1", "1;2", "\"1\"", "9999999999999999999999", "\u001b[2J", "nan"];

    /// <inheritdoc/>
    public override string Name => "csv";

    /// <inheritdoc/>
    public override string Header => "the line layer0,layer1,... is accepted";

    /// <inheritdoc/>
    // A digit and a comma become two bytes, in an array that doubles (up to four times its final length) and is cut.
    public override int BytesPerInputByte => 5;

    /// <inheritdoc/>
    public override int FixedBytes => 40_000;

    /// <inheritdoc/>
    public override byte[] Valid(Random random) => File(random, wrong: false);

    /// <inheritdoc/>
    public override byte[] Repaired(Random random) => File(random, wrong: true);

    /// <inheritdoc/>
    public override ReadOutcome Read(byte[] input)
    {
        try
        {
            return Accept(CsvCodes.Read(new MemoryStream(input), Name));
        }
        catch (TokenFormatException e)
        {
            return e.Message.StartsWith("csv: header", StringComparison.Ordinal) || e.Message.StartsWith("csv: line 1:", StringComparison.Ordinal)
                ? ReadOutcome.RefusedInHeader : ReadOutcome.RefusedAfterHeader;
        }
    }

    /// <inheritdoc/>
    protected override CodeMatrix Again(string path, CodeMatrix codes)
    {
        CsvCodes.Write(path, codes);
        return CsvCodes.Read(path);
    }

    /// <inheritdoc/>
    protected override CodeMatrix Again(MemoryStream stream, CodeMatrix codes)
    {
        CsvCodes.Write(stream, codes);
        stream.Position = 0;
        return CsvCodes.Read(stream);
    }

    private static byte[] File(Random random, bool wrong)
    {
        int layers = wrong && random.Next(50) == 0 ? random.Next(60, 70) : RandomCodes.Layers(random), frames = RandomCodes.Frames(random);
        string end = random.Next(3) == 0 ? "\r\n" : "\n";
        var text = new StringBuilder(random.Next(10) == 0 ? "\uFEFF" : "");
        for (int l = 0; l < layers; l++)
            text.Append(CultureInfo.InvariantCulture, $"{(l == 0 ? "" : ",")}layer{(wrong && random.Next(200) == 0 ? random.Next(70) : l)}");
        for (int t = 0; t < frames; t++)
        {
            text.Append(end);
            int fields = wrong && random.Next(60) == 0 ? random.Next(0, 80) : layers;
            for (int l = 0; l < fields; l++)
            {
                text.Append(l == 0 ? "" : ",");
                if (wrong && random.Next(400) == 0)
                    text.Append(random.Next(20) == 0 ? new string('7', random.Next(6000)) : Fields[random.Next(Fields.Length)]);
                else
                    text.Append(random.Next(65536));
            }
        }
        return Encoding.UTF8.GetBytes(text.Append(random.Next(4) == 0 ? "" : end).ToString());
    }
}
