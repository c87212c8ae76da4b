namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>The decoder of an edge model with its source-filter head (edge-codec.md, sections 5 and 6).</summary>
/// <param name="NumQuantizers">Layers that the decoder can use.</param>
/// <param name="InputDim">Length of its input vector.</param>
/// <param name="ConvKernel">Taps of the causal input convolution.</param>
/// <param name="Dim1">Channels at the token rate.</param>
/// <param name="Blocks1">ConvNeXt blocks at the token rate.</param>
/// <param name="Expand1">Their inner width as a multiple of <paramref name="Dim1"/>.</param>
/// <param name="Upsample">Hops that a token is split into.</param>
/// <param name="Dim2">Channels at the hop rate.</param>
/// <param name="Blocks2">ConvNeXt blocks at the hop rate.</param>
/// <param name="Expand2">Their inner width as a multiple of <paramref name="Dim2"/>.</param>
/// <param name="DepthwiseKernel">Taps of the blocks' depthwise convolution.</param>
/// <param name="LayerNormEpsilon">Added to the variance.</param>
/// <param name="LayerNormAffine">Always false: gain and bias are folded into the next linear map.</param>
/// <param name="Gelu">Always <c>erf</c>.</param>
/// <param name="SampleRate">Samples a second of the output.</param>
/// <param name="Hop">Output samples a hop.</param>
/// <param name="FftLength">Transform length of the synthesis.</param>
/// <param name="WindowLength">Window length of the synthesis: two hops.</param>
/// <param name="Knots">Points on the mel scale at which the head gives the filters.</param>
/// <param name="HeadOutputs">Values that the head gives a hop: three a knot, pitch, voicing.</param>
/// <param name="LogMagnitudeMin">Least natural log magnitude of a filter.</param>
/// <param name="LogMagnitudeMax">Greatest natural log magnitude of a filter.</param>
/// <param name="PitchReference">Pitch in Hz at which the head's pitch output is 0 (it counts octaves).</param>
/// <param name="PitchMin">Lowest pitch in Hz.</param>
/// <param name="PitchMax">Highest pitch in Hz.</param>
/// <param name="HarmonicMaxFrequency">No harmonic above this frequency in Hz.</param>
/// <param name="NoiseSeed">Start of the noise generator.</param>
/// <param name="DirichletEpsilon">|sin| below which the sum of harmonics takes its limit.</param>
public sealed record DecoderConfig(
    int NumQuantizers, int InputDim, int ConvKernel, int Dim1, int Blocks1, int Expand1, int Upsample, int Dim2, int Blocks2,
    int Expand2, int DepthwiseKernel, double LayerNormEpsilon, bool LayerNormAffine, string Gelu, int SampleRate, int Hop,
    int FftLength, int WindowLength, int Knots, int HeadOutputs, double LogMagnitudeMin, double LogMagnitudeMax,
    double PitchReference, double PitchMin, double PitchMax, double HarmonicMaxFrequency, int NoiseSeed, double DirichletEpsilon)
{
    internal static DecoderConfig Read(ConfigSection section)
    {
        int sampleRate = section.Int("sample_rate", EdgeModelConfig.MinSampleRate, EdgeModelConfig.MaxSampleRate);
        double nyquist = sampleRate / 2.0;
        var config = new DecoderConfig(
            section.Int("num_quantizers", 1, Q3tHeader.MaxLayers),
            section.Int("input_dim", 1, EdgeModelConfig.MaxDimension),
            section.Int("conv_kernel", 1, 64),
            section.Int("dim1", 1, EdgeModelConfig.MaxDimension),
            section.Int("blocks1", 0, EdgeModelConfig.MaxBlocks),
            section.Int("expand1", 1, 16),
            section.Int("upsample", 1, 64),
            section.Int("dim2", 1, EdgeModelConfig.MaxDimension),
            section.Int("blocks2", 0, EdgeModelConfig.MaxBlocks),
            section.Int("expand2", 1, 16),
            section.Int("dwconv_kernel", 1, 64),
            section.Number("layer_norm_eps", 1e-12, 1),
            section.Only("layer_norm_affine", false),
            section.Only("gelu", "erf"),
            sampleRate,
            section.Int("hop", 1, 65536),
            section.Int("n_fft", 16, 65536),
            section.Int("win_length", 2, 65536),
            section.Int("knots", 2, 4096),
            section.Int("head_outputs", 8, 16384),
            section.Number("log_mag_min", -100, 0),
            section.Number("log_mag_max", 0, 20),
            section.Number("f0_ref", 1, nyquist),
            section.Number("f0_min", 1, nyquist),
            section.Number("f0_max", 1, nyquist),
            section.Number("harm_fmax", 1, nyquist),
            section.Int("noise_seed", 0, int.MaxValue),
            section.Number("dirichlet_eps", 1e-12, 0.1));
        config.CheckConsistency(section);
        return config;
    }

    private void CheckConsistency(ConfigSection section)
    {
        if (!int.IsPow2(FftLength))
            throw section.Contradiction("n_fft", "is not a power of two");
        if (WindowLength != 2 * Hop)
            throw section.Contradiction("win_length", $"is not two hops of {Hop}");
        if (WindowLength > FftLength)
            throw section.Contradiction("win_length", $"exceeds n_fft {FftLength}");
        if (HeadOutputs != (3 * Knots) + 2)
            throw section.Contradiction("head_outputs", $"is not 3 * knots + 2 = {(3 * Knots) + 2}");
        if (PitchMax <= PitchMin)
            throw section.Contradiction("f0_max", "is not above f0_min");
        if (HarmonicMaxFrequency < PitchMax)
            throw section.Contradiction("harm_fmax", "is below f0_max");
    }
}
