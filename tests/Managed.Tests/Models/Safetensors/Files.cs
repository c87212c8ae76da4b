using System.Buffers.Binary;
using System.Text;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Tests.Models.Safetensors;

/// <summary>Safetensors files for the tests of this folder, in one temporary folder.</summary>
public sealed class Files : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("safetensors").FullName;

    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Writes a file from a header text, as it stands, and data bytes.</summary>
    public string Write(string header, ReadOnlySpan<byte> data) => Write(Encoding.UTF8.GetBytes(header), data);

    public string Write(ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        return WriteBytes([.. length, .. header, .. data]);
    }

    public string WriteBytes(byte[] bytes)
    {
        string path = PathOf("test.safetensors");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Opens a file that must be refused; returns the message without the path in front.</summary>
    public static string Refused(string path)
    {
        var e = Assert.Throws<ModelFormatException>(() => SafetensorsFile.Open(path).Dispose());
        Assert.StartsWith(path + ": ", e.Message, StringComparison.Ordinal);
        return e.Message[(path.Length + 2)..];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
