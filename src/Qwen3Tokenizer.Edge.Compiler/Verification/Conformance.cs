using System.Globalization;
using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler.Verification;

/// <summary>The conformance vectors of a build, and the runs of what was built in child processes.</summary>
internal sealed class Conformance(EdgeModel model, LibraryBuild build, List<TokenClip> clips, bool hasEncoder) : IDisposable
{
    private const int RealFrames = 24;
    private const int RandomFrames = 8;
    private const int VerificationClips = 6;

    /// <summary>Real speech, then any codes at all: what a device must agree on.</summary>
    private readonly TokenClip _vectors = MakeVectors(model, clips[0]);

    // What Fix compiled; it lies in the output folder until the end of the verification.
    private string? _program;

    private int FewLayers => Math.Max(model.MinLayers, Math.Min(4, _vectors.Layers));

    /// <summary>Writes the vectors, their checksums still open.</summary>
    public void WriteVectors(string folder)
    {
        EmittedFolder.Text(folder, "conformance/vectors.h", ConformanceSource.Vectors(build.Names, _vectors, 0, 0, FewLayers));
        TokenFile.Write(Path.Combine(folder, "conformance", "tokens.q3t"), _vectors);
    }

    /// <summary>Runs the vectors, writes their checksums, and checks that frames and hops agree.</summary>
    public uint Fix(string folder, IEnumerable<string> flags, TimeSpan limit)
    {
        _program = build.Conformance("q3e_conformance_run", flags);
        ChildProcess.Result result = ChildProcess.Run(_program, [], folder, limit);
        string[] words = result.Output.Split((char[])[' ', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        uint encoder = 0, concealed = 0;
        bool complete = words is [_, _, _, _, "concealed", var concealedText, .. var rest] && TryHex(concealedText, out concealed)
            && (hasEncoder ? rest is ["encoder", var encoderText] && TryHex(encoderText, out encoder) : rest.Length == 0);
        if (!complete || !TryHex(words[1], out uint whole) || !TryHex(words[2], out uint mixed) || !TryHex(words[3], out uint few))
        {
            throw new BuildException($"The built library of '{model.Name}' ended with status {result.ExitCode} on its conformance tokens: {FirstLine(result.Error)}");
        }

        if (whole != mixed)
        {
            throw new BuildException($"The built library of '{model.Name}' gives other samples hop by hop ({mixed:x8}) than frame by frame ({whole:x8}).");
        }

        EmittedFolder.Text(folder, "conformance/vectors.h", ConformanceSource.Vectors(build.Names, _vectors, whole, few, FewLayers, encoder, concealed));
        EmittedFolder.Text(folder, "conformance/crc32.txt", $"{whole:x8} all layers\n{few:x8} {FewLayers.ToString(CultureInfo.InvariantCulture)} layers\n{concealed:x8} concealed\n{(hasEncoder ? $"{encoder:x8} encoder\n" : "")}");
        return whole;
    }

    /// <summary>Decodes a clip with the program that <see cref="Fix"/> compiled.</summary>
    /// <returns>All samples, the decoder's delay included.</returns>
    public short[] Decode(string folder, TokenClip clip, TimeSpan limit)
    {
        const string codesName = "decode.codes", pcmName = "decode.pcm";
        string codes = Path.Combine(folder, codesName), pcm = Path.Combine(folder, pcmName);
        try
        {
            File.WriteAllBytes(codes, MemoryMarshal.AsBytes(clip.Codes).ToArray());
            ChildProcess.Result result = ChildProcess.Run(
                _program ?? throw new InvalidOperationException("Nothing was compiled."), ["decode", codesName, clip.Layers.ToString(CultureInfo.InvariantCulture), pcmName], folder, limit);
            return result.ExitCode == 0
                ? MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(pcm)).ToArray()
                : throw new BuildException($"The built library of '{model.Name}' ended with status {result.ExitCode} on an alert: {FirstLine(result.Error)}");
        }
        finally
        {
            File.Delete(codes);
            File.Delete(pcm);
        }
    }

    /// <summary>Decodes real clips with a traced build and compares every operation with the float executor.</summary>
    public NodeComparison CompareWithFloat(string folder, IntegerProgram program, IEnumerable<string> flags, TimeSpan limit)
    {
        string traced = build.Conformance("q3e_traced_run", [.. flags, "-DQ3E_TRACE"]);

        // Names, not paths: the program runs in the folder and has no room for paths of any length.
        const string codesName = "verify.codes", pcmName = "verify.pcm";
        string codes = Path.Combine(folder, codesName), pcm = Path.Combine(folder, pcmName), trace = pcm + ".trace";
        try
        {
            TokenClip clip = Join(clips.Take(VerificationClips));
            File.WriteAllBytes(codes, MemoryMarshal.AsBytes(clip.Codes).ToArray());
            ChildProcess.Result result = ChildProcess.Run(traced, ["decode", codesName, clip.Layers.ToString(CultureInfo.InvariantCulture), pcmName], folder, limit);
            return result.ExitCode == 0
                ? NodeComparison.Of(model, program, clip, TraceFile.Read(trace))
                : throw new BuildException($"The built library of '{model.Name}' ended with status {result.ExitCode} on a calibration clip: {FirstLine(result.Error)}");
        }
        finally
        {
            foreach (string file in (string[])[traced, codes, pcm, trace])
            {
                File.Delete(file);
            }
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

    private static TokenClip MakeVectors(EdgeModel model, TokenClip speech)
    {
        int real = Math.Min(RealFrames, speech.Frames), layers = speech.Layers;
        var codes = new ushort[(real + RandomFrames) * layers];
        speech.Codes[..(real * layers)].CopyTo(codes);

        // The generator of the noise source: the vectors must not depend on a library's Random.
        uint s = 12345;
        for (int i = real * layers; i < codes.Length; i++)
        {
            s = unchecked((s * 1664525u) + 1013904223u);
            codes[i] = (ushort)((s >> 8) % (uint)model.Config.CodebookSize);
        }

        return new TokenClip(speech.Space, layers, speech.BitsPerCode, speech.Rate, codes, (long)(codes.Length / layers) * speech.Rate.SamplesPerFrame, speech.Delay);
    }

    private static TokenClip Join(IEnumerable<TokenClip> clips)
    {
        TokenClip[] all = [.. clips];
        ushort[] codes = [.. all.SelectMany(c => c.Codes.ToArray())];
        TokenClip first = all[0];
        return new TokenClip(first.Space, first.Layers, first.BitsPerCode, first.Rate, codes, (long)(codes.Length / first.Layers) * first.Rate.SamplesPerFrame, first.Delay);
    }

    private static bool TryHex(string text, out uint value) => uint.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value);

    private static string FirstLine(string text) => text.Split('\n')[0].Trim() is { Length: > 0 } line ? line : "no message";
}
