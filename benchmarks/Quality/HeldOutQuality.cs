using System.Globalization;
using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Benchmarks.Quality;

/// <summary>Holds the compiled INT8 decoder against the float decoder on the same float tokens of held-out speech.</summary>
public sealed class HeldOutQuality : IDisposable
{
    private const uint OtherSeed = 77;
    private static readonly TimeSpan RunLimit = TimeSpan.FromMinutes(2);

    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-quality-").FullName;
    private readonly EdgeModel _encoder = EdgeModel.Load("edge-light");
    private readonly EdgeModel _model;
    private readonly Graph _otherNoise;
    private readonly LoweredGraph _lowered;
    private readonly string _program;

    /// <summary>Calibrates, emits and compiles the decoder of <paramref name="model"/> with tracing.</summary>
    public HeldOutQuality(string model)
    {
        _model = EdgeModel.Load(model);
        _otherNoise = WithSeed(_model.Decoder, OtherSeed);
        List<TokenClip> calibration = CalibrationClips.Load(_model);
        (_lowered, MemoryPlan _, ModelSource source) = HostBuild.Emit(_model, calibration);
        EmittedFolder.Write(_folder, source);
        EmittedFolder.Text(_folder, "conformance/vectors.h", ConformanceSource.Vectors(source.Names, calibration[0], 0, 0, 4));
        CCompiler compiler = CCompiler.Find() ?? throw new CompilerNotFoundException();
        _program = new LibraryBuild(compiler, _folder, source.Names).Conformance("traced", "-O3", "-march=native", "-DQ3E_TRACE");
    }

    /// <summary>Measures one clip (any rate; resampled to the encoder's).</summary>
    public ClipQuality Measure(string wav)
    {
        int rate = _model.Config.SampleRate;
        float[] samples = AudioFile.Read(wav).Resample(_encoder.Config.SampleRate).ToMono();
        TokenClip tokens = EdgeCodec.Encode(_encoder, samples);
        float[] original = Resampler.Resample(samples, _encoder.Config.SampleRate, rate);
        (float[] int8, HeadAgreement head) = DecodeInt8(tokens);
        float[] reference = Trim(tokens, EdgeCodec.Decode(_model, tokens)), noise = Trim(tokens, DecodeOtherNoise(tokens));
        int n = Math.Min(original.Length, reference.Length);
        ReadOnlySpan<float> x = original.AsSpan(0, n), f = reference.AsSpan(0, n), q = int8.AsSpan(0, n);
        float[] track = PitchTracker.Track(f, rate);
        var tracked = PitchError.Compare(track, PitchTracker.Track(q, rate));
        var unresolved = PitchError.Compare(track, PitchTracker.Track(noise.AsSpan(0, n), rate));
        return new ClipQuality(
            Path.GetFileName(wav), (double)samples.Length / _encoder.Config.SampleRate,
            Stoi.Compute(x, f, rate), Stoi.Compute(x, q, rate), LogSpectralDistance.Compute(x, f, rate), LogSpectralDistance.Compute(x, q, rate),
            head.MedianCents, head.VoicingDisagreement, tracked.MedianCents, tracked.VoicingErrorRate, unresolved.MedianCents, unresolved.VoicingErrorRate);
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private (float[] Samples, HeadAgreement Head) DecodeInt8(TokenClip tokens)
    {
        string codes = Path.Combine(_folder, "clip.codes"), pcm = Path.Combine(_folder, "clip.pcm");
        File.WriteAllBytes(codes, MemoryMarshal.AsBytes(tokens.Codes).ToArray());
        ChildProcess.Result run = ChildProcess.Run(_program, ["decode", codes, tokens.Layers.ToString(CultureInfo.InvariantCulture), pcm], _folder, RunLimit);
        if (run.ExitCode != 0)
        {
            throw new BuildException($"The INT8 decoder ended with status {run.ExitCode}: {run.Error}");
        }

        NodeComparison comparison = NodeComparison.Of(_model, _lowered.Program, tokens, TraceFile.Read(pcm + ".trace"));
        short[] samples = MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(pcm)).ToArray();
        return (Trim(tokens, Array.ConvertAll(samples, s => s / 32768f)), comparison.Head);
    }

    private float[] DecodeOtherNoise(TokenClip tokens)
    {
        var codes = new Dictionary<string, FloatTensor> { ["codes"] = EdgeCodec.CodesOf(_model, tokens, 0, tokens.Frames) };
        return new FloatExecutor(_otherNoise).Run(tokens.Frames, codes)[0].Data;
    }

    private float[] Trim(TokenClip tokens, float[] decoded) => [.. EdgeCodec.Trim(_model, tokens, decoded)];

    // The same graph but for the seed of its noise node and what reads it.
    private static Graph WithSeed(Graph graph, uint seed)
    {
        var noise = (NoiseNode)graph["source.noise"];
        var spectrum = (StftNode)graph["spectrum.noise"];
        var filter = (SpectralFilterNode)graph["filter.spectrum"];
        var inverse = (InverseStftNode)graph["samples"];
        Node other = new StftNode(spectrum.Name, new NoiseNode(noise.Name, noise.Inputs[0], noise.Shape.Channels, seed), spectrum.Window, spectrum.TransformLength);
        IReadOnlyList<Node> i = filter.Inputs;
        Node filtered = new SpectralFilterNode(filter.Name, i[0], other, i[2], i[3], i[4], i[5]);
        return new Graph(graph.Name, new InverseStftNode(inverse.Name, filtered, inverse.Window, inverse.Mute));
    }
}
