using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>The page of compare.</summary>
public sealed class ComparePages : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_page_is_whole_in_itself_and_holds_both_signals()
    {
        Run run = Q3Edge.Run(_folder, "compare", Repository.QuickstartClip, "-o", "page.html", "--engine", "float");

        Expect.Success(run);
        string page = File.ReadAllText(_folder["page.html"]);
        Assert.All(Regex.Matches(page, "(?:src|href)=\"([^\"]{0,40})").Select(m => m.Groups[1].Value), value => Assert.StartsWith("data:", value, StringComparison.Ordinal));
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
        Assert.DoesNotContain("http", page, StringComparison.Ordinal);
        byte[][] waves = [.. Regex.Matches(page, "data:audio/wav;base64,([^\"]+)").Select(m => Convert.FromBase64String(m.Groups[1].Value))];
        Assert.Equal(2, waves.Length);
        // The original is 16 kHz PCM16 already, so the page carries it unchanged.
        AudioClip original = AudioFile.Read(Repository.QuickstartClip);
        Assert.Equal(original.Channel(0), WavReader.Read(new MemoryStream(waves[0]), "page").Channel(0));
        Assert.Equal(original.Length, WavReader.Read(new MemoryStream(waves[1]), "page").Length);
        Assert.Contains("[16 layers, 67 frames]", page, StringComparison.Ordinal);
        Assert.Contains("one voice with one pitch at a time", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_pictures_are_png_of_the_right_size()
    {
        Expect.Success(Q3Edge.Run(_folder, "compare", Repository.QuickstartClip, "-o", "page.html", "--engine", "float"));

        byte[][] pictures = [.. Regex.Matches(File.ReadAllText(_folder["page.html"]), "data:image/png;base64,([^\"]+)").Select(m => Convert.FromBase64String(m.Groups[1].Value))];
        Assert.Equal(3, pictures.Length);
        (int Width, int Height)[] sizes = [.. pictures.Select(ReadPng)];
        // 5.3 s every 4 ms, 512-point transforms; codes pixel by pixel.
        Assert.Equal((1326, 257), sizes[0]);
        Assert.Equal((1326, 257), sizes[1]);
        Assert.Equal((67, 16), sizes[2]);
    }

    [Fact]
    public void The_figures_come_as_json()
    {
        Run run = Q3Edge.Run(_folder, "compare", Repository.QuickstartClip, "-o", "page.html", "--engine", "float", "--json", "--layers", "8");

        Expect.Success(run);
        using var json = JsonDocument.Parse(run.OutputBytes);
        Assert.Equal(8, json.RootElement.GetProperty("layers").GetInt32());
        Assert.Equal(1100, json.RootElement.GetProperty("bits_per_second").GetDouble());
        Assert.Equal(new FileInfo(Repository.QuickstartClip).Length, json.RootElement.GetProperty("original_bytes").GetInt64());
        // 67 frames of 8 x 11 bits = 737 bytes, and at most 96 over that.
        Assert.InRange(json.RootElement.GetProperty("token_bytes").GetInt64(), 737, 737 + 96);
        Assert.InRange(json.RootElement.GetProperty("quality").GetProperty("stoi").GetDouble(), 0.75, 1);
        Assert.NotEqual(0, json.RootElement.GetProperty("bands").GetArrayLength());
    }

    [Fact]
    public void A_name_with_markup_in_it_stays_a_name()
    {
        const string name = "<img src=x onerror=alert(1)>.wav";
        File.WriteAllBytes(_folder[name], Sounds.Pcm16(Sounds.Buzz(1, 16000), 16000));

        Expect.Success(Q3Edge.Run(_folder, "compare", name, "-o", "page.html", "--engine", "float"));

        string page = File.ReadAllText(_folder["page.html"]);
        Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        Assert.Contains("&lt;img src=x", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_can_be_compared()
    {
        File.WriteAllBytes(_folder["s.wav"], Sounds.Pcm16(new float[16000], 16000));

        Run run = Q3Edge.Run(_folder, "compare", "s.wav", "-o", "page.html", "--engine", "float");

        Expect.Warning(run, "s.wav", "silent");
        Assert.Equal(["page.html", "s.wav"], _folder.Entries);
    }

    /// <summary>Checks signature, chunk order and the length of the picture's data; gives its size.</summary>
    private static (int Width, int Height) ReadPng(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        (int width, int height, var names) = (0, 0, new List<string>());
        for (int at = 8; at < png.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            names.Add(System.Text.Encoding.ASCII.GetString(png, at + 4, 4));
            Span<byte> body = png.AsSpan(at + 8, length);
            if (names[^1] == "IHDR")
                (width, height) = (BinaryPrimitives.ReadInt32BigEndian(body), BinaryPrimitives.ReadInt32BigEndian(body[4..]));
            if (names[^1] == "IDAT")
            {
                using var zlib = new ZLibStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
                using var pixels = new MemoryStream();
                zlib.CopyTo(pixels);
                Assert.Equal(height * (width + 1), pixels.Length);
            }

            at += 12 + length;
        }

        Assert.Equal(["IHDR", "PLTE", "IDAT", "IEND"], names);
        return (width, height);
    }
}
