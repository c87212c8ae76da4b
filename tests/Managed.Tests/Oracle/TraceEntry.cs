using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>An intermediate value of a decoder or an encoder, as a traced build of the C library reports it.</summary>
/// <param name="Name">The operation's name, or one of the source filter's: source.harmonic, source.noise, filter.spectrum, filter.samples; or the front-end's: frontend.magnitude.</param>
/// <param name="Data">The values, little-endian.</param>
public readonly record struct TraceEntry(string Name, byte[] Data)
{
    /// <summary>An entry of int32 values.</summary>
    public static TraceEntry OfInt32(string name, ReadOnlySpan<int> values) => new(name, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>An entry of uint32 values.</summary>
    public static TraceEntry OfUInt32(string name, ReadOnlySpan<uint> values) => new(name, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>An entry of int8 or int16 values.</summary>
    public static TraceEntry OfBuffer(string name, ElementType type, ReadOnlySpan<int> values)
    {
        if (type == ElementType.Int8)
        {
            var bytes = new byte[values.Length];
            for (int i = 0; i < values.Length; i++)
                bytes[i] = (byte)checked((sbyte)values[i]);
            return new TraceEntry(name, bytes);
        }

        var words = new short[values.Length];
        for (int i = 0; i < values.Length; i++)
            words[i] = checked((short)values[i]);
        return new TraceEntry(name, MemoryMarshal.AsBytes<short>(words).ToArray());
    }

    /// <summary>The values of an int32 entry.</summary>
    public int[] ToInt32() => MemoryMarshal.Cast<byte, int>(Data).ToArray();
}
