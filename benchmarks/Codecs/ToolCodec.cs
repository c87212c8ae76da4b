using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Benchmarks.Codecs;

/// <summary>A codec that is a pair of command-line programs on the path, with a folder for their files.</summary>
internal abstract class ToolCodec(string folder, string package) : ISpeechCodec
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract CodedClip Run(SpeechClip clip);

    /// <summary>Path of a file of this codec.</summary>
    protected string FileOf(string name) => Path.Combine(folder, name);

    /// <summary>Runs a program of the package.</summary>
    /// <exception cref="BuildException">It is missing or failed.</exception>
    protected void Tool(string program, params IEnumerable<string> arguments)
    {
        string path = Programs.Require(program, package);
        ChildProcess.Result result = ChildProcess.Run(path, arguments, folder, Limit);
        if (result.ExitCode != 0)
        {
            throw new BuildException($"{program} ended with status {result.ExitCode}: {result.Error.Trim()}");
        }
    }

    /// <summary>Writes headerless little-endian PCM16.</summary>
    protected static void WriteRaw(string path, ReadOnlySpan<float> samples)
    {
        var integers = new short[samples.Length];
        for (int i = 0; i < integers.Length; i++)
        {
            integers[i] = (short)Math.Clamp(Math.Round(samples[i] * 32768.0), short.MinValue, short.MaxValue);
        }

        File.WriteAllBytes(path, MemoryMarshal.AsBytes<short>(integers).ToArray());
    }

    /// <summary>Reads headerless little-endian PCM16.</summary>
    protected static float[] ReadRaw(string path) => Array.ConvertAll(MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(path)).ToArray(), s => s / 32768f);
}
