using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>How the entries of several layers make one vector.</summary>
public enum EmbedCombination
{
    /// <summary>Sum over the layers that are present (residual vector quantization).</summary>
    Sum,

    /// <summary>Concatenation, layer 0 first; zeros for layers that are absent.</summary>
    Concatenate,
}

/// <summary>Codes to vectors: table[layer][code], summed or concatenated over layers.</summary>
public sealed class EmbedNode : Node
{
    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="codes">[1 a frame, at least <paramref name="layers"/>] codes; -1 marks an absent layer, further columns are ignored.</param>
    /// <param name="table">[layers, entries, dim].</param>
    /// <param name="layers">Layers in the table.</param>
    /// <param name="entries">Codes per layer.</param>
    /// <param name="dim">Values of an entry.</param>
    /// <param name="combination">Sum or concatenation.</param>
    public EmbedNode(string name, Node codes, ReadOnlyMemory<float> table, int layers, int entries, int dim, EmbedCombination combination)
        : base(name, [codes], new TensorShape(codes.Shape.Rows, combination == EmbedCombination.Sum ? dim : checked(layers * dim)))
    {
        Require(codes.Shape.Channels >= layers, $"reads {layers} layers of codes, its input has {codes.Shape.Channels}");
        Require(table.Length == checked(layers * entries * dim), $"its table has {table.Length} values, {layers} x {entries} x {dim} were expected");
        (Table, Layers, Entries, Dim, Combination) = (table, layers, entries, dim, combination);
    }

    /// <summary>[layers, entries, dim].</summary>
    public ReadOnlyMemory<float> Table { get; }

    /// <summary>Layers in the table.</summary>
    public int Layers { get; }

    /// <summary>Codes per layer.</summary>
    public int Entries { get; }

    /// <summary>Values of an entry.</summary>
    public int Dim { get; }

    /// <summary>Sum or concatenation.</summary>
    public EmbedCombination Combination { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => Parameter.Of($"{Name}.table", Table, isMatrix: true);

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        ReadOnlySpan<float> table = Table.Span;
        for (int row = 0; row < output.Rows; row++)
        {
            ReadOnlySpan<float> codes = inputs[0].Row(row);
            Span<float> y = output.Row(row);
            for (int layer = 0; layer < Layers; layer++)
            {
                int code = (int)codes[layer];
                if (code == -1)
                {
                    continue;
                }

                if ((uint)code >= (uint)Entries || code != codes[layer])
                {
                    throw new ArgumentException($"Code {codes[layer]} of layer {layer} in row {row} is outside 0..{Entries - 1}.", nameof(inputs));
                }

                ReadOnlySpan<float> entry = table.Slice(((layer * Entries) + code) * Dim, Dim);
                if (Combination == EmbedCombination.Sum)
                {
                    TensorPrimitives.Add(y, entry, y);
                }
                else
                {
                    entry.CopyTo(y[(layer * Dim)..]);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void ForwardBatch(NodePass pass)
    {
        pass.Output.Data.AsSpan().Clear();
        Forward(pass.Inputs, pass.Output, null, pass.MatMul);
    }

    /// <inheritdoc/>
    public override void Backward(NodePass pass)
    {
        if (pass.ParameterGradients.Length == 0)
        {
            return;
        }

        for (int row = 0; row < pass.Output.Rows; row++)
        {
            ReadOnlySpan<float> codes = pass.Inputs[0].Row(row), gradient = pass.OutputGradient!.Row(row);
            for (int layer = 0; layer < Layers; layer++)
            {
                if ((int)codes[layer] is var code and >= 0)
                {
                    Span<float> entry = pass.ParameterGradients[0].AsSpan(((layer * Entries) + code) * Dim, Dim);
                    TensorPrimitives.Add(entry, Combination == EmbedCombination.Sum ? gradient : gradient.Slice(layer * Dim, Dim), entry);
                }
            }
        }
    }
}
