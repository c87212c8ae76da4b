using System.Buffers.Binary;
using System.Text;

namespace Qwen3Tokenizer.Edge.Tests.Compat;

/// <summary>
/// Small ONNX models (opset 21, IR 10) as bytes, written by hand from the field numbers of onnx.proto, so that these tests rest on nothing
/// but the format. Protocol buffers: a field is a varint key (number * 8 + wire type), then a varint, or a length and that many bytes.
/// </summary>
internal static class OnnxBytes
{
    public const int Float = 1, UInt8 = 2, Int8 = 3, Int32 = 6, Int64 = 7, Bool = 9, Double = 11;

    /// <summary>ModelProto: ir_version 1, graph 7, opset_import 8 { version 2 }. GraphProto: node 1, name 2, initializer 5, input 11, output 12.</summary>
    public static byte[] Model(byte[][] nodes, byte[][] inputs, byte[][] outputs, params byte[][] initializers)
    {
        byte[] graph = Join(
            [.. nodes.Select(n => Message(1, n)), Text(2, "g"), .. initializers.Select(t => Message(5, t)), .. inputs.Select(i => Message(11, i)), .. outputs.Select(o => Message(12, o))]);
        return Join(Number(1, 10), Message(7, graph), Message(8, Join(Text(1, ""), Number(2, 21))));
    }

    /// <summary>NodeProto: input 1, output 2, name 3, op_type 4, attribute 5.</summary>
    public static byte[] Node(string type, string[] inputs, string[] outputs, params byte[][] attributes) =>
        Join([.. inputs.Select(i => Text(1, i)), .. outputs.Select(o => Text(2, o)), Text(3, outputs[0] + "_node"), Text(4, type), .. attributes.Select(a => Message(5, a))]);

    /// <summary>AttributeProto: name 1, g 6, type 20 (GRAPH 5).</summary>
    public static byte[] Attribute(string name, byte[] graph) => Join(Text(1, name), Message(6, graph), Number(20, 5));

    /// <summary>A subgraph: GraphProto without initializers.</summary>
    public static byte[] Graph(byte[][] nodes, byte[][] inputs, byte[][] outputs) =>
        Join([.. nodes.Select(n => Message(1, n)), Text(2, "body"), .. inputs.Select(i => Message(11, i)), .. outputs.Select(o => Message(12, o))]);

    /// <summary>ValueInfoProto: name 1, type 2 { tensor_type 1 { elem_type 1, shape 2 { dim 1 { dim_value 1 | dim_param 2 } } } }.</summary>
    public static byte[] Value(string name, int type, params object[] dimensions)
    {
        byte[] shape = Join([.. dimensions.Select(d => Message(1, d is string symbol ? Text(2, symbol) : Number(1, Convert.ToInt64(d))))]);
        return Join(Text(1, name), Message(2, Message(1, Join(Number(1, type), Message(2, shape)))));
    }

    /// <summary>TensorProto: dims 1, data_type 2, name 8, raw_data 9 (little-endian).</summary>
    public static byte[] Tensor(string name, long[] shape, params float[] values)
    {
        byte[] raw = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(4 * i), values[i]);
        return Join([.. shape.Select(d => Number(1, d)), Number(2, Float), Text(8, name), Message(9, raw)]);
    }

    /// <summary>The op_type of a model's nodes, in order.</summary>
    public static IEnumerable<string> Operators(byte[] model) =>
        Fields(model).Where(f => f.Field == 7).SelectMany(graph => Fields(graph.Content)).Where(f => f.Field == 1)
            .Select(node => Encoding.UTF8.GetString(Fields(node.Content).Single(f => f.Field == 4).Content));

    private static IEnumerable<(int Field, byte[] Content)> Fields(byte[] message)
    {
        for (int at = 0; at < message.Length;)
        {
            ulong key = Read(message, ref at);
            ulong value = Read(message, ref at);
            Assert.True((key & 7) is 0 or 2, "ModelProto, GraphProto and NodeProto have only varints and lengths.");
            int length = (key & 7) == 2 ? (int)value : 0;
            yield return ((int)(key >> 3), message[at..(at + length)]);
            at += length;
        }
    }

    private static ulong Read(byte[] message, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = message[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
    }

    private static byte[] Text(int field, string text) => Message(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Message(int field, byte[] content) => Join(Varint((ulong)field << 3 | 2), Varint((ulong)content.Length), content);

    private static byte[] Number(int field, long value) => Join(Varint((ulong)field << 3), Varint((ulong)value));

    private static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(p => p)];

    private static byte[] Varint(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }
}
