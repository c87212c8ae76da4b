using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Fuzzing;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Tests.Alerts;

/// <summary>Damaged tone tables and alert files: accepted as something sound, or refused by the documented exception; nothing else leaves a reader.</summary>
public sealed class HostileFileTests
{
    private const int Inputs = 3000;

    [Theory, InlineData(true), InlineData(false)]
    public void A_damaged_tone_table_is_refused_or_sound(bool json)
    {
        var tones = new Tone[20];
        for (int t = 0; t < tones.Length; t++)
            tones[t] = new Tone(500 + (10 * t), 20 * t, t % 81, t % 5 == 0);
        var table = new ToneTable(TokenSpace.OfCodebooks([1]), tones);
        byte[] valid = Encoding.UTF8.GetBytes(json ? ToneTableJson.Print(table) : ToneTableCsv.Print(table));
        var random = new Random(1);
        int refused = 0, accepted = 0;
        for (int i = 0; i < Inputs; i++)
        {
            byte[] input = Damage(valid, random, i);
            try
            {
                ToneTable read = json ? ToneTableJson.Read(input, "t") : ToneTableCsv.Read(input, "t");
                Assert.All(read.Tones.ToArray(), t => Assert.True(t.OnMs is >= 0 and <= 80 && t.DutyPermille is >= 0 and <= 1000 && (t.OnMs == 0 || t.FrequencyHz is > 0 and <= 65535)));
                Assert.True(ToneExport.Bytes("t.c", read).Length > 0);
                accepted++;
            }
            catch (ToneFormatException e)
            {
                Assert.StartsWith("t: ", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(refused > 500 && accepted > 50, $"{refused} refused, {accepted} accepted");
    }

    /// <summary>Every second input has one number or text exchanged only, so that it gets past the first checks.</summary>
    private static byte[] Damage(byte[] valid, Random random, int i)
    {
        if (i % 2 == 0)
            return Mutator.Damage(valid, random);
        MatchCollection values = Regex.Matches(Encoding.UTF8.GetString(valid), "[0-9]+|\"[a-z_ ]*\"");
        Match value = values[random.Next(values.Count)];
        string text = Encoding.UTF8.GetString(valid), other = random.Next(3) switch
        {
            0 => Mutator.Edge(random).ToString(CultureInfo.InvariantCulture),
            1 => random.Next(100).ToString(CultureInfo.InvariantCulture),
            _ => values[random.Next(values.Count)].Value,
        };
        return Encoding.UTF8.GetBytes(string.Concat(text.AsSpan(0, value.Index), other, text.AsSpan(value.Index + value.Length)));
    }

    [Fact]
    public void A_damaged_alert_file_is_refused_or_sound()
    {
        using var files = new AlertFiles();
        string second = AlertFiles.Row.Replace("\"id\": 1", "\"id\": 2", StringComparison.Ordinal).Replace("cover", "second", StringComparison.Ordinal);
        AlertFile sound = files.Load(AlertFiles.Row + """, "tokens": "a.q3t" """, second + """, "repeats": 3, "gap_ms": 480, "outputs": ["tone"], "voice": "en-us", "say": "x", "speed": 100, "pitch": 3 """);
        byte[] valid = File.ReadAllBytes(sound.Path);
        var random = new Random(2);
        int refused = 0, accepted = 0;
        for (int i = 0; i < Inputs; i++)
        {
            File.WriteAllBytes(sound.Path, Damage(valid, random, i));
            try
            {
                AlertFile read = AlertFile.Load(sound.Path);
                Assert.All(read.Rows, r => Assert.True(r.Id is > 0 and <= 65535 && r.Priority is >= 0 and <= 255 && (r.Tone || r.Speech) && r.Licence.Trim().Length > 0 && r.Text.Trim().Length > 0));
                accepted++;
            }
            catch (BuildException e)
            {
                Assert.Contains("alerts.json", e.Message, StringComparison.Ordinal);
                refused++;
            }
        }

        Assert.True(refused > 500 && accepted > 50, $"{refused} refused, {accepted} accepted");
    }
}
