using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Compares the oracle's trace with that of a traced library: every name, order, length and byte.</summary>
internal static class TraceAgreement
{
    /// <summary>Passes when the traces are equal, else fails with the first difference: record, element, both values.</summary>
    /// <param name="program">The program; it tells the element types.</param>
    /// <param name="expected">The oracle's.</param>
    /// <param name="actual">The library's.</param>
    public static void Require(IntegerProgram program, IReadOnlyList<TraceEntry> expected, IReadOnlyList<TraceRecord> actual)
    {
        for (int i = 0; i < Math.Min(expected.Count, actual.Count); i++)
        {
            TraceEntry e = expected[i];
            TraceRecord a = actual[i];
            if (!string.Equals(e.Name, a.Name, StringComparison.Ordinal))
                Assert.Fail($"Record {i} is {e.Name} in the oracle and {a.Name} in C.");
            if (e.Data.Length != a.Data.Length)
                Assert.Fail($"Record {i}, {e.Name}, has {e.Data.Length} bytes in the oracle and {a.Data.Length} in C.");
            if (!e.Data.AsSpan().SequenceEqual(a.Data.Span))
                Assert.Fail(FirstDifference(program, i, e, a));
        }

        Assert.Equal(expected.Count, actual.Count);
    }

    private static string FirstDifference(IntegerProgram program, int record, TraceEntry expected, TraceRecord actual)
    {
        int[] e = Values(program, expected.Name, expected.Data), a = Values(program, expected.Name, actual.Data.Span);
        int first = e.AsSpan().CommonPrefixLength(a), different = e.Zip(a).Count(pair => pair.First != pair.Second);
        return $"Record {record}, {expected.Name}: element {first} of {e.Length} is {e[first]} in the oracle and {a[first]} in C; {different} elements differ.";
    }

    private static int[] Values(IntegerProgram program, string name, ReadOnlySpan<byte> data) =>
        program.Operations.FirstOrDefault(o => o.Name == name)?.Output.Type switch
        {
            ElementType.Int8 => [.. MemoryMarshal.Cast<byte, sbyte>(data).ToArray().Select(v => (int)v)],
            ElementType.Int16 => [.. MemoryMarshal.Cast<byte, short>(data).ToArray().Select(v => (int)v)],
            _ => MemoryMarshal.Cast<byte, int>(data).ToArray(),
        };
}
