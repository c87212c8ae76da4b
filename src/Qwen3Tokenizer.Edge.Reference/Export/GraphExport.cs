using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Nodes;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference.Export;

/// <summary>
/// A graph as an ONNX model that serves whole clips and streams alike. Inputs and outputs are float32 [T, channels] with the names of the graph's nodes; every state of a stream is an
/// input NAME.state and an output NAME.state.next, zeros (and no rows, where a dimension is named) at the start. At the end of a stream T need not fill whole frames.
/// </summary>
internal static class GraphExport
{
    /// <summary>Exports a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="weights">Takes the weights.</param>
    /// <param name="observed">Nodes whose values become outputs, too.</param>
    /// <exception cref="GraphException">A node has no ONNX form, or cannot have an output.</exception>
    public static ModelProto Export(Graph graph, IWeightSink weights, params IReadOnlyList<Node> observed)
    {
        Check(graph);
        var context = new ExportContext(graph.Name, weights);
        foreach (Node node in graph.Nodes)
        {
            NodeExports.ByType[node.GetType()](node, context);
        }

        foreach (Node output in graph.Outputs.Concat(observed).Distinct())
        {
            // Named by the graph's node, so that it is rows: asking for them makes them.
            context.Onnx.Output(context.Rows(output), DataType.Float, output.Name + ".rows", output.Shape.Channels);
        }

        return context.Onnx.ToModel();
    }

    /// <summary>Refuses a graph that has no ONNX form.</summary>
    /// <exception cref="GraphException">The message names the node and the reason.</exception>
    public static void Check(Graph graph)
    {
        foreach (Node node in graph.Nodes)
        {
            if (!NodeExports.ByType.ContainsKey(node.GetType()))
            {
                string reason = NodeExports.Without.GetValueOrDefault(node.GetType(), "nobody has written an exporter for it");
                throw new GraphException($"Node '{node.Name}' ({node.GetType().Name}) has no ONNX form: {reason}.");
            }
        }

        if (graph.Outputs.OfType<InputNode>().FirstOrDefault() is { } input)
        {
            throw new GraphException($"Node '{input.Name}' ({nameof(InputNode)}) is an output of the graph, too, which an ONNX model cannot have.");
        }
    }
}
