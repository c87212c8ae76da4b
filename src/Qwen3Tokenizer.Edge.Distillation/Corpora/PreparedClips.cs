using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>
/// Decoded recordings in a folder of work, one file of samples and one of pitch each. A recording is there when its samples are: they are renamed into place last, so that
/// an interrupted preparation goes on where it stopped.
/// </summary>
internal sealed class PreparedClips(string folder)
{
    /// <summary>The folder.</summary>
    public string Folder { get; } = Directory.CreateDirectory(folder).FullName;

    /// <summary>Name of a file's recording: a hash of what tells it from others.</summary>
    public static string KeyOf(SpeechFile file)
    {
        var info = new FileInfo(file.File);
        string identity = FormattableString.Invariant($"{file.Package}\n{file.Path}\n{info.Length}\n{info.LastWriteTimeUtc.Ticks}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 16));
    }

    /// <summary>Whether a recording is there.</summary>
    public bool Has(string key) => File.Exists(SamplesPath(key));

    /// <summary>Tracks the pitch of a recording and keeps both.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="samples">Its samples; what is left over beyond a multiple of 160 is dropped.</param>
    public void Add(string key, ReadOnlySpan<short> samples)
    {
        ReadOnlySpan<short> whole = samples[..(samples.Length / CorpusGrid.PitchHop * CorpusGrid.PitchHop)];
        float[] pitch = whole.Length < CorpusGrid.MinSamples ? [] : PitchTracks.Of(whole);
        Write(PitchPath(key), MemoryMarshal.AsBytes(pitch.AsSpan()));
        Write(SamplesPath(key), MemoryMarshal.AsBytes(whole));
    }

    /// <summary>Bytes of the samples, PCM16.</summary>
    public byte[] Samples(string key) => File.ReadAllBytes(SamplesPath(key));

    /// <summary>Number of samples.</summary>
    public long Length(string key) => new FileInfo(SamplesPath(key)).Length / sizeof(short);

    /// <summary>Bytes of the pitch, float32.</summary>
    public byte[] Pitch(string key) => File.ReadAllBytes(PitchPath(key));

    private string SamplesPath(string key) => Path.Combine(Folder, key + ".s16");

    private string PitchPath(string key) => Path.Combine(Folder, key + ".f32");

    private static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(path + ".tmp", bytes);
        File.Move(path + ".tmp", path, overwrite: true);
    }
}
