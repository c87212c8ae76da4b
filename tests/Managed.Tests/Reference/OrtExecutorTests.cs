using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Tests.Models.Golden;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Reference;

/// <summary>OrtExecutor has the float executor's manners: the same refusals, Reset, streams beside each other, and an end that cannot be passed.</summary>
public class OrtExecutorTests
{
    private static Graph Averages()
    {
        var x = new InputNode("x", 2, 1);
        return new Graph("averages", new ConvNode("y", x, new float[] { 0.5f, 0.5f }, [], 1, 2));
    }

    [OnnxRuntimeFact]
    public void Wrong_inputs_are_refused_as_the_float_executor_refuses_them()
    {
        using OrtModel model = OrtModel.Load(Averages());
        using var executor = new OrtExecutor(model);
        IGraphExecutor[] both = [executor, new FloatExecutor(model.Graph)];

        Assert.All(both, e => Assert.Throws<ArgumentException>(() => e.Run(1, new Dictionary<string, FloatTensor>())));
        Assert.All(both, e => Assert.Throws<ArgumentException>(() => e.Run(1, X(1, 2, 3))));
        Assert.All(both, e => Assert.Throws<ArgumentException>(() => e.RunEnd(new Dictionary<string, FloatTensor> { ["x"] = new(1, 2) })));
        Assert.All(both, e => Assert.Throws<ArgumentOutOfRangeException>(() => e.Run(-1, X())));
    }

    [OnnxRuntimeFact]
    public void Streams_of_one_model_have_states_of_their_own_and_reset_goes_back_to_the_start()
    {
        using OrtModel model = OrtModel.Load(Averages());
        using OrtExecutor first = new(model), second = new(model);

        Assert.Equal([1f, 3f], first.Run(1, X(2, 4))[0].Data);
        Assert.Equal([5f, 10f], second.Run(1, X(10, 10))[0].Data);
        Assert.Equal([5f, 6f], first.Run(1, X(6, 6))[0].Data);
        first.Reset();
        Assert.Equal([3f, 6f], first.Run(1, X(6, 6))[0].Data);
        Assert.Equal([10f, 10f], second.Run(1, X(10, 10))[0].Data);
    }

    [OnnxRuntimeFact]
    public void No_rows_give_no_rows_and_leave_the_stream_as_it_was()
    {
        using OrtModel model = OrtModel.Load(Averages());
        using var executor = new OrtExecutor(model);
        executor.Run(1, X(2, 4));

        FloatTensor nothing = executor.Run(0, X())[0];

        Assert.Equal((0, 1), (nothing.Rows, nothing.Channels));
        Assert.Equal([4f, 4f], executor.Run(1, X(4, 4))[0].Data);
        Assert.Equal(0, executor.RunEnd(X())[0].Rows);
        Assert.Throws<InvalidOperationException>(() => executor.Run(1, X(4, 4)));
    }

    [OnnxRuntimeFact]
    public void A_cancelled_run_throws()
    {
        using OrtModel model = OrtModel.Load(Averages());
        using var source = new CancellationTokenSource();
        using var executor = new OrtExecutor(model, source.Token);
        executor.Run(1, X(2, 4));

        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => executor.Run(1, X(6, 6)));
    }

    [OnnxRuntimeTheory]
    [InlineData(-2f)]
    [InlineData(10f)]
    [InlineData(0.5f)]
    [InlineData(float.NaN)]
    public void Codes_outside_their_table_are_refused(float code)
    {
        var embed = new EmbedNode("y", new SliceNode("second", new InputNode("codes", 1, 2), 1, 1), NodeRun.Normal(1, 40), 1, 10, 4, EmbedCombination.Sum);
        using OrtModel model = OrtModel.Load(new Graph("embed", embed));
        using var executor = new OrtExecutor(model);

        Assert.Throws<ArgumentException>(() => executor.Run(1, new Dictionary<string, FloatTensor> { ["codes"] = new(1, 2, [0, code]) }));
        Assert.Equal(new float[4], executor.Run(1, new Dictionary<string, FloatTensor> { ["codes"] = new(1, 2, [99, -1]) })[0].Data);
    }

    [Fact]
    public void A_graph_without_an_ONNX_form_is_refused_with_the_node_and_the_reason()
    {
        GraphException e = Assert.Throws<GraphException>(() => OnnxFile.Save(EdgeGolden.Light.Decoder, "never-written.onnx"));

        Assert.Contains("source.harmonic", e.Message, StringComparison.Ordinal);
        Assert.Contains("float64", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists("never-written.onnx"));
    }

    [OnnxRuntimeTheory]
    [InlineData(0)]
    [InlineData(2)]
    public void The_encoder_of_edge_light_gives_the_golden_tokens(int clip)
    {
        float[] samples = EdgeGolden.Samples(clip);
        Graph graph = EdgeGolden.Light.Encoder!;
        int hop = graph["samples"].Shape.Channels, perFrame = graph["samples"].Shape.Rows;
        int frames = samples.Length / (hop * perFrame);
        var input = new Dictionary<string, FloatTensor> { ["samples"] = new(frames * perFrame, hop, samples[..(frames * perFrame * hop)]) };
        using OrtModel model = OrtModel.Load(graph);
        using var executor = new OrtExecutor(model);

        float[] codes = executor.Run(frames, input)[0].Data;

        Assert.Equal(new FloatExecutor(graph).Run(frames, input)[0].Data, codes);
    }

    [OnnxRuntimeTheory]
    [InlineData("light")]
    [InlineData("meter")]
    public void Codes_to_head_of_the_edge_decoders_agree_with_the_float_executor(string name)
    {
        Graph decoder = EdgeGolden.Model(name).Decoder;
        Node head = decoder["decoder.head"];
        var random = new Random(1);

        OrtRun.AssertLikeFloat(head, 1e-4, ragged: false, inputs: i => new FloatTensor(7, i.Shape.Channels, [.. Enumerable.Range(0, 7 * i.Shape.Channels).Select(_ => (float)random.Next(2048))]));
    }

    private static Dictionary<string, FloatTensor> X(params float[] values) => new() { ["x"] = new(values.Length, 1, values) };
}
