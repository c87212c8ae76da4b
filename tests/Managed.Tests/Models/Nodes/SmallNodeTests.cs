using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Nodes;

public sealed class SmallNodeTests
{
    private static readonly FloatTensor X = new(2, 3, [1, -2, 3, 0.5f, 4, -8]);
    private static readonly FloatTensor Z = new(2, 3, [10, 20, 30, -1, 0.25f, 2]);

    [Fact]
    public void Sums_and_products_are_value_by_value()
    {
        Assert.Equal([11, 18, 33, -0.5f, 4.25f, -6], NodeRun.Whole(new AddNode("y", In("x"), In("z")), ("x", X), ("z", Z)).Data);
        Assert.Equal([10, -40, 90, -0.5f, 1, -16], NodeRun.Whole(new MultiplyNode("y", In("x"), In("z")), ("x", X), ("z", Z)).Data);
        Assert.Equal([1, 4, 9, 0.25f, 16, 64], Square());
    }

    [Fact]
    public void An_affine_node_takes_the_offset_off_before_the_gain() =>
        Assert.Equal([0, -4, 9, -1, 8, -24], NodeRun.Whole(new AffineNode("y", In("x"), [1, 0, 0], [2, 2, 3]), ("x", X)).Data);

    [Fact]
    public void A_delay_begins_with_zeros() =>
        Assert.Equal([0, 0, 0, 1, -2, 3], NodeRun.Whole(new DelayNode("y", In("x"), 1), ("x", X)).Data);

    [Fact]
    public void Folding_keeps_the_order_of_values()
    {
        FloatTensor y = NodeRun.Whole(new FoldNode("y", In("x"), 3), ("x", X));
        Assert.Equal((6, 1), (y.Rows, y.Channels));
        Assert.Equal(X.Data, y.Data);
    }

    [Fact]
    public void A_slice_clips_its_channels() =>
        Assert.Equal([-1, 2, 2, -1], NodeRun.Whole(new SliceNode("y", In("x"), 1, 2, -1, 2), ("x", X)).Data);

    [Fact]
    public void Knots_are_interpolated_linearly() =>
        Assert.Equal([1, -0.5f, 3, 0.5f, 2.25f, -8], NodeRun.Whole(new KnotsNode("y", In("x"), [0, 0, 1], [0, 0.5f, 1]), ("x", X)).Data);

    private static float[] Square()
    {
        InputNode x = In("x");
        return NodeRun.Whole(new MultiplyNode("y", x, x), ("x", X)).Data;
    }

    private static InputNode In(string name) => new(name, 1, 3);
}
