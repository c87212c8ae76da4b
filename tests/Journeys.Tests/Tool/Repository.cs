using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>Files that the repository and the tool bring.</summary>
internal static class Repository
{
    public static string QuickstartClip { get; } = Path.Combine(AppContext.BaseDirectory, "Data", "clips", "quickstart.wav");

    public static string Golden(string name) => Path.Combine(Root, "tests", "data", "edge-golden", name);

    public static string Model(string file) => Path.Combine(AppContext.BaseDirectory, "Data", file);

    /// <summary>The numbers of a NumPy file of little-endian float32 or of any integers, as doubles, row by row.</summary>
    public static double[] Npy(string name)
    {
        byte[] bytes = File.ReadAllBytes(Golden(name));
        int headerLength = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(8));
        string header = System.Text.Encoding.ASCII.GetString(bytes, 10, headerLength);
        ReadOnlySpan<byte> data = bytes.AsSpan(10 + headerLength);
        string type = header.Split("'descr': '")[1].Split('\'')[0];
        return type switch
        {
            "<f4" => [.. MemoryMarshal.Cast<byte, float>(data).ToArray().Select(x => (double)x)],
            "<i2" => [.. MemoryMarshal.Cast<byte, short>(data).ToArray().Select(x => (double)x)],
            "<u2" => [.. MemoryMarshal.Cast<byte, ushort>(data).ToArray().Select(x => (double)x)],
            "<i4" => [.. MemoryMarshal.Cast<byte, int>(data).ToArray().Select(x => (double)x)],
            "<i8" => [.. MemoryMarshal.Cast<byte, long>(data).ToArray().Select(x => (double)x)],
            _ => throw new NotSupportedException($"{name}: dtype {type}"),
        };
    }

    /// <summary>The folder of the solution.</summary>
    public static string Root
    {
        get
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Qwen3Tokenizer.Edge.sln")))
                    return folder.FullName;
            }

            throw new DirectoryNotFoundException("The tests do not lie inside the repository.");
        }
    }
}
