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
    // A hop is 20 ms.
    private const int HopsOfWave = 4;

    /// <summary>Lowers a decoder graph (codes to samples) or an encoder graph (samples to codes).</summary>
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
            throw new BuildException($"Graph '{graph.Name}' has {graph.Outputs.Count} outputs; one was expected.");
        }

        if (!(context.Operations.LastOrDefault() is SourceFilterOperation or SearchOperation || context.IsWave) || context.Operations[^1].Name != output.Name)
        {
            throw new BuildException($"Graph '{graph.Name}' ends neither in a source-filter head nor in a codebook search nor in a convolution limited to -1..1; nothing else can be lowered yet.");
        }

        RequireLowered(graph, context);
        if (context.IsWave)
        {
            return new LoweredGraph(new IntegerProgram(graph.Name, HopsOfWave, context.Operations), context.Decisions);
        }

        if (context.Operations[^1] is SearchOperation)
        {
            RequireEncoder(graph, context.Operations);
            return new LoweredGraph(new IntegerProgram(graph.Name, context.Operations[0].Output.Rows, context.Operations), context.Decisions);
        }

        RequireTwoRates(context.Operations, output.Shape.Rows);
        return new LoweredGraph(new IntegerProgram(graph.Name, output.Shape.Rows, context.Operations), context.Decisions);
    }

    private static void RequireEncoder(Graph graph, List<IntegerOperation> operations)
    {
        if (operations[0] is not FrontEndOperation || operations.Skip(1).Any(o => o is FrontEndOperation) || operations[^1].Output.Rows != 1)
        {
            throw new BuildException($"Graph '{graph.Name}' is not a log-mel front-end followed by blocks and a codebook search with one row of codes a frame.");
        }
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

    // A node that was neither lowered, nor fused, nor a part of the head or front-end would silently change the network.
    private static void RequireLowered(Graph graph, LoweringContext context)
    {
        foreach (Node node in graph.Nodes)
        {
            bool partOfHead = !context.IsWave && (context.Operations[^1] is SearchOperation ? NodeLowerings.FrontEndParts : NodeLowerings.HeadParts).Contains(node.GetType());
            bool own = NodeLowerings.ByType.ContainsKey(node.GetType());
            if (!own && !partOfHead && !context.Fused.Contains(node))
            {
                throw LoweringContext.CannotLower(node);
            }
        }
    }
}
