using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Nodes;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Compiler.Lowering;

/// <summary>A lowered graph with what the report tells of it.</summary>
/// <param name="Program">The integer program.</param>
/// <param name="Decisions">Candidates for 8 bits by node name: what was measured and chosen.</param>
public sealed record LoweredGraph(IntegerProgram Program, IReadOnlyDictionary<string, ActivationStep> Decisions);

/// <summary>Float graph and calibration statistics to an integer program.</summary>
public static class GraphLowering
{
    /// <summary>Lowers a decoder graph.</summary>
    /// <exception cref="BuildException">A node cannot be lowered; the message names it.</exception>
    public static LoweredGraph Lower(Graph graph, CalibrationStatistics statistics, LoweringOptions? options = null)
    {
        var context = new LoweringContext(graph, statistics, options ?? new LoweringOptions());
        foreach (Node node in graph.Nodes)
        {
            if (NodeLowerings.ByType.TryGetValue(node.GetType(), out NodeLowering? lower))
            {
                lower(node, context);
            }
        }

        if (graph.Outputs is not [Node output])
        {
            throw new BuildException($"Graph '{graph.Name}' has {graph.Outputs.Count} outputs; a decoder has one.");
        }

        if (context.Operations.LastOrDefault() is not SourceFilterOperation last || last.Name != output.Name)
        {
            throw new BuildException($"Graph '{graph.Name}' does not end in a source-filter head; nothing else can be lowered yet.");
        }

        RequireLowered(graph, context);
        RequireTwoRates(context.Operations, output.Shape.Rows);
        return new LoweredGraph(new IntegerProgram(graph.Name, output.Shape.Rows, context.Operations), context.Decisions);
    }

    // What is emitted runs in two parts: once a frame with one row, then hop by hop. Another number of rows has no place in either.
    private static void RequireTwoRates(List<IntegerOperation> operations, int hops)
    {
        bool perHop = false;
        foreach (IntegerOperation operation in operations)
        {
            int[] rows = [.. operation.Inputs.Select(i => i.Rows).Distinct()];
            bool fits = rows.Length == 0 ? operation.Output.Rows == 1
                : rows is [1] ? !perHop && (operation.Output.Rows == 1 || operation.Output.Rows == hops)
                : rows is [var only] && only == hops && operation.Output.Rows == hops;
            if (!fits)
            {
                throw new BuildException(
                    $"{operation.Name}: makes {operation.Output.Rows} rows a frame from {string.Join(" and ", rows)}; only one row, then {hops} rows (the hops) can be lowered.");
            }

            perHop |= rows is [var r] && r == hops;
        }
    }

    // A node that was neither lowered, nor fused, nor a part of the head would silently change the network.
    private static void RequireLowered(Graph graph, LoweringContext context)
    {
        foreach (Node node in graph.Nodes)
        {
            bool partOfHead = NodeLowerings.HeadParts.Contains(node.GetType());
            bool own = NodeLowerings.ByType.ContainsKey(node.GetType());
            if (!own && !partOfHead && !context.Fused.Contains(node))
            {
                throw LoweringContext.CannotLower(node);
            }
        }
    }
}
