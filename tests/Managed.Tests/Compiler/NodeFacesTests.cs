using Qwen3Tokenizer.Edge.Compiler.Nodes;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>Every node type has its faces in the other rooms (to integers in Compiler, to ONNX in Reference, backwards for Distillation) or a written reason why not.</summary>
public class NodeFacesTests
{
    private static readonly Type[] NodeTypes = [.. typeof(Node).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Node)) && !t.IsAbstract)];

    [Fact]
    public void Every_node_type_lowers_or_has_a_written_reason()
    {
        Type[] gaps = [.. NodeTypes.Where(t => !NodeLowerings.ByType.ContainsKey(t) && !NodeLowerings.Without.ContainsKey(t))];

        Assert.True(gaps.Length == 0, $"neither a lowering nor a reason: {string.Join(", ", gaps.Select(t => t.Name))}");
        Assert.NotEmpty(NodeTypes);
    }

    [Fact]
    public void Every_node_type_exports_to_ONNX_or_has_a_written_reason()
    {
        Type[] gaps = [.. NodeTypes.Where(t => !NodeExports.ByType.ContainsKey(t) && !NodeExports.Without.ContainsKey(t))];

        Assert.True(gaps.Length == 0, $"neither an exporter nor a reason: {string.Join(", ", gaps.Select(t => t.Name))}");
        Assert.Empty(NodeExports.ByType.Keys.Intersect(NodeExports.Without.Keys));
        Assert.All(NodeExports.Without.Values, reason => Assert.True(reason.Length >= 20, reason));
    }

    [Fact]
    public void Every_node_type_has_a_backward_pass_or_a_written_reason()
    {
        bool Has(Type t) => t.GetMethod(nameof(Node.Backward))!.DeclaringType != typeof(Node);
        Type[] gaps = [.. NodeTypes.Where(t => !Has(t) && !NodeBackwards.Without.ContainsKey(t))];

        Assert.True(gaps.Length == 0, $"neither a backward pass nor a reason: {string.Join(", ", gaps.Select(t => t.Name))}");
        Assert.All(NodeBackwards.Without, r => Assert.True(!Has(r.Key) && r.Value.Length >= 20, $"{r.Key.Name}: {r.Value}"));
        Assert.Contains(NodeTypes, Has);
    }

    [Fact]
    public void No_node_type_has_both_and_every_reason_says_something()
    {
        Assert.Empty(NodeLowerings.ByType.Keys.Intersect(NodeLowerings.Without.Keys));
        Assert.All(NodeLowerings.Without.Values, reason => Assert.True(reason.Length >= 20, reason));
    }

    [Fact]
    public void Parts_of_the_head_have_no_lowering_of_their_own() =>
        Assert.All(NodeLowerings.HeadParts, t => Assert.Contains("source-filter head", NodeLowerings.Without[t], StringComparison.Ordinal));

    [Fact]
    public void Parts_of_the_front_end_have_no_lowering_of_their_own() =>
        Assert.All(NodeLowerings.FrontEndParts, t => Assert.Contains("log-mel front-end", NodeLowerings.Without[t], StringComparison.Ordinal));

    [Theory]
    [InlineData(typeof(AffineNode))]
    [InlineData(typeof(QuantizeNode))]
    public void The_ends_of_an_encoder_lower(Type node) => Assert.Contains(node, NodeLowerings.ByType.Keys);
}
