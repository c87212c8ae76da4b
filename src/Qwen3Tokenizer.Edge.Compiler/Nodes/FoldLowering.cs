using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>Fold: a matrix before it writes the folded shape at once; behind anything else the rows that it joins are one longer row in memory already.</summary>
internal static class FoldLowering
{
    public static void Lower(Node node, LoweringContext context)
    {
        if (context.Fused.Contains(node))
        {
            return;
        }

        if (node.Shape.Rows > node.Inputs[0].Shape.Rows)
        {
            throw new BuildException($"{node.Name}: only a fold right behind a matrix can split rows.");
        }

        // The buffer keeps its shape: whatever works row by row would still see the short rows.
        if (node.Shape.Rows < node.Inputs[0].Shape.Rows && context.Readers(node).FirstOrDefault(r => r is not ConvNode { Kernel: 1, Groups: 1 }) is { } reader)
        {
            throw new BuildException($"{node.Name}: '{reader.Name}' reads rows that a fold joined; only a matrix can.");
        }

        context.Assign(node, context.Buffer(node.Inputs[0]));
    }
}
