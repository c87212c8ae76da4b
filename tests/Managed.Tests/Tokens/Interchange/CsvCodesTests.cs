using System.Text;
using Qwen3Tokenizer.Edge.Interchange;

namespace Qwen3Tokenizer.Edge.Tests.Tokens.Interchange;

public sealed class CsvCodesTests
{
    [Theory]
    [InlineData("layer0,layer1\n1,2\n3,65535\n")]
    [InlineData("layer0,layer1\r\n1,2\r\n3,65535\r\n")]
    [InlineData("layer0,layer1\n1,2\n3,65535")]
    [InlineData("\uFEFFlayer0,layer1\n00001,2\n3,65535\n")]
    public void A_line_is_a_frame(string text)
    {
        CodeMatrix codes = Read(text);
        Assert.Equal((2, 2), (codes.Layers, codes.Frames));
        Assert.Equal([1, 2, 3, 65535], codes.Codes.ToArray());
    }

    [Fact]
    public void A_matrix_is_written_with_its_header_and_a_line_a_frame()
    {
        using var stream = new MemoryStream();
        CsvCodes.Write(stream, new CodeMatrix(3, [0, 10, 2047, 65535, 65535, 65535]));
        Assert.Equal("layer0,layer1,layer2\n0,10,2047\n65535,65535,65535\n", Encoding.ASCII.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData("", "header: the file is empty")]
    [InlineData("\n", "header: column 1 is \"\"")]
    [InlineData("layer0,layer2\n1,2\n", "header: column 2 is \"layer2\"")]
    [InlineData("layer0;layer1\n1;2\n", "header: column 1 is \"layer0;layer1\"")]
    [InlineData("1,2\n", "header: column 1 is \"1\"")]
    [InlineData("layer0\n", "no line after the header")]
    [InlineData("layer0\n1,2\n", "line 2: has more fields than the header's 1")]
    [InlineData("layer0,layer1\n1,2\n1\n", "line 3: has 1 fields, the header has 2")]
    [InlineData("layer0\n1\n\n2\n", "line 3, layer 0: \"\" is not")]
    [InlineData("layer0\n-1\n", "line 2, layer 0: \"-1\"")]
    [InlineData("layer0\n 1\n", "\" 1\" is not a whole number")]
    [InlineData("layer0\n1.0\n", "\"1.0\"")]
    [InlineData("layer0\n65536\n", "\"65536\"")]
    [InlineData("layer0\n000001\n", "\"000001\"")]
    [InlineData("layer0\n\u001b[31m\n", "\"?[31m\"")]
    public void Tables_that_are_no_codes_are_refused_by_line(string text, string expected) =>
        Assert.Contains(expected, Refused(text), StringComparison.Ordinal);

    [Fact]
    public void Sixty_four_layers_are_read_and_sixty_five_are_not()
    {
        static string Table(int layers) =>
            string.Join(',', Enumerable.Range(0, layers).Select(l => $"layer{l}")) + "\n" + string.Join(',', Enumerable.Repeat("9", layers));
        Assert.Equal(64, Read(Table(64)).Layers);
        Assert.Contains("column 65", Refused(Table(65)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_without_end_is_refused_before_it_fills_memory()
    {
        Assert.Contains("line 1: is longer than 4096 bytes", Refused(new string('l', 100_000)), StringComparison.Ordinal);
        Assert.Contains("line 2: is longer than 4096 bytes", Refused("layer0\n" + new string('1', 5000) + "\n"), StringComparison.Ordinal);
    }

    [Fact]
    public void Long_fields_are_shown_short()
    {
        string message = Refused("layer0\n" + new string('7', 300));
        Assert.Contains(new string('7', 40) + "...\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Files_are_written_whole_and_read_back()
    {
        string folder = Directory.CreateTempSubdirectory("csv").FullName;
        try
        {
            string path = Path.Combine(folder, "codes.csv");
            var codes = new CodeMatrix(16, [.. Enumerable.Range(0, 16 * 3000).Select(i => (ushort)(i * 11))]);
            CsvCodes.Write(path, codes);
            Assert.Equal(codes.Codes.ToArray(), CsvCodes.Read(path).Codes.ToArray());
            Assert.Equal([path], Directory.GetFiles(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static CodeMatrix Read(string text) => CsvCodes.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test.csv");

    private static string Refused(string text)
    {
        var e = Assert.Throws<TokenFormatException>(() => Read(text));
        Assert.StartsWith("test.csv: ", e.Message, StringComparison.Ordinal);
        return e.Message;
    }
}
