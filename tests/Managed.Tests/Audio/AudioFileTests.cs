using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Tests.Audio;

/// <summary>These tests need libsndfile, as do users with other files than WAV.</summary>
public sealed class AudioFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("q3edge-audio-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Libsndfile_is_found_and_tells_its_version() => Assert.StartsWith("libsndfile-1.", AudioFile.SndfileVersion, StringComparison.Ordinal);

    // tone.*: 4000 frames at 16 kHz, left round(32768 * 0.5 sin(2 pi 440 t)), right round(32768 * 0.25 sin(2 pi 1000 t)).
    [Fact]
    public void Flac_is_bit_exact()
    {
        AudioClip clip = AudioFile.Read(Signals.PathOf("tone.flac"));
        Assert.Equal((2, 16000, 4000), (clip.Channels, clip.SampleRate, clip.Length));
        for (int i = 0; i < clip.Length; i++)
        {
            Assert.Equal((float)(Math.Round(16384 * Math.Sin(2 * Math.PI * 440 * i / 16000)) / 32768), clip.Channel(0)[i]);
            Assert.Equal((float)(Math.Round(8192 * Math.Sin(2 * Math.PI * 1000 * i / 16000)) / 32768), clip.Channel(1)[i]);
        }
    }

    // LAME scales its input by 0.95 (another decoder, ffmpeg's, finds 0.4750 and 0.2375 too).
    [Theory]
    [InlineData("tone.ogg", 1.0)]
    [InlineData("tone.mp3", 0.95)]
    public void Lossy_files_keep_the_tone(string name, double gain)
    {
        AudioClip clip = AudioFile.Read(Signals.PathOf(name));
        Assert.Equal((2, 16000), (clip.Channels, clip.SampleRate));
        Assert.InRange(clip.Length, 4000, 4000 + (2 * 1152));
        Assert.Equal(0.5 * gain, Amplitude(clip.Channel(0), 440), 0.01);
        Assert.Equal(0.25 * gain, Amplitude(clip.Channel(1), 1000), 0.005);
        Assert.InRange(Amplitude(clip.Channel(0), 1000), 0, 0.02);
    }

    [Fact]
    public void The_content_decides_and_not_the_name()
    {
        string path = Path.Combine(_folder, "really-flac.wav");
        File.Copy(Signals.PathOf("tone.flac"), path);
        Assert.Equal(4000, AudioFile.Read(path).Length);
    }

    [Fact]
    public void A_path_outside_ascii_is_opened()
    {
        string path = Path.Combine(_folder, "Tön 語.flac");
        File.Copy(Signals.PathOf("tone.flac"), path);
        Assert.Equal(4000, AudioFile.Read(path).Length);
    }

    [Fact]
    public void Mono_is_the_mean_of_the_channels()
    {
        AudioClip clip = AudioFile.Read(Signals.PathOf("tone.flac"));
        float[] mono = clip.ToMono();
        for (int i = 0; i < mono.Length; i++)
            Assert.Equal((clip.Channel(0)[i] + clip.Channel(1)[i]) / 2, mono[i]);
    }

    [Fact]
    public void Text_and_empty_files_are_refused_by_name()
    {
        string text = Path.Combine(_folder, "notes.mp3"), empty = Path.Combine(_folder, "empty.flac");
        File.WriteAllText(text, "these are not the samples you are looking for, and there are many of them");
        File.WriteAllBytes(empty, []);
        Assert.StartsWith("notes.mp3: ", Assert.Throws<AudioFormatException>(() => AudioFile.Read(text)).Message, StringComparison.Ordinal);
        Assert.Equal("empty.flac: the file is empty.", Assert.Throws<AudioFormatException>(() => AudioFile.Read(empty)).Message);
        Assert.Throws<FileNotFoundException>(() => AudioFile.Read(Path.Combine(_folder, "none.wav")));
    }

    [Fact]
    public void Damaged_compressed_files_give_a_clip_or_a_clear_error()
    {
        var random = new Random(5);
        string path = Path.Combine(_folder, "damaged");
        int done = 0;
        foreach (string name in new[] { "tone.flac", "tone.ogg", "tone.mp3" })
        {
            byte[] original = File.ReadAllBytes(Signals.PathOf(name));
            for (int round = 0; round < 40; round++)
            {
                byte[] bytes = original[..random.Next(1, original.Length + 1)];
                for (int edits = 0; edits < 4; edits++)
                    bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);

                File.WriteAllBytes(path, bytes);
                try
                {
                    Assert.InRange(AudioFile.Read(path).Length, 0, 1_000_000);
                }
                catch (AudioFormatException refused)
                {
                    Assert.StartsWith("damaged: ", refused.Message, StringComparison.Ordinal);
                }

                done++;
            }
        }

        Assert.Equal(120, done);
    }

    /// <summary>Amplitude of one frequency over whole periods in the middle of the clip.</summary>
    private static double Amplitude(float[] x, double hertz)
    {
        double c = 0, s = 0;
        const int Start = 1600, Count = 1600;
        for (int i = 0; i < Count; i++)
        {
            double a = 2 * Math.PI * hertz * i / 16000;
            c += x[Start + i] * Math.Cos(a);
            s += x[Start + i] * Math.Sin(a);
        }

        return 2 * Math.Sqrt((c * c) + (s * s)) / Count;
    }
}
