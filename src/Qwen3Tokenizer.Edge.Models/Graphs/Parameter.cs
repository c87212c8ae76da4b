namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>Weights of a node that training may change in place.</summary>
/// <param name="Name">Name of the tensor as stored, such as <c>decoder.head.weight</c>.</param>
/// <param name="Values">The node's own array: what is written here is what the node computes with, after <see cref="Node.WeightsChanged"/>.</param>
/// <param name="IsMatrix">Whether it is a matrix or a table, stored in half precision and subject to weight decay; a bias is neither.</param>
public sealed record Parameter(string Name, Memory<float> Values, bool IsMatrix);
