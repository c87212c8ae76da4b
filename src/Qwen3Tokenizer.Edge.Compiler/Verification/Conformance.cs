using System.Globalization;
using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler.Verification;

/// <summary>The conformance vectors of a build, and the runs of what was built in child processes.</summary>
/// <param name="source">What was emitted.</param>
/// <param name="build">Compiles it with this machine's compiler.</param>
/// <param name="vectors">The tokens that every target must agree on.</param>
/// <param name="flags">Flags of this machine's compiler.</param>
/// <param name="limit">Longest run.</param>
internal sealed class Conformance(ModelSource source, LibraryBuild build, TokenClip vectors, IReadOnlyList<string> flags, TimeSpan limit) : IDisposable
{
    private const int Few = 4;

    // What Fix compiled; it lies in the output folder until the end of the verification.
    private string? _program;

    private string Folder => build.Folder;

    private string Model => source.Model.Name;

    private int FewLayers => Math.Max(source.Model.MinLayers, Math.Min(Few, vectors.Layers));

    /// <summary>Writes the vectors, runs them, writes their checksums, and checks that frames and hops agree.</summary>
    /// <returns>CRC-32 of the samples of all layers.</returns>
    public uint Fix()
    {
        WriteVectors(0, 0, 0, 0);
        TokenFile.Write(Path.Combine(Folder, "conformance", "tokens.q3t"), vectors);
        _program = build.Conformance("q3e_conformance_run", flags);
        ChildProcess.Result result = ChildProcess.Run(_program, [], Folder, limit);
        string[] words = result.Output.Split((char[])[' ', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        uint encoder = 0, concealed = 0;
        (string? concealedText, string? encoderText) = (source.Conceals, source.Encoder is not null, words.Skip(4).ToArray()) switch
        {
            (true, true, ["concealed", var c, "encoder", var e]) => (c, e),
            (true, false, ["concealed", var c]) => (c, "0"),
            (false, false, []) => ("0", "0"),
            _ => (null, null),
        };
        if (!TryHex(concealedText, out concealed) || !TryHex(encoderText, out encoder) || !TryHex(words[1], out uint whole) || !TryHex(words[2], out uint mixed) || !TryHex(words[3], out uint few))
        {
            throw Ended(result, "its conformance tokens");
        }

        if (whole != mixed)
        {
            throw new BuildException($"The built library of '{Model}' gives other samples hop by hop ({mixed:x8}) than frame by frame ({whole:x8}).");
        }

        WriteVectors(whole, few, encoder, concealed);
        string more = (source.Conceals ? $"{concealed:x8} concealed\n" : "") + (source.Encoder is not null ? $"{encoder:x8} encoder\n" : "");
        EmittedFolder.Text(Folder, "conformance/crc32.txt", $"{whole:x8} all layers\n{few:x8} {FewLayers.ToString(CultureInfo.InvariantCulture)} layers\n{more}");
        return whole;
    }

    /// <summary>Decodes a clip with the program that <see cref="Fix"/> compiled.</summary>
    /// <returns>All samples, the decoder's delay included.</returns>
    public short[] Decode(TokenClip clip)
    {
        string program = _program ?? throw new InvalidOperationException("Nothing was compiled.");
        return Run(program, clip, "decode", "an alert", pcm => MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(pcm)).ToArray());
    }

    /// <summary>Decodes a clip with a traced build.</summary>
    /// <returns>What every operation gave.</returns>
    public List<TraceRecord> Trace(TokenClip clip)
    {
        string traced = build.Conformance("q3e_traced_run", [.. flags, "-DQ3E_TRACE"]);
        try
        {
            return Run(traced, clip, "verify", "a calibration clip", pcm => TraceFile.Read(pcm + ".trace"));
        }
        finally
        {
            File.Delete(traced);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_program is { } program)
        {
            File.Delete(program);
        }
    }

    // Names, not paths: the program runs in the folder and has no room for paths of any length.
    private T Run<T>(string program, TokenClip clip, string name, string what, Func<string, T> read)
    {
        string codesName = name + ".codes", pcmName = name + ".pcm", codes = Path.Combine(Folder, codesName), pcm = Path.Combine(Folder, pcmName);
        try
        {
            File.WriteAllBytes(codes, MemoryMarshal.AsBytes(clip.Codes).ToArray());
            ChildProcess.Result result = ChildProcess.Run(program, ["decode", codesName, clip.Layers.ToString(CultureInfo.InvariantCulture), pcmName], Folder, limit);
            return result.ExitCode == 0 ? read(pcm) : throw Ended(result, what);
        }
        finally
        {
            foreach (string file in (string[])[codes, pcm, pcm + ".trace"])
            {
                File.Delete(file);
            }
        }
    }

    private void WriteVectors(uint whole, uint few, uint encoder, uint concealed) =>
        EmittedFolder.Text(Folder, "conformance/vectors.h", ConformanceSource.Vectors(source.Names, vectors, whole, few, FewLayers, encoder, concealed));

    private BuildException Ended(ChildProcess.Result result, string what) =>
        new($"The built library of '{Model}' ended with status {result.ExitCode} on {what}: {(result.Error.Split('\n')[0].Trim() is { Length: > 0 } line ? line : "no message")}");

    private static bool TryHex(string? text, out uint value) => uint.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value);
}
