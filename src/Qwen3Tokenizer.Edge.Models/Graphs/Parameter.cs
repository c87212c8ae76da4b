using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>Weights of a node that training may change in place.</summary>
/// <param name="Name">Name of the tensor as stored, such as <c>decoder.head.weight</c>.</param>
/// <param name="Values">The node's own array: what is written here is what the node computes with, after <see cref="Node.WeightsChanged"/>.</param>
/// <param name="IsMatrix">Whether it is a matrix or a table, stored in half precision and subject to weight decay; a bias is neither.</param>
public sealed record Parameter(string Name, ArraySegment<float> Values, bool IsMatrix)
{
    /// <summary>The parameter of a tensor, or nothing where it is empty or lies in a mapped file.</summary>
    internal static IReadOnlyList<Parameter> Of(string name, ReadOnlyMemory<float> values, bool isMatrix) =>
        values.Length > 0 && MemoryMarshal.TryGetArray(values, out ArraySegment<float> array) ? [new Parameter(name, array, isMatrix)] : [];
}
