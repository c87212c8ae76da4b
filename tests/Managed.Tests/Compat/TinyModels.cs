namespace Qwen3Tokenizer.Edge.Tests.Compat;

/// <summary>The models that the binding is tried with; what they compute is easily said.</summary>
internal static class TinyModels
{
    /// <summary>y[T, 3] = x[T, 2] (1 2 3; 4 5 6).</summary>
    public static byte[] Product { get; } = OnnxBytes.Model(
        [OnnxBytes.Node("MatMul", ["x", "w"], ["y"])],
        [OnnxBytes.Value("x", OnnxBytes.Float, "T", 2)],
        [OnnxBytes.Value("y", OnnxBytes.Float, "T", 3)],
        OnnxBytes.Tensor("w", [2, 3], 1, 2, 3, 4, 5, 6));

    /// <summary>sum = a + b and difference = a - b, for tensors of one type and any shape of rank 1.</summary>
    public static byte[] SumAndDifference(int type) => OnnxBytes.Model(
        [OnnxBytes.Node("Add", ["a", "b"], ["sum"]), OnnxBytes.Node("Sub", ["a", "b"], ["difference"])],
        [OnnxBytes.Value("a", type, "N"), OnnxBytes.Value("b", type, "N")],
        [OnnxBytes.Value("sum", type, "N"), OnnxBytes.Value("difference", type, "N")]);

    /// <summary>y = x through a chain of Identity nodes and a product of two constants that can be folded.</summary>
    public static byte[] Foldable { get; } = OnnxBytes.Model(
        [
            OnnxBytes.Node("Mul", ["two", "three"], ["six"]), OnnxBytes.Node("Identity", ["six"], ["six_again"]),
            OnnxBytes.Node("Add", ["x", "six_again"], ["y"]),
        ],
        [OnnxBytes.Value("x", OnnxBytes.Float, 1)],
        [OnnxBytes.Value("y", OnnxBytes.Float, 1)],
        OnnxBytes.Tensor("two", [1], 2), OnnxBytes.Tensor("three", [1], 3));

    /// <summary>y = x + count, added one at a time: with a large count it does not end by itself.</summary>
    public static byte[] Counting { get; } = OnnxBytes.Model(
        [
            OnnxBytes.Node("Loop", ["count", "", "x"], ["y"], OnnxBytes.Attribute("body", OnnxBytes.Graph(
                [OnnxBytes.Node("Identity", ["going"], ["go_on"]), OnnxBytes.Node("Add", ["sum", "one"], ["next"])],
                [OnnxBytes.Value("iteration", OnnxBytes.Int64), OnnxBytes.Value("going", OnnxBytes.Bool), OnnxBytes.Value("sum", OnnxBytes.Float, 1)],
                [OnnxBytes.Value("go_on", OnnxBytes.Bool), OnnxBytes.Value("next", OnnxBytes.Float, 1)]))),
        ],
        [OnnxBytes.Value("count", OnnxBytes.Int64), OnnxBytes.Value("x", OnnxBytes.Float, 1)],
        [OnnxBytes.Value("y", OnnxBytes.Float, 1)],
        OnnxBytes.Tensor("one", [1], 1));
}
