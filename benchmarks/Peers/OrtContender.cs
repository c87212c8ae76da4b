using Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;
using Qwen3Tokenizer.Edge.Benchmarks.Peers.Onnx;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using Qwen3Tokenizer.Edge.Benchmarks.Peers.Ort;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers;

/// <summary>One ONNX form in ONNX Runtime: what it was optimised to, how near it is to float, and how it is timed.</summary>
internal sealed class OrtContender : IDisposable
{
    private readonly OrtRunner _runner;
    private readonly ExportedModel _model;

    /// <summary>Exports, creates the session and reads the optimised model.</summary>
    public OrtContender(OrtApi api, PeerModels models, int tokens, bool quantized, DepthwiseForm form, string folder)
    {
        string name = $"{(quantized ? "QDQ" : "FP32")}, depthwise as {form switch { DepthwiseForm.Conv => "Conv", DepthwiseForm.QuantizedConv => "INT8 Conv", _ => "windows" }}";
        (IsQuantized, Name) = (quantized, name);
        _model = models.Export(tokens, quantized, form);
        string optimized = Path.Combine(folder, $"{(quantized ? "qdq" : "fp32")}-{form}-{tokens}.optimized.onnx");
        _runner = new OrtRunner(api, _model, optimized);
        GraphProto graph = ModelProto.Parser.ParseFrom(File.ReadAllBytes(optimized)).Graph;
        Operators = graph.Node.GroupBy(n => n.OpType).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.Count())).ToList();

        // Every matrix product must have become one of the kernels that the form is about.
        int products = models.Products(tokens).Count(), kernels = Operators.Where(o => o.Operator is "QGemm" or "QLinearMatMul" or "MatMulIntegerToFloat").Sum(o => o.Count);
        if (quantized && kernels != products)
        {
            throw new InvalidOperationException($"{name}: ONNX Runtime made {kernels} of {products} products to INT8 kernels; the comparison would not be fair.");
        }

        Timing = new Contender($"ONNX Runtime {name}", tokens, Contender.SamplesFor(tokens), 1, models.InTurn(tokens, codes => _runner.Run(codes)), 2.0 * tokens * models.Network.MultiplyAccumulates);
    }

    /// <summary>Form.</summary>
    public string Name { get; }

    /// <summary>Whether it is QDQ.</summary>
    public bool IsQuantized { get; }

    /// <summary>Operators of the optimised model and how many of each, the most frequent first.</summary>
    public IReadOnlyList<(string Operator, int Count)> Operators { get; }

    /// <summary>How it is timed.</summary>
    public Contender Timing { get; }

    /// <summary>Head rows of codes from the start of a stream, call by call.</summary>
    public float[] Heads(ReadOnlySpan<ushort> codes)
    {
        var heads = new List<float>();
        _runner.Reset();
        int call = _model.Tokens * _model.Layers;
        for (int start = 0; start < codes.Length; start += call)
        {
            _runner.Run(codes.Slice(start, call));
            heads.AddRange(_runner.Head);
        }

        return [.. heads];
    }

    /// <inheritdoc/>
    public void Dispose() => _runner.Dispose();
}
