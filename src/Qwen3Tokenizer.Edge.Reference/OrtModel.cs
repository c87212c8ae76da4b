using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>A graph loaded into ONNX Runtime. Any number of streams (<see cref="OrtExecutor"/>) may run it at once.</summary>
public sealed class OrtModel : IDisposable
{
    private OrtModel(Graph graph, ModelProto model, IReadOnlyList<Node> observed, Func<InferenceSession> open)
    {
        (Graph, Observed) = (graph, observed);
        States = OnnxState.Of(model);
        CodeRanges = CodeRange.Of(graph);
        Inputs = [.. graph.Nodes.OfType<InputNode>()];
        Session = open();
    }

    /// <summary>The graph.</summary>
    public Graph Graph { get; }

    internal InferenceSession Session { get; }

    internal IReadOnlyList<OnnxState> States { get; }

    internal IReadOnlyList<CodeRange> CodeRanges { get; }

    internal IReadOnlyList<InputNode> Inputs { get; }

    internal IReadOnlyList<Node> Observed { get; }

    /// <summary>Loads a small graph with all its weights in memory.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="options">Options of the session; null for the processor with default settings.</param>
    /// <exception cref="GraphException">A node has no ONNX form.</exception>
    /// <exception cref="OnnxRuntimeException">The runtime refuses the model.</exception>
    /// <exception cref="DllNotFoundException">There is no native library that can be loaded.</exception>
    public static OrtModel Load(Graph graph, SessionOptions? options = null) => Load(graph, options, []);

    /// <summary>Loads a graph whose weights come from a checkpoint, by way of an ONNX file that is kept (<see cref="OnnxFile.Cached(Graph, string)"/>): weights are mapped, not copied, where the runtime can.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="checkpoint">Path of the safetensors file that the graph was built from.</param>
    /// <param name="options">Options of the session; null for the processor with default settings.</param>
    /// <inheritdoc cref="Load(Graph, SessionOptions?)"/>
    /// <exception cref="IOException">The ONNX file cannot be written.</exception>
    public static OrtModel Load(Graph graph, string checkpoint, SessionOptions? options = null)
    {
        string path = OnnxFile.Cached(graph, checkpoint, out ModelProto model);
        return new OrtModel(graph, model, [], () => Open(options, chosen => new InferenceSession(path, chosen)));
    }

    /// <summary>Unloads the model. Streams that run it are invalid from then on.</summary>
    public void Dispose() => Session.Dispose();

    /// <summary>Loads a small graph, of which the values of some nodes can be observed.</summary>
    internal static OrtModel Load(Graph graph, SessionOptions? options, IReadOnlyList<Node> observed)
    {
        ModelProto model = GraphExport.Export(graph, InlineWeights.Instance, observed);
        return new OrtModel(graph, model, observed, () => Open(options, chosen => new InferenceSession(model.ToByteArray(), chosen)));
    }

    private static InferenceSession Open(SessionOptions? options, Func<SessionOptions, InferenceSession> open)
    {
        if (options is not null)
        {
            return open(options);
        }

        using SessionOptions defaults = SelectedDevice.Options(Device.Cpu, new SessionSettings());
        return open(defaults);
    }
}
