using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>The edge codec (Data/edge-codec.md) as graphs of primitives.</summary>
internal static class EdgeCodecGraphs
{
    /// <summary>Samples (rows of hop samples) to codes.</summary>
    public static Graph Encoder(EdgeModelConfig config, WeightSource weights, string name)
    {
        (FrontEndConfig front, EncoderConfig encoder, QuantizerConfig quantizer) = (config.FrontEnd!, config.Encoder!, config.Quantizer!);
        double epsilon = encoder.LayerNormEpsilon;
        Node x = new InputNode("samples", encoder.Downsample, front.Hop);
        x = new StftNode("frontend.stft", x, weights.Read("frontend.window", front.WindowLength), front.FftLength);
        x = new MagnitudeNode("frontend.magnitude", x);
        x = new ConvNode("frontend.mel", x, weights.Read("frontend.mel", front.MelBands, (front.FftLength / 2) + 1), [], front.MelBands);
        x = new LogNode("frontend.log", x, (float)front.MelFloor);
        float[] deviation = weights.ReadPositive("frontend.mel_std", front.MelBands);
        x = new AffineNode("frontend.normalized", x, weights.Read("frontend.mel_mean", front.MelBands), Array.ConvertAll(deviation, d => 1 / d));
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

        x = Linear(weights, "encoder.proj", new LayerNormNode("encoder.norm2", x, epsilon), encoder.LatentDim);
        float[] codebooks = weights.Read("quantizer.codebooks", quantizer.NumQuantizers, quantizer.CodebookSize, quantizer.Dim);
        return new Graph(name, new QuantizeNode("codes", x, codebooks, quantizer.NumQuantizers, quantizer.CodebookSize));
    }

    /// <summary>Codes to samples (rows of hop samples).</summary>
    public static Graph Decoder(EdgeModelConfig config, WeightSource weights, string name)
    {
        DecoderConfig decoder = config.Decoder;
        double epsilon = decoder.LayerNormEpsilon;
        Node x = new InputNode("codes", 1, config.NumQuantizers);
        if (config.Embeddings is { } embeddings)
        {
            float[] table = weights.Read("decoder.embeddings", config.NumQuantizers, config.CodebookSize, embeddings.Dim);
            x = new EmbedNode("decoder.input", x, table, config.NumQuantizers, config.CodebookSize, embeddings.Dim, EmbedCombination.Concatenate);
        }
        else
        {
            float[] codebooks = weights.Read("quantizer.codebooks", config.NumQuantizers, config.CodebookSize, decoder.InputDim);
            x = new EmbedNode("decoder.input", x, codebooks, config.NumQuantizers, config.CodebookSize, decoder.InputDim, EmbedCombination.Sum);
        }

        x = Conv(weights, "decoder.conv_in", x, decoder.Dim1, decoder.ConvKernel);
        for (int i = 0; i < decoder.Blocks1; i++)
        {
            x = ConvNeXtBlock.Append(weights, $"decoder.blocks1.{i}", x, decoder.Expand1, decoder.DepthwiseKernel, epsilon);
        }

        x = new FoldNode("decoder.frames", Linear(weights, "decoder.split", x, decoder.Upsample * decoder.Dim2), decoder.Upsample);
        for (int i = 0; i < decoder.Blocks2; i++)
        {
            x = ConvNeXtBlock.Append(weights, $"decoder.blocks2.{i}", x, decoder.Expand2, decoder.DepthwiseKernel, epsilon);
        }

        Node head = Linear(weights, "decoder.head", new LayerNormNode("decoder.norm", x, epsilon), decoder.HeadOutputs);
        return new Graph(name, SourceFilterHead.Append(weights, config.WeightsPath, head, decoder));
    }

    private static ConvNode Conv(WeightSource weights, string name, Node x, int outputs, int kernel) =>
        new(name, x, weights.Read($"{name}.weight", outputs, x.Shape.Channels, kernel), weights.Read($"{name}.bias", outputs), outputs, kernel);

    private static ConvNode Linear(WeightSource weights, string name, Node x, int outputs) =>
        new(name, x, weights.Read($"{name}.weight", outputs, x.Shape.Channels), weights.Read($"{name}.bias", outputs), outputs);
}
