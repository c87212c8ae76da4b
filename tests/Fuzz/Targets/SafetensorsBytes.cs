using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>Makes safetensors files from their rules, independently of the writer under test.</summary>
internal static class SafetensorsBytes
{
    private static readonly string[] Values =
    [
        "null", "true", "{}", "[]", "\"F32\"", "\"\"", "-1", "0.5", "1e2", "9223372036854775807", "9223372036854775808", "[1,2]", "[0]", "[0,0,0]", "[4294967296,4294967296,2]",
        "[-1]", "[\"1\"]", "[1.5]", "\"\\ud800\"", "\"F4\"", "\"F6_E2M3\"", "[3]", "[5,4]", "\"\u0001\"", "[[[[[[[[[[0]]]]]]]]]]",
    ];

    public static byte[] File(Random random, bool wrong)
    {
        var json = new StringBuilder("{");
        if (random.Next(3) == 0)
            json.Append(wrong && random.Next(4) == 0 ? "\"__metadata__\":{\"a\":1}" : "\"__metadata__\":{\"format\":\"pt\",\"" + Name(random) + "\":\"\\u00e9\"}");
        int tensors = random.Next(60) == 0 ? random.Next(200) : random.Next(1, 6);
        int broken = wrong ? random.Next(tensors + 1) : -1;
        long offset = 0;
        for (int i = 0; i < tensors; i++)
        {
            DType type = (DType)random.Next(20);
            var shape = new long[random.Next(4)];
            long elements = 1;
            for (int d = 0; d < shape.Length; d++)
                elements *= shape[d] = random.Next(30) == 0 ? 0 : random.Next(1, 9);
            long bits = elements * DTypes.BitsOf(type);
            if (bits % 8 != 0 && i != broken)
            {
                type = DType.U8;
                bits = elements * 8;
            }
            json.Append(json.Length > 1 ? "," : "").Append(Tensor(random, $"{Name(random)}{(i == broken && random.Next(4) == 0 ? 0 : i)}", type, shape, offset, offset + (bits / 8), i == broken));
            offset += bits / 8;
        }
        json.Append('}').Append(' ', random.Next(9));
        if (wrong && random.Next(10) == 0)
            json.Append(random.Next(2) == 0 ? "x" : "{}");
        byte[] header = Encoding.UTF8.GetBytes(json.ToString());
        var data = new byte[Math.Max(0, offset + (wrong && random.Next(8) == 0 ? random.Next(-4, 5) : 0))];
        random.NextBytes(data);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, wrong && random.Next(10) == 0 ? Mutator.Edge(random) : header.Length);
        return [.. length, .. header, .. data];
    }

    private static string Tensor(Random random, string name, DType type, long[] shape, long begin, long end, bool broken)
    {
        string dtype = "\"" + DTypes.NameOf(type) + "\"", dimensions = "[" + string.Join(',', shape) + "]", offsets = string.Create(CultureInfo.InvariantCulture, $"[{begin},{end}]");
        if (broken)
        {
            switch (random.Next(8))
            {
                case 0:
                    dtype = Values[random.Next(Values.Length)];
                    break;
                case 1:
                    dimensions = Values[random.Next(Values.Length)];
                    break;
                case 2:
                    offsets = Values[random.Next(Values.Length)];
                    break;
                case 3:
                    offsets = string.Create(CultureInfo.InvariantCulture, $"[{begin + random.Next(-9, 9)},{end + random.Next(-9, 9)}]");
                    break;
                case 4:
                    long shift = random.Next(-4, 20);
                    offsets = string.Create(CultureInfo.InvariantCulture, $"[{begin + shift},{end + shift}]");
                    break;
                case 5:
                    return $"\"{name}\":{Values[random.Next(Values.Length)]}";
                case 6:
                    string[] fields = [$"\"dtype\":{dtype}", $"\"shape\":{dimensions}", $"\"data_offsets\":{offsets}", "\"more\":1"];
                    return $"\"{name}\":{{{string.Join(',', Enumerable.Range(0, random.Next(5)).Select(_ => fields[random.Next(4)]))}}}";
                default:
                    dimensions = string.Create(CultureInfo.InvariantCulture, $"[{Mutator.Edge(random)},{Mutator.Edge(random)}]");
                    break;
            }
        }
        return random.Next(2) == 0
            ? $"\"{name}\":{{\"dtype\":{dtype},\"shape\":{dimensions},\"data_offsets\":{offsets}}}"
            : $"\"{name}\": {{\"data_offsets\": {offsets}, \"shape\": {dimensions}, \"dtype\": {dtype}}}";
    }

    private static string Name(Random random) => random.Next(8) switch
    {
        0 => "caf\u00e9\u4e2d",
        1 => "a\\u0062\\n",
        2 => new string('n', random.Next(200)),
        _ => "decoder.weight",
    };
}
