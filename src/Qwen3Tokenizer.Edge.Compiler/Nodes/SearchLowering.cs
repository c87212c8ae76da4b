using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>Residual vector quantization as an integer search over the decoder's own int8 tables (native/ARITHMETIC.md, section 7.3).</summary>
internal static class SearchLowering
{
    // Residual steps per latent step: the last layers are far finer than the latent's range.
    private const int ResidualSteps = 256;
    private const int MaxShift = 16;
    private const int MaxDimension = 256;
    private const double LargestResidual = 1 << 30;

    // Residuals of a layer are about as large as its entries; a larger one saturates, which only makes far entries look nearer to each other.
    private const double ResidualHeadroom = 4;

    public static void Lower(Node node, LoweringContext context)
    {
        var quantize = (QuantizeNode)node;
        IntegerBuffer input = context.Buffer(node.Inputs[0]);
        int layers = node.Shape.Channels, entries = quantize.Entries, dim = node.Inputs[0].Shape.Channels;
        if (input.Type != ElementType.Int16 || input.ZeroPoint != 0 || dim > MaxDimension || node.Shape.Rows != 1)
        {
            throw new BuildException($"{node.Name}: a codebook search reads one row a frame of at most {MaxDimension} 16-bit values.");
        }

        CodebookTables tables = CodebookTables.Quantize(quantize.Codebooks.Span, layers, entries, dim);
        double residualScale = input.Scale / ResidualSteps;
        var gain = new int[layers * dim];
        var half = new double[layers * entries];
        var leftShift = new byte[layers];
        for (int layer = 0; layer < layers; layer++)
        {
            ReadOnlySpan<double> scales = tables.Scales.AsSpan(layer * dim, dim);
            double unit = Unit(scales, layer == 0 ? 32767 * input.Scale : double.NaN);
            double[] factors = Array.ConvertAll(scales.ToArray(), s => residualScale * s / unit);
            (int[] multipliers, int shift) = FixedPoint.Requantizer($"{node.Name}, layer {layer}", factors);
            multipliers.CopyTo(gain, layer * dim);
            leftShift[layer] = checked((byte)shift);
            for (int entry = 0; entry < entries; entry++)
            {
                half[(layer * entries) + entry] = Half(tables, scales, ((layer * entries) + entry) * dim, unit);
            }
        }

        (int[] step, int n) = Steps(node.Name, tables, residualScale, layers, dim, leftShift);
        Prove(node.Name, half, dim);
        var output = new IntegerBuffer(node.Name, ElementType.Int16, 1, layers, 1);
        context.Emit(node, new SearchOperation(node.Name, output, input, tables.Values, gain, Array.ConvertAll(half, FixedPoint.Round), step, leftShift, layers, entries, dim, n));
    }

    // The unit of the scores: as fine as 16 bits of u allow for the residuals that a layer sees.
    private static double Unit(ReadOnlySpan<double> scales, double largestLatent)
    {
        double widest = 1e-12, largestEntry = 1e-12;
        foreach (double s in scales)
        {
            widest = Math.Max(widest, s);
            largestEntry = Math.Max(largestEntry, 127 * s);
        }

        double residual = double.IsNaN(largestLatent) ? ResidualHeadroom * largestEntry : largestLatent;
        return residual * widest / 32767;
    }

    private static double Half(CodebookTables tables, ReadOnlySpan<double> scales, int at, double unit)
    {
        double energy = 0;
        for (int d = 0; d < scales.Length; d++)
        {
            double value = tables.Values[at + d] * scales[d];
            energy += value * value;
        }

        return energy / (2 * unit);
    }

    // The finest steps whose products fit in 32 bits, with the residual bounded for every latent and every choice of codes.
    private static (int[] Step, int Shift) Steps(string name, CodebookTables tables, double residualScale, int layers, int dim, byte[] leftShift)
    {
        for (int n = MaxShift; n >= 1; n--)
        {
            double fine = Math.Pow(2, n);
            double largest = tables.Scales.Max() / residualScale * fine;
            if ((127 * (largest + 1)) + (fine / 2) >= int.MaxValue)
            {
                continue;
            }

            int[] step = Array.ConvertAll(tables.Scales, s => FixedPoint.Round(s / residualScale * fine));
            for (int d = 0; d < dim; d++)
            {
                double bound = 32768.0 * ResidualSteps;
                for (int layer = 0; layer < layers; layer++)
                {
                    if (bound >= LargestResidual || bound * (1 << leftShift[layer]) > int.MaxValue)
                    {
                        throw new BuildException($"{name}: the residual before layer {layer} may reach {bound:E3} and overflow 32 bits.");
                    }

                    bound += (127.0 * step[(layer * dim) + d] / fine) + 1;
                }
            }

            return (step, n);
        }

        throw new BuildException($"{name}: the entries are too large for a latent step of {residualScale * ResidualSteps}.");
    }

    private static void Prove(string name, double[] half, int dim)
    {
        double bound = (dim * 32768.0 * 127) + half.Max() + 0.5;
        if (bound > int.MaxValue)
        {
            throw new BuildException($"{name}: scores may reach {bound:E3} and overflow 32 bits.");
        }
    }
}
