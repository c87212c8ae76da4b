using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Benchmarks.Quality;

/// <summary>
/// Holds the compiled INT8 decoder against the float decoder on the same float tokens of held-out speech, the compiled encoder against the float encoder, and the INT8 chain of both
/// against the float chain.
/// </summary>
/// <param name="decoder">The model that decodes.</param>
/// <param name="encoder">The model that encodes; may be the same.</param>
public sealed class HeldOutQuality(CompiledModel decoder, CompiledModel encoder)
{
    private const uint OtherSeed = 77;

    private readonly Graph _otherNoise = WithSeed(decoder.Model.Decoder, OtherSeed);

    /// <summary>Measures one clip (any rate; resampled to the encoder's).</summary>
    public ClipQuality Measure(string wav)
    {
        int rate = decoder.Model.Config.SampleRate, encoderRate = encoder.Model.Config.SampleRate;
        float[] samples = AudioFile.Read(wav).Resample(encoderRate).ToMono();
        TokenClip tokens = EdgeCodec.Encode(encoder.Model, samples), int8Tokens = encoder.Encode(samples);
        float[] original = Resampler.Resample(samples, encoderRate, rate);
        float[] int8 = decoder.Decode(tokens, out List<TraceRecord> trace), chain = decoder.Decode(int8Tokens, out _);
        HeadAgreement head = NodeComparison.Of(decoder.Model, decoder.Program, tokens, trace).Head;
        float[] reference = Trim(tokens, EdgeCodec.Decode(decoder.Model, tokens)), noise = Trim(tokens, DecodeOtherNoise(tokens));
        int n = Math.Min(original.Length, reference.Length);
        ReadOnlySpan<float> x = original.AsSpan(0, n), f = reference.AsSpan(0, n), q = int8.AsSpan(0, n), c = chain.AsSpan(0, n);
        float[] track = PitchTracker.Track(f, rate);
        var tracked = PitchError.Compare(track, PitchTracker.Track(q, rate));
        var unresolved = PitchError.Compare(track, PitchTracker.Track(noise.AsSpan(0, n), rate));
        return new ClipQuality(
            Path.GetFileName(wav), (double)samples.Length / encoderRate,
            Stoi.Compute(x, f, rate), Stoi.Compute(x, q, rate), LogSpectralDistance.Compute(x, f, rate), LogSpectralDistance.Compute(x, q, rate),
            head.MedianCents, head.VoicingDisagreement, tracked.MedianCents, tracked.VoicingErrorRate, unresolved.MedianCents, unresolved.VoicingErrorRate)
        {
            ChainStoi = Stoi.Compute(x, c, rate),
            ChainLsd = LogSpectralDistance.Compute(x, c, rate),
            Tokens = TokenAgreement.Of(tokens, int8Tokens),
        };
    }

    private float[] DecodeOtherNoise(TokenClip tokens)
    {
        var codes = new Dictionary<string, FloatTensor> { ["codes"] = EdgeCodec.CodesOf(decoder.Model, tokens, 0, tokens.Frames) };
        return new FloatExecutor(_otherNoise).Run(tokens.Frames, codes)[0].Data;
    }

    private float[] Trim(TokenClip tokens, float[] decoded) => [.. EdgeCodec.Trim(decoder.Model, tokens, decoded)];

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
