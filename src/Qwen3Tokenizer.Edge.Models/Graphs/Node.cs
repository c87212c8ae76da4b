namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>
/// A primitive operation of a graph: attributes, a shape rule (checked in the constructor), a forward pass over any whole number of frames,
/// and explicit streaming state, so that a signal in any split gives the same values as the whole.
/// </summary>
public abstract class Node
{
    /// <summary>Creates a node; derived constructors check the shapes of <paramref name="inputs"/>.</summary>
    /// <param name="name">Unique in its graph, such as <c>decoder.blocks1.0.pw1</c>.</param>
    /// <param name="inputs">The nodes whose values it reads.</param>
    /// <param name="shape">Shape of its own value.</param>
    protected Node(string name, IReadOnlyList<Node> inputs, TensorShape shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Inputs = inputs;
        Shape = shape;
        Require(shape.Rows >= 1 && shape.Channels >= 1, $"its shape {shape} is empty");
    }

    /// <summary>Unique name.</summary>
    public string Name { get; }

    /// <summary>The nodes whose values it reads.</summary>
    public IReadOnlyList<Node> Inputs { get; }

    /// <summary>Rows per frame and channels of its value.</summary>
    public TensorShape Shape { get; }

    /// <summary>State of a stream before its first frame, or null when the node looks at one row at a time.</summary>
    public virtual object? CreateState() => null;

    /// <summary>Multiply-accumulate operations per frame, for reports. Zero where a matrix has no part in it.</summary>
    public virtual long MultiplyAccumulates => 0;

    /// <summary>
    /// Rows of the value that <paramref name="rows"/> rows of the first input give. At the end of a stream these may be fewer than a whole frame's: a value that the last rows begin
    /// is finished (the number is rounded up).
    /// </summary>
    public int RowsFrom(int rows)
    {
        int read = Inputs[0].Shape.Rows;
        return checked((int)((((long)rows * Shape.Rows) + read - 1) / read));
    }

    /// <summary>Computes the value of the next frames.</summary>
    /// <param name="inputs">One tensor per input: rows = frames * input rows; at the end of a stream as many as there are.</param>
    /// <param name="output">Zeroed tensor to fill: <see cref="RowsFrom"/> of the first input's rows.</param>
    /// <param name="state">What <see cref="CreateState"/> gave for this stream; updated.</param>
    /// <param name="matMul">Matrix products.</param>
    public abstract void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul);

    /// <summary>Weights that training may change; empty for a node without, or whose weights lie in a mapped file.</summary>
    public virtual IReadOnlyList<Parameter> Parameters => [];

    /// <summary>Forgets what was derived from the weights; to be called after <see cref="Parameters"/> changed, while nothing runs.</summary>
    public virtual void WeightsChanged()
    {
    }

    /// <summary>Computes the value of whole sequences for training, and keeps what <see cref="Backward"/> needs. The values are those of <see cref="Forward"/> up to float32 rounding.</summary>
    /// <exception cref="NotSupportedException">The node has no training face.</exception>
    public virtual void ForwardBatch(NodePass pass)
    {
        int rows = pass.Output.Rows / pass.Sequences;
        var inputs = new FloatTensor[pass.Inputs.Length];
        for (int s = 0; s < pass.Sequences; s++)
        {
            for (int i = 0; i < inputs.Length; i++)
            {
                int length = pass.Inputs[i].Rows / pass.Sequences * pass.Inputs[i].Channels;
                inputs[i] = new FloatTensor(pass.Inputs[i].Rows / pass.Sequences, pass.Inputs[i].Channels, pass.Inputs[i].Data.AsSpan(s * length, length).ToArray());
            }

            var output = new FloatTensor(rows, Shape.Channels);
            Forward(inputs, output, CreateState(), pass.MatMul);
            output.Data.CopyTo(pass.Output.Data, s * output.Data.Length);
        }
    }

    /// <summary>Adds to the gradients of inputs and parameters what follows from the gradient of the value (reverse mode; Griewank and Walther 2008), after <see cref="ForwardBatch"/> of the same pass.</summary>
    /// <exception cref="NotSupportedException">The node has no backward face.</exception>
    public virtual void Backward(NodePass pass) => throw new NotSupportedException($"Node '{Name}' ({GetType().Name}) has no backward pass.");

    /// <summary>Refuses an impossible node.</summary>
    /// <exception cref="GraphException">The condition does not hold.</exception>
    protected void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new GraphException($"Node '{Name}' ({GetType().Name}): {what}.");
        }
    }
}
