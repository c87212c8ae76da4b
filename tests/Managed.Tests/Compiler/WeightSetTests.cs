using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public partial class WeightSetTests
{
    private static readonly CNames Names = new("edge-test");
    private static readonly sbyte[] Bytes = [-128, -1, 0, 1, 127];
    private static readonly byte[] Unsigned = [0, 255];
    private static readonly short[] Words = [short.MinValue, -5, short.MaxValue];
    private static readonly ushort[] UnsignedWords = [0, 32768, 65535];
    private static readonly int[] Integers = [.. Enumerable.Range(0, 50).Select(i => i * 40000000).Select(v => -v), int.MinValue, int.MaxValue, int.MinValue];

    [Fact]
    public void The_three_forms_declare_the_same_symbols_in_the_same_order()
    {
        WeightSet set = All();
        string[] header = [.. Declaration().Matches(set.Header(Names)).Select(m => m.Groups[2].Value)];

        Assert.Equal(["a_bytes", "b_unsigned", "c_words", "d_unsigned_words", "e_integers"], header);
        Assert.Equal(header, Tensor().Matches(set.Assembler(Names)).Select(m => m.Groups[1].Value));
        Assert.Equal(header, Definition().Matches(set.CArrays(Names)).Select(m => m.Groups[2].Value));
    }

    [Fact]
    public void The_assembler_takes_every_tensor_from_its_place_in_the_binary_file()
    {
        WeightSet set = All();
        byte[] binary = set.Binary();
        byte[][] tensors = [[.. MemoryMarshal.AsBytes<sbyte>(Bytes)], Unsigned, [.. MemoryMarshal.AsBytes<short>(Words)], [.. MemoryMarshal.AsBytes<ushort>(UnsignedWords)], [.. MemoryMarshal.AsBytes<int>(Integers)]];

        MatchCollection entries = Tensor().Matches(set.Assembler(Names));

        Assert.Equal(tensors.Sum(t => (long)t.Length), set.Bytes);
        for (int i = 0; i < tensors.Length; i++)
        {
            int offset = Number(entries[i].Groups[2].Value), length = Number(entries[i].Groups[3].Value);
            Assert.Equal(0, offset % 64);
            Assert.Equal(tensors[i], binary.AsSpan(offset, length).ToArray());
        }
    }

    [Fact]
    public void The_C_arrays_read_back_to_the_same_values()
    {
        Dictionary<string, long[]> arrays = Definition().Matches(All().CArrays(Names)).ToDictionary(m => m.Groups[2].Value, m => Values(m.Groups[4].Value, Number(m.Groups[3].Value)));

        Assert.Equal(Bytes.Select(v => (long)v), arrays["a_bytes"]);
        Assert.Equal(Unsigned.Select(v => (long)v), arrays["b_unsigned"]);
        Assert.Equal(Words.Select(v => (long)v), arrays["c_words"]);
        Assert.Equal(UnsignedWords.Select(v => (long)v), arrays["d_unsigned_words"]);
        Assert.Equal(Integers.Select(v => (long)v), arrays["e_integers"]);
        Assert.DoesNotContain("-2147483648", All().CArrays(Names), StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbol_that_is_taken_is_refused()
    {
        WeightSet set = All();

        Assert.Contains("a_bytes", Assert.Throws<BuildException>(() => set.Add("a_bytes", Words)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_tensor_and_a_type_that_C_does_not_have_are_refused()
    {
        Assert.Throws<BuildException>(() => new WeightSet().Add("empty", Array.Empty<int>()));
        Assert.Throws<BuildException>(() => new WeightSet().Add("half", new Half[1]));
    }

    private static WeightSet All()
    {
        var set = new WeightSet();
        set.Add("a_bytes", Bytes);
        set.Add("b_unsigned", Unsigned);
        set.Add("c_words", Words);
        set.Add("d_unsigned_words", UnsignedWords);
        set.Add("e_integers", Integers);
        return set;
    }

    private static long[] Values(string text, int count)
    {
        long[] values = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Value)];
        Assert.Equal(count, values.Length);
        return values;
    }

    // A literal, or a difference of two.
    private static long Value(string text) => text.Split(" - ") is [var left, var right] ? Number(left) - (long)Number(right) : Number(text);

    private static int Number(string text) => int.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^extern const (\w+) (\w+)\[\d+\];$", RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"^TENSOR\((\w+), (\d+), (\d+)\)$", RegexOptions.Multiline)]
    private static partial Regex Tensor();

    [GeneratedRegex(@"^Q3E_ALIGNED const (\w+) (\w+)\[(\d+)\] = \{([^}]*)\};", RegexOptions.Multiline)]
    private static partial Regex Definition();
}
