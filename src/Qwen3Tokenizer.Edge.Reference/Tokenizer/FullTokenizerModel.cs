using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>A full-size model behind the tokenizer's interface, run by executors of one engine. Executors are kept for the next clip; streams that a caller opens have their own.</summary>
internal sealed class FullTokenizerModel(Qwen3Tts12Hz model, IExecutorSource executors) : ITokenizerModel
{
    // Samples handed to a stream at once, so that progress and cancellation come in between: 10 s.
    private const int SecondsAtOnce = 10;

    // Frames decoded between reports.
    private const int FramesAtOnce = 100;

    private readonly Dictionary<int, IGraphExecutor> _encoders = [];
    private IGraphExecutor? _decoder;

    public CodecFacts Facts => model.Facts;

    public string Engine => executors.Engine;

    public string Device => executors.Device;

    public TokenClip Encode(ReadOnlySpan<float> samples, EncodeOptions options, CancellationToken cancellation) =>
        Clip(Codes(samples, 0, options, cancellation), samples.Length, options);

    public TokenClip EncodePadded(ReadOnlySpan<float> samples, int longest, EncodeOptions options, CancellationToken cancellation)
    {
        List<ushort> codes = Codes(samples, longest - samples.Length, options, cancellation);
        int frames = (int)Qwen3TtsEncoding.FramesOf(model.Config, samples.Length);
        codes.RemoveRange(frames * model.Config.Layers, codes.Count - (frames * model.Config.Layers));
        return Clip(codes, samples.Length, options);
    }

    public void RequireDecodable(TokenClip clip)
    {
        if (clip.Space != model.Space)
        {
            throw new TokenFormatException($"token space: the tokens are of space {clip.Space}, but model '{model.Name}' decodes {model.Space}.");
        }

        if (clip.Layers > model.Config.Layers)
        {
            throw new TokenFormatException($"layers: the tokens have {clip.Layers}, but model '{model.Name}' has {model.Config.Layers}.");
        }

        int wrong = clip.Codes.IndexOfAnyExceptInRange((ushort)0, (ushort)(model.Config.CodebookSize - 1));
        if (wrong >= 0)
        {
            throw new TokenFormatException($"codes: {clip.Codes[wrong]} is not below the codebook size {model.Config.CodebookSize} of model '{model.Name}'.");
        }
    }

    public float[] Decode(TokenClip clip, DecodeOptions options, CancellationToken cancellation)
    {
        _decoder ??= executors.Create(model.Decoder);
        return options.Mode == DecodeMode.ReferenceChunks
            ? Qwen3TtsDecoding.DecodeInReferenceChunks(_decoder, model.Config, clip.Codes, clip.Layers, options.Progress, cancellation)
            : SinglePass(clip, options, cancellation);
    }

    public Qwen3TtsEncoding OpenEncoder(int window) => new(executors.Create(model.Encoder(window)), model.Config, window);

    public Qwen3TtsDecoding OpenDecoder() => new(executors.Create(model.Decoder), model.Config);

    public void Dispose()
    {
        foreach (IGraphExecutor executor in _encoders.Values.Append(_decoder).OfType<IGraphExecutor>())
        {
            (executor as IDisposable)?.Dispose();
        }

        executors.Dispose();
        model.Dispose();
    }

    private List<ushort> Codes(ReadOnlySpan<float> samples, int padding, EncodeOptions options, CancellationToken cancellation)
    {
        if (options.EncoderWindow == 0 && samples.Length + (long)padding > (long)Qwen3TtsEncoding.LongestSeconds * model.Config.SampleRate)
        {
            throw Qwen3TtsEncoding.TooLong();
        }

        if (!_encoders.TryGetValue(options.EncoderWindow, out IGraphExecutor? executor))
        {
            executor = executors.Create(model.Encoder(options.EncoderWindow));
            _encoders.Add(options.EncoderWindow, executor);
        }

        using var stream = new Qwen3TtsEncoding(executor, model.Config, options.EncoderWindow, leaveOpen: true);
        var codes = new List<ushort>();
        int piece = SecondsAtOnce * model.Config.SampleRate;
        for (int start = 0; start < samples.Length; start += piece)
        {
            cancellation.ThrowIfCancellationRequested();
            stream.Write(samples.Slice(start, Math.Min(piece, samples.Length - start)), codes);
            options.Progress?.Report(Math.Min(1, (double)(start + piece) / samples.Length));
        }

        stream.Write(new float[padding], codes);
        stream.End(codes);
        return codes;
    }

    private TokenClip Clip(List<ushort> codes, int samples, EncodeOptions options)
    {
        var clip = new TokenClip(model.Space, model.Config.Layers, model.Config.BitsPerCode, model.Config.Rate, codes.ToArray(), samples, 0);
        return options.NumQuantizers == 0 ? clip : clip.KeepLayers(options.NumQuantizers);
    }

    private float[] SinglePass(TokenClip clip, DecodeOptions options, CancellationToken cancellation)
    {
        using var stream = new Qwen3TtsDecoding(_decoder!, model.Config, leaveOpen: true);
        int frame = model.Config.SamplesPerFrame;
        var samples = new float[checked(clip.Frames * frame)];
        for (int start = 0; start < clip.Frames; start += FramesAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            int count = Math.Min(FramesAtOnce, clip.Frames - start);
            stream.Next(clip.Codes.Slice(start * clip.Layers, count * clip.Layers), clip.Layers).CopyTo(samples, start * frame);
            options.Progress?.Report((double)(start + count) / clip.Frames);
        }

        // The last frame may be longer than what is left of the original.
        return samples[..(int)Math.Min(clip.SamplesAt(model.Config.Rate.SampleRate), samples.Length)];
    }
}
