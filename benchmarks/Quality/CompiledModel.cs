using System.Globalization;
using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Quality;

/// <summary>A built-in model calibrated, emitted and compiled; run through its conformance program.</summary>
public sealed class CompiledModel : IDisposable
{
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-quality-").FullName;
    private readonly string _program;

    /// <summary>Builds the INT8 decoder of <paramref name="name"/> and, where it has one, its encoder.</summary>
    /// <param name="name">A built-in model, or the path of a model file.</param>
    /// <param name="traced">Whether every intermediate value is kept for <see cref="Decode(TokenClip, out List{TraceRecord})"/>.</param>
    /// <param name="options">How it is quantized; null for the compiler's own way.</param>
    /// <param name="encoder">Whether its encoder is wanted.</param>
    public CompiledModel(string name, bool traced = true, LoweringOptions? options = null, bool encoder = true)
    {
        Model = EdgeModel.Load(name);
        List<TokenClip> calibration = CalibrationClips.Load(Model);
        List<float[]>? speech = Model.Encoder is null || !encoder ? null : CalibrationClips.Samples(Model.Config.SampleRate);
        (var lowered, _, ModelSource source) = HostBuild.Emit(Model, calibration, options, speech: speech);
        Program = lowered.Program;
        EmittedFolder.Write(_folder, source);
        EmittedFolder.Text(_folder, "conformance/vectors.h", ConformanceSource.Vectors(source.Names, calibration[0], 0, 0, 4));
        CCompiler compiler = CCompiler.Find() ?? throw new CompilerNotFoundException();
        _program = new LibraryBuild(compiler, _folder, source.Names).Conformance("run", ["-O3", "-march=native", .. traced ? ["-DQ3E_TRACE"] : Array.Empty<string>()]);
    }

    /// <summary>The float model.</summary>
    public EdgeModel Model { get; }

    /// <summary>The integer decoder.</summary>
    public IntegerProgram Program { get; }

    /// <summary>Encodes mono samples at the model's rate with all layers.</summary>
    public TokenClip Encode(ReadOnlySpan<float> samples)
    {
        var pcm = new short[samples.Length];
        for (int i = 0; i < pcm.Length; i++)
        {
            pcm[i] = (short)Math.Clamp(Math.Round(samples[i] * 32768.0), short.MinValue, short.MaxValue);
        }

        int layers = Model.Config.NumQuantizers;
        (byte[] codes, _) = Run("encode", MemoryMarshal.AsBytes<short>(pcm), layers);
        return new TokenClip(Model.Config.Space, layers, Model.Config.BitsPerCode, Model.Config.Rate, MemoryMarshal.Cast<byte, ushort>(codes).ToArray(), samples.Length, Model.Config.DelaySamples);
    }

    /// <summary>Decodes a clip, cut to the clip's length.</summary>
    /// <param name="tokens">The clip.</param>
    /// <param name="trace">Every intermediate value.</param>
    public float[] Decode(TokenClip tokens, out List<TraceRecord> trace)
    {
        (byte[] pcm, trace) = Run("decode", MemoryMarshal.AsBytes(tokens.Codes), tokens.Layers);
        float[] samples = Array.ConvertAll(MemoryMarshal.Cast<byte, short>(pcm).ToArray(), s => s / 32768f);
        return [.. EdgeCodec.Trim(Model, tokens, samples)];
    }

    /// <summary>Decodes codes [frame][layer], frame by frame; where a frame's first code is 65535 or 65534 the library conceals it, to end in silence or in noise.</summary>
    /// <returns>All samples, the decoder's delay included.</returns>
    public float[] Decode(ReadOnlySpan<ushort> codes, int layers)
    {
        (byte[] pcm, _) = Run("decode", MemoryMarshal.AsBytes(codes), layers);
        return Array.ConvertAll(MemoryMarshal.Cast<byte, short>(pcm).ToArray(), s => s / 32768f);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (byte[] Output, List<TraceRecord> Trace) Run(string command, ReadOnlySpan<byte> input, int layers)
    {
        string from = Path.Combine(_folder, "clip.in"), to = Path.Combine(_folder, "clip.out");
        File.WriteAllBytes(from, input);
        ChildProcess.Result run = ChildProcess.Run(_program, [command, from, layers.ToString(CultureInfo.InvariantCulture), to], _folder, RunLimit);
        return run.ExitCode == 0
            ? (File.ReadAllBytes(to), File.Exists(to + ".trace") ? TraceFile.Read(to + ".trace") : [])
            : throw new BuildException($"The INT8 library of '{Model.Name}' ended with status {run.ExitCode} on {command}: {run.Error}");
    }
}
