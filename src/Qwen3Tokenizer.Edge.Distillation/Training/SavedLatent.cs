using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>What makes a codec that was saved fit for more training: <see cref="LatentSpectrum"/> and <see cref="LatentWhitening"/> expect its latent as the networks saw it.</summary>
internal static class SavedLatent
{
    private const double LargestSquare = 4;

    /// <summary>Takes the scales of the latent out of the weights again.</summary>
    /// <param name="codec">The codec; its weights change.</param>
    public static void Unfold(Student codec)
    {
        QuantizerConfig quantizer = codec.Config.Quantizer!;
        var spectrum = new LatentSpectrum(codec.Config.Encoder!.LatentDim, quantizer.NumQuantizers, quantizer.CodebookSize);
        foreach ((string name, TensorStore.Tensor tensor) in codec.Weights.Tensors)
        {
            spectrum.Unfolded(name, tensor.Shape, tensor.Values).CopyTo(tensor.Values, 0);
        }
    }

    /// <summary>Refuses dimensions of very different variance. They come from another kind of training, and what pulls them together would tear the codec apart.</summary>
    /// <param name="name">Name of the codec, for the error.</param>
    /// <param name="latents">Latents as the quantizer sees them, [rows, dim].</param>
    /// <param name="spectrum">Their scales.</param>
    /// <exception cref="ModelFormatException">A dimension is too large.</exception>
    public static void RequireWhite(string name, float[] latents, LatentSpectrum spectrum)
    {
        var white = (float[])latents.Clone();
        spectrum.ToNetwork(white);
        int dim = spectrum.Scales.Count, rows = white.Length / dim;
        double[] squares = [.. Enumerable.Range(0, dim).Select(d => Enumerable.Range(0, rows).Average(row => (double)white[(row * dim) + d] * white[(row * dim) + d]))];
        if (!(squares.Max() < LargestSquare))
        {
            throw new ModelFormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: latent: dimension {Array.IndexOf(squares, squares.Max())} has a mean square of {squares.Max():0.##}, where a codec of q3edge train has about 1; only such a codec can be trained further."));
        }
    }
}
