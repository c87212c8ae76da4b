namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>Audio that is damaged, odd or useless.</summary>
public sealed class BadAudio : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_empty_file_is_refused() => Refused([], "empty");

    [Fact]
    public void A_wav_without_samples_is_refused() => Refused(Sounds.Pcm16([], 16000), "no samples");

    [Fact]
    public void A_file_cut_off_in_its_header_is_refused() => Refused(Sounds.Pcm16(Sounds.Buzz(1, 16000), 16000)[..30], "");

    [Fact]
    public void A_file_of_something_else_is_refused() => Refused("%PDF-1.7 and so on, not a sound at all"u8.ToArray(), "");

    [Fact]
    public void A_file_cut_off_in_its_samples_gives_the_samples_that_are_there()
    {
        File.WriteAllBytes(_folder["in.wav"], Sounds.Pcm16(Sounds.Buzz(2, 16000), 16000)[..(44 + 32001)]);

        Expect.Success(Q3Edge.Run(_folder, "encode", "in.wav", "-o", "out.q3t"));

        Assert.Equal(16000, TokenFile.Read(_folder["out.q3t"]).Samples);
    }

    [Fact]
    public void A_NaN_is_refused()
    {
        float[] samples = Sounds.Buzz(1, 16000);
        samples[5000] = float.NaN;
        Refused(Sounds.Float32(samples, 16000), "NaN");
    }

    [Fact]
    public void Samples_beyond_all_reason_are_refused()
    {
        float[] samples = Sounds.Buzz(1, 16000);
        samples[5000] = 1e30f;
        Refused(Sounds.Float32(samples, 16000), "not audio");
    }

    [Fact]
    public void Silence_is_encoded_with_a_warning() => Warned(Sounds.Pcm16(new float[32000], 16000), "silent", samples: 32000);

    [Fact]
    public void Clipping_is_told() => Warned(Sounds.Pcm16(Sounds.Buzz(1, 16000, level: 4), 16000), "clipped", samples: 16000);

    [Fact]
    public void A_tenth_of_a_second_is_encoded_with_a_warning() => Warned(Sounds.Pcm16(Sounds.Buzz(0.1, 16000), 16000), "0.10 s", samples: 1600);

    [Fact]
    public void Eight_channels_at_192_kHz_are_mixed_and_resampled_with_a_warning() =>
        Warned(Sounds.Pcm16(Sounds.Buzz(1, 192_000), 192_000, channels: 8), "8 channels", samples: 16000);

    [Fact]
    public void Five_minutes_are_encoded_without_a_word()
    {
        File.WriteAllBytes(_folder["in.wav"], Sounds.Pcm16(Sounds.Buzz(300, 16000), 16000));

        Expect.Success(Q3Edge.Run(_folder, "encode", "in.wav", "-o", "out.q3t"));

        TokenClip clip = TokenFile.Read(_folder["out.q3t"]);
        Assert.Equal(300 * 16000, clip.Samples);
        Assert.InRange(new FileInfo(_folder["out.q3t"]).Length, 82_500, 83_000);
    }

    [Fact]
    public void A_missing_file_is_told()
    {
        Expect.Failure(Q3Edge.Run(_folder, "encode", "in.wav", "-o", "out.q3t"), "in.wav", "no such file");
        Assert.Empty(_folder.Entries);
    }

    [Fact]
    public void A_folder_is_not_audio()
    {
        Directory.CreateDirectory(_folder["in.wav"]);
        Expect.Failure(Q3Edge.Run(_folder, "encode", "in.wav", "-o", "out.q3t"), "in.wav", "folder");
        Assert.Equal(["in.wav"], _folder.Entries);
    }

    [Fact]
    public void Standard_input_that_is_empty_is_named() =>
        Expect.Failure(Q3Edge.Run(_folder, "encode", "-", "-o", "out.q3t"), "standard input", "empty");

    [Fact]
    public void Compare_refuses_more_than_five_minutes()
    {
        File.WriteAllBytes(_folder["in.wav"], Sounds.Pcm16(Sounds.Buzz(301, 8000), 8000));
        Expect.Failure(Q3Edge.Run(_folder, "compare", "in.wav", "-o", "out.html", "--engine", "float"), "in.wav", "5 minutes");
        Assert.Equal(["in.wav"], _folder.Entries);
    }

    private void Refused(byte[] file, string about)
    {
        File.WriteAllBytes(_folder["in.wav"], file);
        Expect.Failure(Q3Edge.Run(_folder, "encode", "in.wav", "-o", "out.q3t"), "in.wav", about);
        Assert.Equal(["in.wav"], _folder.Entries);
    }

    private void Warned(byte[] file, string about, long samples)
    {
        File.WriteAllBytes(_folder["in.wav"], file);
        Expect.Warning(Q3Edge.Run(_folder, "encode", "in.wav", "-o", "out.q3t"), "in.wav", about);
        Assert.Equal(["in.wav", "out.q3t"], _folder.Entries);
        Assert.Equal(samples, TokenFile.Read(_folder["out.q3t"]).Samples);
    }
}
