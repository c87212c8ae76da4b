using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>Flash and RAM of each layer of a decoder or encoder.</summary>
internal static class LayerMemory
{
    /// <summary>Bytes of the tensors that each operation of the programs brings, as they are stored. A tensor that encoder and decoder share belongs to the one that stored it first.</summary>
    /// <returns>By program and position; together the bytes of all tensors.</returns>
    public static long[][] Flash(WeightSet weights, CNames names, params IReadOnlyList<IntegerProgram> programs)
    {
        long[][] bytes = [.. programs.Select(p => new long[p.Operations.Count])];
        (string Prefix, int Program, int Operation)[] owners = [.. programs.SelectMany((p, i) => p.Operations.SelectMany((o, j) => NodesOf(o).Select(node => (names.Tensor(node, ""), i, j))))];
        foreach ((string symbol, int size) in weights.Tensors)
        {
            // decoder.blocks1.0 and decoder.blocks1.0.pw1 both begin the name of the latter's tensor: the longer name is its owner.
            (string? prefix, int program, int operation) = owners.Where(o => symbol.StartsWith(o.Prefix, StringComparison.Ordinal)).OrderByDescending(o => o.Prefix.Length).FirstOrDefault();
            if (prefix is null)
            {
                throw new BuildException($"{symbol}: is a tensor of no operation.");
            }

            bytes[program][operation] += size;
        }

        return bytes;
    }

    /// <summary>Bytes of the arena that each operation keeps from frame to frame; together with the header they are the plan's state.</summary>
    public static long[] State(IntegerProgram program, MemoryPlan plan)
    {
        var bytes = new long[program.Operations.Count];
        foreach (ArenaBlock block in plan.Blocks.Where(b => b.IsState))
        {
            bytes[OwnerOf(block.Name, program)] += block.Bytes;
        }

        return bytes;
    }

    /// <summary>Bytes of the arena that are in use while each operation runs, the state of all others among them; the most is the plan's lower bound.</summary>
    public static long[] Live(IntegerProgram program, MemoryPlan plan) =>
        [.. program.Operations.Select((_, t) => plan.StateBytes + plan.Blocks.Where(b => !b.IsState && b.First <= t && t <= b.Last).Sum(b => (long)b.Bytes))];

    // The constants of a Snake behind a matrix are named after the Snake.
    private static string[] NodesOf(IntegerOperation operation) => operation is LinearSnakeOperation ? [operation.Name, operation.Output.Name] : [operation.Name];

    // State is an operation's history or its result, which the hops read later; what else there is belongs to the source-filter head or to the front-end.
    private static int OwnerOf(string block, IntegerProgram program)
    {
        IReadOnlyList<IntegerOperation> all = program.Operations;
        Func<IntegerOperation, bool>[] rules =
        [
            o => (o is WindowOperation w && w.History.Name == block) || (o is DepthwiseOperation d && d.History.Name == block) || GatheredRows.WindowOf(o)?.History.Name == block,
            o => o is AttentionOperation a && (a.Keys.Name == block || a.Values.Name == block || a.StateName == block),
            o => o.Output.Name == block,
            o => block.StartsWith(o.Name + ".", StringComparison.Ordinal),
            o => o is SourceFilterOperation or FrontEndOperation,
        ];
        foreach (Func<IntegerOperation, bool> isOwner in rules)
        {
            int found = Enumerable.Range(0, all.Count).FirstOrDefault(i => isOwner(all[i]), -1);
            if (found >= 0)
            {
                return found;
            }
        }

        return all.Count - 1;
    }
}
