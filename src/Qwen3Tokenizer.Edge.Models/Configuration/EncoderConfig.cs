namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>The encoder of an edge model (edge-codec.md, sections 2 and 3).</summary>
/// <param name="ConvKernel">Taps of the causal input convolution.</param>
/// <param name="Dim1">Channels at the hop rate.</param>
/// <param name="Blocks1">ConvNeXt blocks at the hop rate.</param>
/// <param name="Expand1">Their inner width as a multiple of <paramref name="Dim1"/>.</param>
/// <param name="Downsample">Hops merged into one token.</param>
/// <param name="Dim2">Channels at the token rate.</param>
/// <param name="Blocks2">ConvNeXt blocks at the token rate.</param>
/// <param name="Expand2">Their inner width as a multiple of <paramref name="Dim2"/>.</param>
/// <param name="DepthwiseKernel">Taps of the blocks' depthwise convolution.</param>
/// <param name="LayerNormEpsilon">Added to the variance.</param>
/// <param name="LayerNormAffine">Always false: gain and bias are folded into the next linear map.</param>
/// <param name="Gelu">Always <c>erf</c>.</param>
/// <param name="LatentDim">Length of the latent vector of a token.</param>
public sealed record EncoderConfig(
    int ConvKernel, int Dim1, int Blocks1, int Expand1, int Downsample, int Dim2, int Blocks2, int Expand2,
    int DepthwiseKernel, double LayerNormEpsilon, bool LayerNormAffine, string Gelu, int LatentDim)
{
    internal static EncoderConfig Read(ConfigSection section) => new(
        section.Int("conv_kernel", 1, 64),
        section.Int("dim1", 1, EdgeModelConfig.MaxDimension),
        section.Int("blocks1", 0, EdgeModelConfig.MaxBlocks),
        section.Int("expand1", 1, 16),
        section.Int("downsample", 1, 64),
        section.Int("dim2", 1, EdgeModelConfig.MaxDimension),
        section.Int("blocks2", 0, EdgeModelConfig.MaxBlocks),
        section.Int("expand2", 1, 16),
        section.Int("dwconv_kernel", 1, 64),
        section.Number("layer_norm_eps", 1e-12, 1),
        section.Only("layer_norm_affine", false),
        section.Only("gelu", "erf"),
        section.Int("latent_dim", 1, EdgeModelConfig.MaxDimension));
}
