using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Graphs;

public sealed class GraphTests
{
    [Fact]
    public void Nodes_come_after_their_inputs_and_once()
    {
        Node x = new InputNode("x", 1, 2), a = new AddNode("a", x, x), b = new MultiplyNode("b", x, a), y = new AddNode("y", a, b);
        var graph = new Graph("g", y, a);
        Assert.Equal(["x", "a", "b", "y"], graph.Nodes.Select(n => n.Name));
        Assert.Same(b, graph["b"]);
        Assert.Contains("'c'", Assert.Throws<GraphException>(() => graph["c"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_nodes_of_one_name_are_refused()
    {
        Node x = new InputNode("x", 1, 2);
        GraphException e = Assert.Throws<GraphException>(() => new Graph("g", new AddNode("y", new AddNode("a", x, x), new MultiplyNode("a", x, x))));
        Assert.Contains("'a'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_deep_graph_does_not_need_a_deep_stack()
    {
        Node x = new InputNode("x", 1, 1);
        for (int i = 0; i < 100_000; i++)
        {
            x = new SliceNode($"n{i}", x, 0, 1);
        }

        Assert.Equal(100_001, new Graph("g", x).Nodes.Count);
    }

    [Fact]
    public void All_outputs_are_given_in_order_and_values_are_observed()
    {
        Node x = new InputNode("x", 2, 1), d = new DelayNode("d", x, 1), y = new AddNode("y", x, d);
        var seen = new List<string>();
        FloatTensor[] outputs = new FloatExecutor(new Graph("g", y, x, d)).Run(2, new Dictionary<string, FloatTensor> { ["x"] = new(4, 1, [1, 2, 3, 4]) }, (n, v) => seen.Add($"{n.Name}{v.Rows}"));
        Assert.Equal([1, 3, 5, 7], outputs[0].Data);
        Assert.Equal([1, 2, 3, 4], outputs[1].Data);
        Assert.Equal([0, 1, 2, 3], outputs[2].Data);
        Assert.Equal(["x4", "d4", "y4"], seen);
    }

    [Fact]
    public void An_input_that_is_missing_or_has_another_shape_is_refused()
    {
        var executor = new FloatExecutor(new Graph("g", new InputNode("x", 2, 3)));
        Assert.Throws<ArgumentException>(() => executor.Run(1, new Dictionary<string, FloatTensor>()));
        Assert.Throws<ArgumentException>(() => executor.Run(1, new Dictionary<string, FloatTensor> { ["x"] = new(1, 3) }));
        Assert.Throws<ArgumentException>(() => executor.Run(1, new Dictionary<string, FloatTensor> { ["x"] = new(2, 2) }));
        Assert.Throws<ArgumentOutOfRangeException>(() => executor.Run(-1, new Dictionary<string, FloatTensor>()));
        Assert.Empty(executor.Run(0, new Dictionary<string, FloatTensor> { ["x"] = new(0, 3) })[0].Data);
    }

    [Fact]
    public void A_tensor_must_fill_its_shape() => Assert.Throws<ArgumentException>(() => new FloatTensor(2, 3, new float[5]));

    [Fact]
    public void History_repeats_the_first_row_only_when_asked()
    {
        var zeros = new RowHistory(2, 1);
        Assert.Equal([0, 0, 5], zeros.Extend(new FloatTensor(1, 1, [5])));
        Assert.Equal([0, 5, 6, 7, 8], zeros.Extend(new FloatTensor(3, 1, [6, 7, 8])));
        var repeated = new RowHistory(2, 1, repeatFirst: true);
        Assert.Equal([0, 0], repeated.Extend(new FloatTensor(0, 1)));
        Assert.Equal([5, 5, 5], repeated.Extend(new FloatTensor(1, 1, [5])));
        Assert.Equal([5, 5, 6], repeated.Extend(new FloatTensor(1, 1, [6])));
    }
}
