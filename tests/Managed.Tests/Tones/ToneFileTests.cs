using System.Text;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Tones;

/// <summary>CSV and JSON: what was written is read again, and what is wrong is refused with its row.</summary>
public sealed class ToneFileTests
{
    private static readonly string Space = new('a', 64);

    [Theory, InlineData("tones.csv"), InlineData("tones.json")]
    public void A_table_survives_a_file(string name)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("q3e-tones-").FullName, name);
        try
        {
            ToneTable table = ToneTables.Full();
            ToneTableFile.Write(path, table);
            ToneTable read = ToneTableFile.Read(path);
            Assert.Equal(table.Space, read.Space);
            Assert.Equal(table.Tones.ToArray(), read.Tones.ToArray());
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Fact]
    public void Csv_takes_what_editors_make_of_it()
    {
        string text = $"\uFEFF# made by hand\r\n# token_space {Space}\r\ntoken,frequency_hz,duty_permille,on_ms,pause_ms,pinned\r\n\r\n1, 1800, 500, 40, 40, 1\r\n0,1200,500,80,0,0";
        ToneTable table = ToneTableCsv.Read(Encoding.UTF8.GetBytes(text));
        Assert.Equal([new Tone(1200, 500, 80), new Tone(1800, 500, 40, true)], table.Tones.ToArray());
    }

    [Theory]
    [InlineData("0,1200,500,40,40,0\n0,1200,500,40,40,0", "line 4: token: 0 has a row already")]
    [InlineData("0,1200,500,40,40,0\n2,1200,500,40,40,0", "token 1: has no row")]
    [InlineData("0,1200,500,40,41,0", "line 3: token 0: pause_ms: 41")]
    [InlineData("0,1200,1001,40,40,0", "line 3: token 0: duty_permille: 1001")]
    [InlineData("65536,1200,500,40,40,0", "line 3: token: 65536 is out of range")]
    [InlineData("0,1200,500,40,40", "line 3: pinned: is missing")]
    [InlineData("0,1200,500,40,40,0,9", "line 3: has more than 6 fields")]
    [InlineData("0,1200,500,40,40,2", "line 3: pinned: 2")]
    [InlineData("0,-1200,500,40,40,0", "line 3: frequency_hz: \"-1200\" is not a whole number")]
    [InlineData("0,99999999999999,500,40,40,0", "line 3: frequency_hz: \"99999999999999\"")]
    [InlineData("0,\u001b[31m,500,40,40,0", "line 3: frequency_hz: \"?[31m\"")]
    [InlineData("", "has 0 tones")]
    public void A_wrong_line_of_csv_is_refused_with_its_number(string rows, string what)
    {
        string text = $"# token_space {Space}\ntoken,frequency_hz,duty_permille,on_ms,pause_ms,pinned\n{rows}\n";
        var error = Assert.Throws<ToneFormatException>(() => ToneTableCsv.Read(Encoding.UTF8.GetBytes(text), "my.csv"));
        Assert.StartsWith("my.csv: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(what, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token,frequency_hz,duty_permille,on_ms,pause_ms,pinned\n0,1200,500,40,40,0\n", "token_space")]
    [InlineData("# token_space 12\ntoken,frequency_hz,duty_permille,on_ms,pause_ms,pinned\n", "line 1: token_space")]
    [InlineData("0,1200,500,40,40,0\n", "line 1: is not the header")]
    public void Csv_without_its_head_is_refused(string text, string what) =>
        Assert.Contains(what, Assert.Throws<ToneFormatException>(() => ToneTableCsv.Read(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""[]""", "format")]
    [InlineData("""{"format": "q3e-tones"}""", "version: is missing")]
    [InlineData("""{"format": "q3e-tones", "version": 2}""", "version: 2")]
    [InlineData("""{"format": "q3e-tones", "version": 1, "token_space": "x"}""", "token_space")]
    [InlineData("""{"format": "\ud800", "version": 1}""", "is not JSON")]
    [InlineData("""{"format": "q3e-tones", "version": 1, "token_space": "SPACE", "tones": 3}""", "tones: is not an array")]
    [InlineData("""{"format": "q3e-tones", "version": 1, "token_space": "SPACE", "tones": []}""", "has 0 tones")]
    [InlineData("""{"format": "q3e-tones", "version": 1, "token_space": "SPACE", "tones": [7]}""", "row 0: is not an object")]
    [InlineData("""{"format": "q3e-tones", "version": 1, "token_space": "SPACE", "tones": [{"token": 0, "frequency_hz": 1.5, "duty_permille": 1, "on_ms": 1, "pause_ms": 79}]}""", "row 0: frequency_hz: 1.5")]
    [InlineData("""{"format": "q3e-tones", "version": 1, "token_space": "SPACE", "tones": [{"token": 0, "frequency_hz": 1, "duty_permille": 1, "on_ms": 1}]}""", "row 0: pause_ms: is missing")]
    [InlineData("""{"format": "q3e-tones", "version": 1, "token_space": "SPACE", "tones": [{"token": 0, "frequency_hz": 1, "duty_permille": 1, "on_ms": 1, "pause_ms": 79, "pinned": 1}]}""", "row 0: pinned: 1")]
    [InlineData("""{"format": """, "is not JSON")]
    public void Wrong_json_is_refused_with_its_row_and_field(string text, string what)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text.Replace("SPACE", Space, StringComparison.Ordinal));
        Assert.Contains(what, Assert.Throws<ToneFormatException>(() => ToneTableJson.Read(bytes, "my.json")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void C_and_Csharp_carry_every_row()
    {
        ToneTable table = ToneTables.Full();
        string c = ToneTableSource.C(table), cs = ToneTableSource.CSharp(table);
        int[] rows = [.. c.Split('\n').Where(l => l.StartsWith("    { ", StringComparison.Ordinal)).Select(l => int.Parse(l[6..].Split(',')[0], System.Globalization.CultureInfo.InvariantCulture))];
        Assert.Equal(table.Tones.ToArray().Select(t => t.FrequencyHz), rows);
        string[] arrays = cs.Split("new ushort[]");
        string numbers = arrays[1][(arrays[1].IndexOf('{', StringComparison.Ordinal) + 1)..arrays[1].IndexOf('}', StringComparison.Ordinal)];
        Assert.Equal(table.Tones.ToArray().Select(t => t.FrequencyHz), numbers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
        Assert.Contains("/* 1, pinned */", c, StringComparison.Ordinal);
    }
}
