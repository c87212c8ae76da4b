using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>An edge model behind the tokenizer's interface, run by the graph's own executor. A model that only decodes encodes with nothing.</summary>
internal sealed class EdgeTokenizerModel(EdgeModel model) : ITokenizerModel
{
    // Under the name by which users know it, not that of its configuration.
    public CodecFacts Facts { get; } = model.Config.Facts with { Name = model.Name };

    public string Engine => Engines.Float;

    public string Device => Engines.Cpu;

    public TokenClip Encode(ReadOnlySpan<float> samples, EncodeOptions options, CancellationToken cancellation)
    {
        if (options.EncoderWindow != 0)
        {
            throw new ArgumentException($"EncoderWindow {options.EncoderWindow}: model '{model.Name}' has no attention; the window belongs to a full-size model.", nameof(options));
        }

        cancellation.ThrowIfCancellationRequested();
        return EdgeCodec.Encode(model, samples, options.NumQuantizers, options.Progress);
    }

    // Its encoder is causal and ends a clip with zeros, so that what stands behind the clip in a batch is what stands there alone.
    public TokenClip EncodePadded(ReadOnlySpan<float> samples, int longest, EncodeOptions options, CancellationToken cancellation) => Encode(samples, options, cancellation);

    public void RequireDecodable(TokenClip clip) => EdgeCodec.ToFull(model, clip);

    public float[] Decode(TokenClip clip, DecodeOptions options, CancellationToken cancellation)
    {
        if (options.Mode != DecodeMode.SinglePass)
        {
            throw new ArgumentException($"Mode {options.Mode}: model '{model.Name}' decodes in a single pass; the reference's chunks belong to a full-size model.", nameof(options));
        }

        cancellation.ThrowIfCancellationRequested();
        return [.. EdgeCodec.Trim(model, clip, EdgeCodec.Decode(model, clip, progress: options.Progress))];
    }

    public Qwen3TtsEncoding? OpenEncoder(int window) => null;

    public Qwen3TtsDecoding? OpenDecoder() => null;

    public void Dispose()
    {
    }
}
