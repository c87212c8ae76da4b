using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>Whole clips through the float graphs of an edge model: samples to tokens, tokens to samples.</summary>
public static class EdgeCodec
{
    // Frames handed to the executor at once, and values that the widest node may then have: the result does not depend on them, the memory does.
    private const int MaxChunk = 25;
    private const int MaxValues = 1 << 22;

    /// <summary>Frames of a clip of <paramref name="samples"/> samples: enough that the decoded signal, trimmed by the delay, keeps its tail.</summary>
    public static int FramesOf(EdgeModel model, long samples) =>
        checked((int)((samples + model.Config.DelaySamples + model.Config.SamplesPerToken - 1) / model.Config.SamplesPerToken));

    /// <summary>Encodes a clip.</summary>
    /// <param name="model">A model with an encoder.</param>
    /// <param name="samples">Mono samples at the model's rate, PCM16 / 32768.</param>
    /// <param name="layers">Layers to keep, 1 to the model's number; 0 for all.</param>
    /// <param name="progress">Told the share done, 0..1.</param>
    /// <param name="matMul">Matrix products; null for the managed ones, with which tokens are the same everywhere.</param>
    public static TokenClip Encode(EdgeModel model, ReadOnlySpan<float> samples, int layers = 0, IProgress<double>? progress = null, IMatMul? matMul = null)
    {
        Graph graph = model.Encoder ?? throw NoEncoder(model);
        return Encode(model, graph, model.Config.Space, model.Config.BitsPerCode, samples, layers, progress, matMul);
    }

    /// <summary>Encodes a clip in minimal mode: only the entries of the model's minimal map are searched, each layer on the residual that the layers before it really left.</summary>
    /// <returns>A clip of the map's token space.</returns>
    /// <param name="model">A model with an encoder and a minimal map.</param>
    /// <param name="samples">Mono samples at the model's rate, PCM16 / 32768.</param>
    /// <param name="layers">Layers to keep, 1 to the model's number; 0 for all.</param>
    /// <param name="progress">Told the share done, 0..1.</param>
    public static TokenClip EncodeMinimal(EdgeModel model, ReadOnlySpan<float> samples, int layers = 0, IProgress<double>? progress = null)
    {
        MinimalMap map = model.MinimalMap ?? throw new InvalidOperationException($"Model '{model.Name}' has no minimal map.");
        Graph graph = model.MinimalEncoder ?? throw NoEncoder(model);
        return Encode(model, graph, map.Space, map.BitsPerCode, samples, layers, progress);
    }

    /// <summary>Decodes every frame of a clip in float32.</summary>
    /// <returns>Frames * samples per token, the delay not yet trimmed; at the model's rate.</returns>
    /// <param name="model">A model of the clip's token space, or whose minimal map has it.</param>
    /// <param name="clip">Tokens, full or minimal; layers beyond the model's are ignored.</param>
    /// <param name="observer">Called with every node and its value.</param>
    /// <param name="progress">Told the share done, 0..1.</param>
    public static float[] Decode(EdgeModel model, TokenClip clip, Action<Node, FloatTensor>? observer = null, IProgress<double>? progress = null)
    {
        clip = ToFull(model, clip);
        var executor = new FloatExecutor(model.Decoder);
        int frame = model.Config.SamplesPerToken, chunk = ChunkOf(model.Decoder);
        var samples = new float[checked(clip.Frames * frame)];
        for (int start = 0; start < clip.Frames; start += chunk)
        {
            int count = Math.Min(chunk, clip.Frames - start);
            FloatTensor codes = CodesOf(model, clip, start, count);
            FloatTensor output = executor.Run(count, new Dictionary<string, FloatTensor> { ["codes"] = codes }, observer)[0];
            output.Data.CopyTo(samples, start * frame);
            progress?.Report((double)(start + count) / clip.Frames);
        }

        return samples;
    }

    /// <summary>Codes of some frames as the decoder graph's input; absent layers are -1.</summary>
    public static FloatTensor CodesOf(EdgeModel model, TokenClip clip, int start, int count)
    {
        var codes = new FloatTensor(count, model.Config.NumQuantizers);
        codes.Data.AsSpan().Fill(-1);
        for (int f = 0; f < count; f++)
        {
            ReadOnlySpan<ushort> frame = clip.Frame(start + f);
            for (int l = 0; l < Math.Min(frame.Length, codes.Channels); l++)
            {
                codes.Row(f)[l] = frame[l];
            }
        }

        return codes;
    }

    /// <summary>Cuts decoded samples to the clip: output sample j belongs to input sample j - delay.</summary>
    /// <returns>As many samples as the clip had, at the model's rate.</returns>
    public static ArraySegment<T> Trim<T>(EdgeModel model, TokenClip clip, T[] decoded)
    {
        int delay = Math.Min(model.Config.DelaySamples, decoded.Length);
        return new ArraySegment<T>(decoded, delay, (int)Math.Min(clip.SamplesAt(model.Config.SampleRate), decoded.Length - delay));
    }

    /// <summary>The clip in the model's own token space, fit for its decoder: a minimal clip is expanded by the model's map, any other comes back as it is.</summary>
    /// <exception cref="TokenFormatException">The model cannot decode these tokens: another token space, too few layers, or codes outside the codebook or the map.</exception>
    public static TokenClip ToFull(EdgeModel model, TokenClip clip)
    {
        if (IsMinimal(model, clip))
        {
            clip = model.MinimalMap!.Expand(clip);
        }

        if (clip.Space != model.Config.Space)
        {
            string minimal = model.MinimalMap is { } map ? $", or {map.Space} in minimal mode" : ", and has no minimal map";
            throw new TokenFormatException($"token space: the tokens are of space {clip.Space}, but model '{model.Name}' decodes {model.Config.Space}{minimal}.");
        }

        if (clip.Layers < model.MinLayers)
        {
            throw new TokenFormatException($"layers: the tokens have {clip.Layers}, but model '{model.Name}' needs {model.MinLayers}.");
        }

        foreach (ushort code in clip.Codes)
        {
            if (code >= model.Config.CodebookSize)
            {
                throw new TokenFormatException($"codes: {code} is not below the codebook size {model.Config.CodebookSize} of model '{model.Name}'.");
            }
        }

        return clip;
    }

    /// <summary>Whether a clip is of the token space of the model's minimal map.</summary>
    public static bool IsMinimal(EdgeModel model, TokenClip clip) => model.MinimalMap is { } map && clip.Space == map.Space;

    private static TokenClip Encode(
        EdgeModel model, Graph graph, TokenSpace space, int bitsPerCode, ReadOnlySpan<float> samples, int layers, IProgress<double>? progress, IMatMul? matMul = null)
    {
        (int all, int frame) = (model.Config.NumQuantizers, model.Config.SamplesPerToken);
        layers = layers == 0 ? all : layers;
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layers, all);
        int frames = FramesOf(model, samples.Length);
        var codes = new ushort[checked(frames * layers)];
        var executor = new FloatExecutor(graph, matMul);
        int hops = graph["samples"].Shape.Rows;
        int chunk = ChunkOf(graph);
        for (int start = 0; start < frames; start += chunk)
        {
            int count = Math.Min(chunk, frames - start);
            var input = new FloatTensor(count * hops, frame / hops);
            long first = (long)start * frame;
            if (first < samples.Length)
            {
                ReadOnlySpan<float> part = samples[(int)first..];
                part[..Math.Min(part.Length, input.Data.Length)].CopyTo(input.Data);
            }

            FloatTensor output = executor.Run(count, new Dictionary<string, FloatTensor> { ["samples"] = input })[0];
            for (int f = 0; f < count; f++)
            {
                for (int l = 0; l < layers; l++)
                {
                    codes[((start + f) * layers) + l] = (ushort)output.Row(f)[l];
                }
            }

            progress?.Report((double)(start + count) / frames);
        }

        return new TokenClip(space, layers, bitsPerCode, model.Config.Rate, codes, samples.Length, model.Config.DelaySamples);
    }

    private static InvalidOperationException NoEncoder(EdgeModel model) =>
        new($"Model '{model.Name}' has no encoder; its tokens come from '{model.Config.TokensFrom}'.");

    private static int ChunkOf(Graph graph) =>
        (int)Math.Clamp(MaxValues / graph.Nodes.Max(n => (long)n.Shape.Rows * n.Shape.Channels), 1, MaxChunk);
}
