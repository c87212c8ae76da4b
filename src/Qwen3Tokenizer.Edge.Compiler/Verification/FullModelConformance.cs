using System.Globalization;
using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Compiler.Verification;

/// <summary>Verifies an emitted full-size decoder: its checksums by frames and by hops, and its operations against float.</summary>
internal sealed class FullModelConformance
{
    // A frame is traced in ten megabytes.
    private const int Frames = 6;
    private const int FewLayers = 4;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    private readonly LibraryBuild _build;
    private readonly FullModelSource _full;
    private readonly TokenClip _clip;

    public FullModelConformance(LibraryBuild build, FullModelSource full, ushort[] codes)
    {
        (_build, _full) = (build, full);
        ModelDescription model = full.Source.Model;
        int frames = Math.Min(Frames, codes.Length / model.UsedLayers);
        int bits = int.Log2(model.CodebookSize - 1) + 1;
        var rate = new FrameRate(model.SampleRate, model.FrameSamples);
        _clip = new TokenClip(model.Space, model.UsedLayers, bits, rate, codes.AsSpan(0, frames * model.UsedLayers), (long)frames * model.FrameSamples, 0);
    }

    /// <summary>Runs the vectors, writes their checksums, and checks that frames and hops agree.</summary>
    public uint Fix(IEnumerable<string> flags)
    {
        int few = Math.Min(FewLayers, _clip.Layers);
        WriteVectors(0, 0, few);
        string program = _build.Conformance("q3e_conformance_run", flags);
        try
        {
            ChildProcess.Result result = ChildProcess.Run(program, [], _build.Folder, Limit);
            string[] words = result.Output.Split((char[])[' ', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (words is not [_, var whole, var mixed, var less] || !TryHex(whole, out uint crc) || !TryHex(less, out uint crcOfFew))
            {
                throw new BuildException($"The built library of '{_full.Source.Model.Name}' ended with status {result.ExitCode} on its conformance tokens: {result.Error.Split('\n')[0]}");
            }

            if (whole != mixed)
            {
                throw new BuildException($"The built library of '{_full.Source.Model.Name}' gives other samples hop by hop ({mixed}) than frame by frame ({whole}).");
            }

            WriteVectors(crc, crcOfFew, few);
            EmittedFolder.Text(_build.Folder, "conformance/crc32.txt", $"{whole} all layers\n{less} {few.ToString(CultureInfo.InvariantCulture)} layers\n");
            return crc;
        }
        finally
        {
            File.Delete(program);
        }
    }

    /// <summary>Decodes the vectors with a traced build and compares every operation with the float executor.</summary>
    public IReadOnlyList<LayerNoise> CompareWithFloat(IEnumerable<string> flags)
    {
        // Names, not paths: the program runs in the folder and has no room for paths of any length.
        const string codes = "verify.codes", pcm = "verify.pcm", trace = pcm + ".trace";
        string program = _build.Conformance("q3e_traced_run", [.. flags, "-DQ3E_TRACE"]);
        try
        {
            File.WriteAllBytes(Path.Combine(_build.Folder, codes), MemoryMarshal.AsBytes(_clip.Codes).ToArray());
            ChildProcess.Result result = ChildProcess.Run(program, ["decode", codes, _clip.Layers.ToString(CultureInfo.InvariantCulture), pcm], _build.Folder, Limit);
            if (result.ExitCode != 0)
            {
                throw new BuildException($"The built library of '{_full.Source.Model.Name}' ended with status {result.ExitCode} on its conformance tokens: {result.Error.Split('\n')[0]}");
            }

            var input = new FloatTensor(_clip.Frames, _clip.Layers, Array.ConvertAll(_clip.Codes.ToArray(), c => (float)c));
            return LayerNoise.Of(_full.Graph, _full.Lowered.Program, input, TraceFile.Read(Path.Combine(_build.Folder, trace)));
        }
        finally
        {
            foreach (string file in (string[])[program, Path.Combine(_build.Folder, codes), Path.Combine(_build.Folder, pcm), Path.Combine(_build.Folder, trace)])
            {
                File.Delete(file);
            }
        }
    }

    private void WriteVectors(uint crc, uint crcOfFew, int few) =>
        EmittedFolder.Text(_build.Folder, "conformance/vectors.h", ConformanceSource.Vectors(_full.Source.Names, _clip, crc, crcOfFew, few));

    private static bool TryHex(string text, out uint value) => uint.TryParse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value);
}
