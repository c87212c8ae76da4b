using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Distillation.Quantization;

/// <summary>
/// Cross-layer equalization (Nagel, van Baalen, Blankevoort and Welling 2019, section 4.1) where a decoder of this kind allows it: a column of the embeddings may grow while the weights that read it shrink. The tables have a step for
/// every column, so that only the matrix gains: its columns become equally large, and none is rounded with a step that another one needs. Factors are powers of two, which change no value of the float network.
/// Elsewhere nothing may be scaled: layer norms (without gains) mix the channels before pw1 and the head, GELU between pw1 and pw2 is not homogeneous, codebooks are shared with the encoder, and the residual stream
/// has 16 bits.
/// </summary>
public static class Equalization
{
    private const int MostBits = 4;

    /// <summary>Equalizes a student with embeddings of its own, in place; another one stays as it is.</summary>
    /// <param name="student">The student.</param>
    public static void Apply(Student student)
    {
        EdgeModelConfig config = student.Config;
        if (config.Embeddings is not { } embeddings)
        {
            return;
        }

        int channels = config.Decoder.InputDim, taps = config.Decoder.ConvKernel, rows = config.Decoder.Dim1, dim = embeddings.Dim;
        float[] weight = student.Weights.Read("decoder.conv_in.weight", rows, channels, taps);
        float[] table = student.Weights.Read("decoder.embeddings", config.NumQuantizers, config.CodebookSize, dim);
        double[] largest = new double[channels];
        for (int i = 0; i < weight.Length; i++)
        {
            int c = i / taps % channels;
            largest[c] = Math.Max(largest[c], Math.Abs(weight[i]));
        }

        double mean = largest.Average(l => Math.Log2(Math.Max(l, 1e-12)));
        float[] factors = Array.ConvertAll(largest, l => (float)Math.Pow(2, Math.Clamp(Math.Round(Math.Log2(Math.Max(l, 1e-12)) - mean), -MostBits, MostBits)));
        for (int i = 0; i < weight.Length; i++)
        {
            weight[i] /= factors[i / taps % channels];
        }

        for (int i = 0; i < table.Length; i++)
        {
            int layer = i / (config.CodebookSize * dim);
            table[i] *= factors[(layer * dim) + (i % dim)];
        }
    }
}
