using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Compiler.Lowering.Simulation;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Calibration;

/// <summary>
/// Empirical bias correction (Nagel, van Baalen, Blankevoort and Welling 2019, "Data-free quantization through weight equalization and bias correction", section 4.2): rounded weights and clipped activations move the
/// mean of an output; what they moved it by on calibration data is taken from the bias. Outputs are corrected in the order of the network, each on inputs that corrected ones gave.
/// </summary>
public static class BiasCorrection
{
    /// <summary>The corrections of a network's convolutions.</summary>
    /// <param name="network">The float network, from codes to head rows.</param>
    /// <param name="program">What the decoder that it belongs to was lowered to.</param>
    /// <param name="codes">Calibration data: the input's values, each the whole of a stream.</param>
    /// <returns>By the name of a convolution what is to be added to its biases, [outputs].</returns>
    /// <exception cref="BuildException">There is no data, or the network has no simulation.</exception>
    public static IReadOnlyDictionary<string, float[]> Of(Graph network, IntegerProgram program, IReadOnlyList<FloatTensor> codes)
    {
        if (codes.Count == 0 || network.Nodes.OfType<InputNode>().ToArray() is not [InputNode input])
        {
            throw new BuildException($"The bias correction of '{network.Name}' needs one input and at least one stream of values for it.");
        }

        Graph simulated = new IntegerSimulation(network, program).Graph;
        Dictionary<string, FloatTensor>[] exact = Streams(input, codes), rounded = Streams(input, codes);
        var corrections = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (Node node in network.Nodes.Where(n => n is not InputNode))
        {
            Compute(node, exact);
            Node own = simulated[node.Name];
            Compute(own, rounded);
            if (node is ConvNode conv)
            {
                float[] shift = Mean(exact.Select(s => s[node.Name]), conv.Shape.Channels), moved = Mean(rounded.Select(s => s[node.Name]), conv.Shape.Channels);
                TensorPrimitives.Subtract(shift, moved, shift);
                corrections[node.Name] = shift;
                foreach (Dictionary<string, FloatTensor> stream in rounded)
                {
                    for (int row = 0; row < stream[node.Name].Rows; row++)
                    {
                        TensorPrimitives.Add(stream[node.Name].Row(row), shift, stream[node.Name].Row(row));
                    }
                }
            }

            if (simulated.Nodes.FirstOrDefault(n => n is RoundingNode && n.Inputs[0] == own) is { } rounding)
            {
                Compute(rounding, rounded);
            }
        }

        return corrections;
    }

    private static Dictionary<string, FloatTensor>[] Streams(InputNode input, IReadOnlyList<FloatTensor> codes) =>
        [.. codes.Select(c => new Dictionary<string, FloatTensor>(StringComparer.Ordinal) { [input.Name] = c })];

    private static void Compute(Node node, Dictionary<string, FloatTensor>[] streams)
    {
        foreach (Dictionary<string, FloatTensor> values in streams)
        {
            FloatTensor[] inputs = [.. node.Inputs.Select(i => values[i.Name])];
            var output = new FloatTensor(node.RowsFrom(inputs[0].Rows), node.Shape.Channels);
            node.Forward(inputs, output, node.CreateState(), ManagedMatMul.Instance);
            values[node.Name] = output;
        }
    }

    private static float[] Mean(IEnumerable<FloatTensor> values, int channels)
    {
        var sums = new double[channels];
        long rows = 0;
        foreach (FloatTensor value in values)
        {
            for (int i = 0; i < value.Data.Length; i++)
            {
                sums[i % channels] += value.Data[i];
            }

            rows += value.Rows;
        }

        return Array.ConvertAll(sums, s => (float)(s / rows));
    }
}
