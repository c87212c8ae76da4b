using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Compiler.Nodes;

/// <summary>Fold: the matrix before it writes the folded shape at once; here only the name is kept.</summary>
internal static class FoldLowering
{
    public static void Lower(Node node, LoweringContext context)
    {
        if (!context.Fused.Contains(node))
        {
            throw new BuildException($"{node.Name}: only a fold right behind a matrix can be lowered.");
        }
    }
}
