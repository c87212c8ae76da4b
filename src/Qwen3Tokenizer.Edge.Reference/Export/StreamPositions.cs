using System.Globalization;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Reference.Export;

/// <summary>
/// What all attention nodes of one row rate share: the position of the first row in the stream (a state), the rotary angles of the rows, and the mask.
/// </summary>
internal static class StreamPositions
{
    /// <summary>Number of rows of this run, a list of one int64.</summary>
    public static string Count(ExportContext context, AttentionNode node) =>
        context.Shared(Key(node, "count"), () => context.Size(context.Rows(node.Inputs[0]), 0));

    /// <summary>
    /// cos and sin, each [T, headSize / 2], of position * theta^(-2m / headSize). Turns are counted in float64, since the positions of a long stream are beyond float32's resolution of a
    /// turn; only what is left of the last one, -1/2 .. 1/2, goes into the functions, which not every release has for float64.
    /// </summary>
    public static (string Cosine, string Sine) Rotation(ExportContext context, AttentionNode node)
    {
        string key = string.Create(CultureInfo.InvariantCulture, $"{node.RopeTheta:R} {node.HeadSize}");
        return (Function("Cos"), Function("Sin"));

        string Function(string name) => context.Shared(Key(node, $"{name} {key}"), () => context.Onnx.Add(name, [Angles()]));

        string Angles() => context.Shared(Key(node, "angles " + key), () =>
        {
            OnnxGraphBuilder onnx = context.Onnx;
            var turns = new double[node.HeadSize / 2];
            for (int m = 0; m < turns.Length; m++)
            {
                turns[m] = Math.Pow(node.RopeTheta, -2.0 * m / node.HeadSize) / (2 * Math.PI);
            }

            string position = onnx.Add("Add", [Range(context, node), Start(context, node)]);
            string column = onnx.Add("Unsqueeze", [onnx.Add("Cast", [position], [Int("to", (long)DataType.Double)]), onnx.Integers(1)]);
            string turn = onnx.Add("Mul", [column, onnx.Doubles(turns, turns.Length)]);
            string rest = onnx.Add("Cast", [onnx.Add("Sub", [turn, onnx.Add("Round", [turn])])], [Int("to", (long)DataType.Float)]);
            return onnx.Add("Mul", [rest, onnx.Scalar(2 * MathF.PI)]);
        });
    }

    /// <summary>
    /// [T, past + T], to be added to the logits: 0 where the query of row i may see key j, else minus infinity. Of the past there are min(position, window - 1) rows, without a
    /// window all; key j is past - j rows older than query 0, so it is visible when 0 &lt;= i + past - j &lt; window.
    /// </summary>
    public static string Mask(ExportContext context, AttentionNode node) => context.Shared(Key(node, $"mask {node.Window}"), () =>
    {
        OnnxGraphBuilder onnx = context.Onnx;
        string start = Start(context, node);
        string past = node.Window == 0 ? start : onnx.Add("Min", [start, onnx.Integers(node.Window - 1)]);
        string keys = onnx.Add("Squeeze", [onnx.Add("Add", [past, Count(context, node)])]);
        string query = onnx.Add("Unsqueeze", [onnx.Add("Add", [Range(context, node), past]), onnx.Integers(1)]);
        string age = onnx.Add("Sub", [query, onnx.Add("Range", [onnx.ScalarInteger(0), keys, onnx.ScalarInteger(1)])]);
        string visible = onnx.Add("GreaterOrEqual", [age, onnx.ScalarInteger(0)]);
        if (node.Window > 0)
        {
            visible = onnx.Add("And", [visible, onnx.Add("Less", [age, onnx.ScalarInteger(node.Window)])]);
        }

        return onnx.Add("Where", [visible, onnx.Scalar(0), onnx.Scalar(float.NegativeInfinity)]);
    });

    // Position of the first row of this run: a list of one int64.
    private static string Start(ExportContext context, AttentionNode node) => context.Shared(Key(node, "start"), () =>
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"rows{node.Shape.Rows}.position");
        string state = context.State(name, DataType.Int64, 1);
        context.NextState(name, DataType.Int64, [1], "Add", [state, Count(context, node)]);
        return state;
    });

    private static string Range(ExportContext context, AttentionNode node) => context.Shared(Key(node, "range"), () =>
        context.Onnx.Add("Range", [context.Onnx.ScalarInteger(0), context.Onnx.Add("Squeeze", [Count(context, node)]), context.Onnx.ScalarInteger(1)]));

    private static string Key(Node node, string what) => string.Create(CultureInfo.InvariantCulture, $"rows {node.Shape.Rows}: {what}");
}
