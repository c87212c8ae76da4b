using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>
/// The edge codec (Data/edge-codec.md) as graphs of primitives: whole for use, in parts for training, which puts the quantizer's straight-through estimator and given sources between them.
/// </summary>
public static class EdgeCodecGraphs
{
    /// <summary>Samples (rows of hop samples, "samples") to codes ("codes").</summary>
    public static Graph Encoder(EdgeModelConfig config, IWeightSource weights, string name)
    {
        QuantizerConfig quantizer = config.Quantizer!;
        Node x = Latent(config, weights, LogMel(config, weights, new InputNode("samples", config.Encoder!.Downsample, config.FrontEnd!.Hop)));
        float[] codebooks = weights.Read("quantizer.codebooks", quantizer.NumQuantizers, quantizer.CodebookSize, quantizer.Dim);
        return new Graph(name, new QuantizeNode("codes", x, codebooks, quantizer.NumQuantizers, quantizer.CodebookSize));
    }

    /// <summary>Codes ("codes", -1 for an absent layer) to samples ("samples", rows of hop samples).</summary>
    public static Graph Decoder(EdgeModelConfig config, IWeightSource weights, string name) =>
        new(name, SourceFilterHead.Append(weights, Head(config, weights, Embedding(config, weights, new InputNode("codes", 1, config.NumQuantizers))), config.Decoder));

    /// <summary>The front-end: samples [hops a frame, hop] to the log-mel spectrum "frontend.log", [hops a frame, bands], natural logarithm of magnitudes, not normalised.</summary>
    public static Node LogMel(EdgeModelConfig config, IWeightSource weights, Node samples)
    {
        FrontEndConfig front = config.FrontEnd!;
        Node x = new StftNode("frontend.stft", samples, weights.Read("frontend.window", front.WindowLength), front.FftLength);
        x = new MagnitudeNode("frontend.magnitude", x);
        x = new ConvNode("frontend.mel", x, weights.Read("frontend.mel", front.MelBands, (front.FftLength / 2) + 1), [], front.MelBands);
        return new LogNode("frontend.log", x, (float)front.MelFloor);
    }

    /// <summary>The encoder behind the front-end: log-mel spectrum [hops a frame, bands] to the latent "encoder.proj", [1 a frame, latent].</summary>
    public static Node Latent(EdgeModelConfig config, IWeightSource weights, Node logMel)
    {
        (FrontEndConfig front, EncoderConfig encoder) = (config.FrontEnd!, config.Encoder!);
        double epsilon = encoder.LayerNormEpsilon;
        float[] deviation = ReadPositive(weights, "frontend.mel_std", front.MelBands);
        Node x = new AffineNode("frontend.normalized", logMel, weights.Read("frontend.mel_mean", front.MelBands), Array.ConvertAll(deviation, d => 1 / d));
        x = Conv(weights, "encoder.conv_in", x, encoder.Dim1, encoder.ConvKernel);
        for (int i = 0; i < encoder.Blocks1; i++)
        {
            x = ConvNeXtBlock.Append(weights, $"encoder.blocks1.{i}", x, encoder.Expand1, encoder.DepthwiseKernel, epsilon);
        }

        x = new FoldNode("encoder.joined", new LayerNormNode("encoder.norm1", x, epsilon), 1);
        x = Linear(weights, "encoder.merge", x, encoder.Dim2);
        for (int i = 0; i < encoder.Blocks2; i++)
        {
            x = ConvNeXtBlock.Append(weights, $"encoder.blocks2.{i}", x, encoder.Expand2, encoder.DepthwiseKernel, epsilon);
        }

        return Linear(weights, "encoder.proj", new LayerNormNode("encoder.norm2", x, epsilon), encoder.LatentDim);
    }

    /// <summary>The decoder's input: codes [1 a frame, layers] to "decoder.input", [1 a frame, input dim].</summary>
    public static Node Embedding(EdgeModelConfig config, IWeightSource weights, Node codes)
    {
        if (config.Embeddings is { } embeddings)
        {
            float[] table = weights.Read("decoder.embeddings", config.NumQuantizers, config.CodebookSize, embeddings.Dim);
            return new EmbedNode("decoder.input", codes, table, config.NumQuantizers, config.CodebookSize, embeddings.Dim, EmbedCombination.Concatenate);
        }

        float[] codebooks = weights.Read("quantizer.codebooks", config.NumQuantizers, config.CodebookSize, config.Decoder.InputDim);
        return new EmbedNode("decoder.input", codes, codebooks, config.NumQuantizers, config.CodebookSize, config.Decoder.InputDim, EmbedCombination.Sum);
    }

    /// <summary>The decoder's network: its input vectors [1 a frame, input dim] to the head rows "decoder.head", [hops a frame, 3 knots + 2].</summary>
    public static Node Head(EdgeModelConfig config, IWeightSource weights, Node input)
    {
        DecoderConfig decoder = config.Decoder;
        double epsilon = decoder.LayerNormEpsilon;
        Node x = Conv(weights, "decoder.conv_in", input, decoder.Dim1, decoder.ConvKernel);
        for (int i = 0; i < decoder.Blocks1; i++)
        {
            x = ConvNeXtBlock.Append(weights, $"decoder.blocks1.{i}", x, decoder.Expand1, decoder.DepthwiseKernel, epsilon);
        }

        x = new FoldNode("decoder.frames", Linear(weights, "decoder.split", x, decoder.Upsample * decoder.Dim2), decoder.Upsample);
        for (int i = 0; i < decoder.Blocks2; i++)
        {
            x = ConvNeXtBlock.Append(weights, $"decoder.blocks2.{i}", x, decoder.Expand2, decoder.DepthwiseKernel, epsilon);
        }

        return Linear(weights, "decoder.head", new LayerNormNode("decoder.norm", x, epsilon), decoder.HeadOutputs);
    }

    /// <summary>
    /// The synthesis with given sources, for training: head rows to one node "samples.i" [hops a frame, hop] for every draw of the sources. Row t is the first half of frame t
    /// over the second half of frame t - 1: the hop before the centre of row t.
    /// </summary>
    /// <param name="config">The model.</param>
    /// <param name="weights">The window and the knots.</param>
    /// <param name="head">Head rows.</param>
    /// <param name="voicing">[hops a frame, 1]: voiced when positive.</param>
    /// <param name="sources">The spectra of the harmonic source and of the noise of every draw, each [hops a frame, n_fft + 2].</param>
    public static Node[] Synthesis(EdgeModelConfig config, IWeightSource weights, Node head, Node voicing, params IReadOnlyList<(Node Harmonic, Node Noise)> sources) =>
        SourceFilterHead.AppendGiven(weights, head, config.Decoder, voicing, sources);

    private static ConvNode Conv(IWeightSource weights, string name, Node x, int outputs, int kernel) =>
        new(name, x, weights.Read($"{name}.weight", outputs, x.Shape.Channels, kernel), weights.Read($"{name}.bias", outputs), outputs, kernel);

    private static ConvNode Linear(IWeightSource weights, string name, Node x, int outputs) =>
        new(name, x, weights.Read($"{name}.weight", outputs, x.Shape.Channels), weights.Read($"{name}.bias", outputs), outputs);

    // Divisors: none may be so small that its reciprocal overflows.
    private static float[] ReadPositive(IWeightSource weights, string name, int count)
    {
        float[] values = weights.Read(name, count);
        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] > 0 && float.IsFinite(1 / values[i])))
            {
                throw new ModelFormatException(FormattableString.Invariant($"{weights.Origin}: {name}: value {i} is {values[i]}, a positive number was expected."));
            }
        }

        return values;
    }
}
