using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Benchmarks.Peers.Onnx;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers;

/// <summary>The network from codes to head of a model, the tokens that it is run on, and its ONNX forms.</summary>
internal sealed class PeerModels
{
    private const string Head = "decoder.head";
    private readonly Dictionary<string, ValueHistogram> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ValueHistogram> _outputs = new(StringComparer.Ordinal);

    /// <summary>Calibrates the quantized form on the clips that our own library is calibrated on.</summary>
    public PeerModels(EdgeModel model)
    {
        Model = model;
        Network = new Graph("codes-to-head", model.Decoder[Head]);
        var executor = new FloatExecutor(Network);
        foreach (TokenClip clip in CalibrationClips.Load(model))
        {
            executor.Reset();
            executor.Run(clip.Frames, Input(EdgeCodec.CodesOf(model, clip, 0, clip.Frames)), Observe);
        }

        string quickstart = Path.Combine(Path.GetDirectoryName(BuiltInModels.PathOf(BuiltInModels.Default))!, "clips", "quickstart.wav");
        Speech = EdgeCodec.Encode(model, AudioFile.Read(quickstart).Resample(model.Config.SampleRate).ToMono());
    }

    /// <summary>The model.</summary>
    public EdgeModel Model { get; }

    /// <summary>Codes to head rows.</summary>
    public Graph Network { get; }

    /// <summary>Tokens of the quickstart clip, which is not a calibration clip.</summary>
    public TokenClip Speech { get; }

    /// <summary>Codes [tokens, layers] of the quickstart clip, repeated to the wanted length.</summary>
    public ushort[] Codes(int tokens)
    {
        var codes = new ushort[tokens * Speech.Layers];
        for (int t = 0; t < tokens; t++)
        {
            Speech.Frame(t % Speech.Frames).CopyTo(codes.AsSpan(t * Speech.Layers));
        }

        return codes;
    }

    /// <summary>Runs a call with the next tokens of the quickstart clip every time; they are cut beforehand, so that nothing but the call is timed.</summary>
    public Action InTurn(int tokens, Action<ushort[]> call)
    {
        int layers = Speech.Layers, cuts = Math.Max(1, Speech.Frames / tokens), next = 0;
        ushort[] all = Codes(cuts * tokens);
        ushort[][] parts = [.. Enumerable.Range(0, cuts).Select(i => all.AsSpan(i * tokens * layers, tokens * layers).ToArray())];
        return () =>
        {
            call(parts[next]);
            next = (next + 1) % cuts;
        };
    }

    /// <summary>Head rows of codes by the float executor, from the start of a stream.</summary>
    public float[] Reference(ushort[] codes)
    {
        int tokens = codes.Length / Speech.Layers;
        var input = new FloatTensor(tokens, Speech.Layers, Array.ConvertAll(codes, c => (float)c));
        return new FloatExecutor(Network).Run(tokens, Input(input))[0].Data;
    }

    /// <summary>The dense matrix products of a call of some tokens, in their order.</summary>
    public IEnumerable<Harness.ProductShape> Products(int tokens) =>
        Network.Nodes.OfType<ConvNode>().Where(c => !c.IsDepthwise).Select(c => new Harness.ProductShape(tokens * c.Shape.Rows, c.Weight.Length / c.Shape.Channels, c.Shape.Channels));

    /// <summary>An ONNX form.</summary>
    public ExportedModel Export(int tokens, bool quantized, DepthwiseForm form) =>
        CodesToHeadExporter.Export(Network, tokens, form, graph => quantized ? new QuantizedLinearWriter(graph, _inputs, form == DepthwiseForm.QuantizedConv ? _outputs : null) : new LinearWriter(graph));

    private static Dictionary<string, FloatTensor> Input(FloatTensor codes) => new() { ["codes"] = codes };

    // What a node with weights reads and gives, by its name.
    private void Observe(Node node, FloatTensor value)
    {
        foreach (ConvNode reader in Network.Nodes.OfType<ConvNode>().Where(c => c.Inputs[0] == node))
        {
            Add(_inputs, reader, value);
        }

        if (node is ConvNode)
        {
            Add(_outputs, node, value);
        }
    }

    private static void Add(Dictionary<string, ValueHistogram> histograms, Node node, FloatTensor value)
    {
        if (!histograms.TryGetValue(node.Name, out ValueHistogram? histogram))
        {
            histograms.Add(node.Name, histogram = new ValueHistogram());
        }

        histogram.Add(value.Data);
    }
}
