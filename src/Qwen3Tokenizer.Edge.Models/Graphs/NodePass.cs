namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>
/// One node's part of a training step: several sequences of equal length, each from the start of a stream, one behind the other: row = sequence * rows per sequence + time.
/// The tensors keep their places from step to step, so that memory is flat; one pass belongs to one thread.
/// </summary>
public sealed class NodePass
{
    private readonly List<float[]?> _scratch = [];

    /// <summary>Creates a pass.</summary>
    public NodePass(int sequences, FloatTensor[] inputs, FloatTensor output, FloatTensor? outputGradient, FloatTensor?[] inputGradients, float[][] parameterGradients, IMatMul matMul)
    {
        (Sequences, Inputs, Output, InputGradients, ParameterGradients, MatMul) = (sequences, inputs, output, inputGradients, parameterGradients, matMul);
        OutputGradient = outputGradient;
    }

    /// <summary>Number of sequences.</summary>
    public int Sequences { get; }

    /// <summary>Values of the inputs.</summary>
    public FloatTensor[] Inputs { get; }

    /// <summary>The node's value. Holds the last step's values before a forward pass: every one must be written.</summary>
    public FloatTensor Output { get; }

    /// <summary>Gradient of the loss by <see cref="Output"/>; null for a node that no parameter stands before.</summary>
    public FloatTensor? OutputGradient { get; }

    /// <summary>For every input the gradient of the loss by its value, to be added to; null where nobody wants it.</summary>
    public FloatTensor?[] InputGradients { get; }

    /// <summary>For every one of <see cref="Node.Parameters"/> the gradient of the loss, to be added to; empty when the weights stay as they are.</summary>
    public float[][] ParameterGradients { get; }

    /// <summary>Matrix products.</summary>
    public IMatMul MatMul { get; }

    /// <summary>An array of the node's own that lives as long as the pass, such as what the forward pass keeps for the backward one. Its first contents are zeros.</summary>
    /// <param name="slot">A small number of the node's choice.</param>
    /// <param name="length">Least length.</param>
    public float[] Scratch(int slot, int length)
    {
        while (_scratch.Count <= slot)
        {
            _scratch.Add(null);
        }

        if (_scratch[slot] is not { } array || array.Length < length)
        {
            _scratch[slot] = array = new float[length];
        }

        return array;
    }
}
