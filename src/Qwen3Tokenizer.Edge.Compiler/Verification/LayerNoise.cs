using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Verification;

/// <summary>How far one operation of an integer decoder is from float on the same codes.</summary>
/// <param name="Operation">Name of the operation.</param>
/// <param name="Node">The graph node whose value it holds.</param>
/// <param name="Bits">Bits of a value.</param>
/// <param name="Sqnr">Signal-to-noise ratio against the float executor, dB: its own noise and that of everything before it.</param>
public sealed record LayerNoise(string Operation, string Node, int Bits, double Sqnr)
{
    /// <summary>Compares every operation of a traced run of a decoder that makes samples itself with the float executor.</summary>
    /// <param name="graph">The graph that was lowered.</param>
    /// <param name="program">Its integer program.</param>
    /// <param name="codes">Codes of one stream from its start: frames * layers.</param>
    /// <param name="trace">What the library, or the oracle, reported for them, frame by frame in any split.</param>
    public static IReadOnlyList<LayerNoise> Of(Graph graph, IntegerProgram program, FloatTensor codes, IEnumerable<TraceRecord> trace)
    {
        var operations = program.Operations.ToDictionary(o => o.Name, StringComparer.Ordinal);
        var integers = new Dictionary<string, List<ReadOnlyMemory<byte>>>(StringComparer.Ordinal);
        foreach (TraceRecord record in trace)
        {
            if (operations.TryGetValue(record.Name, out _))
            {
                if (!integers.TryGetValue(record.Name, out List<ReadOnlyMemory<byte>>? list))
                {
                    integers.Add(record.Name, list = []);
                }

                list.Add(record.Data);
            }
        }

        ILookup<string, IntegerOperation> byNode = program.Operations.ToLookup(NodeOf, StringComparer.Ordinal);
        var noise = new Dictionary<string, LayerNoise>(StringComparer.Ordinal);
        string input = graph.Nodes.OfType<InputNode>().Single().Name;
        new FloatExecutor(graph).Run(codes.Rows, new Dictionary<string, FloatTensor>(StringComparer.Ordinal) { [input] = codes }, (node, value) =>
        {
            foreach (IntegerOperation operation in byNode[node.Name].Where(o => integers.ContainsKey(o.Name)))
            {
                noise[operation.Name] = new(operation.Name, node.Name, 8 * operation.Output.ElementBytes, Decibels(operation.Output, integers[operation.Name], value.Data));
            }
        });
        return [.. program.Operations.Where(o => noise.ContainsKey(o.Name)).Select(o => noise[o.Name])];
    }

    // A fused activation holds the value of the node behind the matrix; a narrowed value that of its input.
    private static string NodeOf(IntegerOperation operation) => operation switch
    {
        LinearGeluOperation or LinearSnakeOperation => operation.Output.Name,
        NarrowOperation narrow => narrow.Source,
        _ => operation.Name,
    };

    private static double Decibels(IntegerBuffer buffer, List<ReadOnlyMemory<byte>> records, ReadOnlySpan<float> reference)
    {
        double signal = 0, noise = 0;
        int position = 0;
        foreach (ReadOnlyMemory<byte> record in records)
        {
            int count = record.Length / buffer.ElementBytes;
            for (int i = 0; i < count; i++, position++)
            {
                int q = buffer.Type == ElementType.Int8 ? (sbyte)record.Span[i] : MemoryMarshal.Read<short>(record.Span[(2 * i)..]);
                double expected = reference[position], error = ((q - buffer.ZeroPoint) * buffer.Scale) - expected;
                signal += expected * expected;
                noise += error * error;
            }
        }

        return 10 * Math.Log10(Math.Max(signal, 1e-30) / Math.Max(noise, 1e-30));
    }
}
