using Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;
using Qwen3Tokenizer.Edge.Benchmarks.Peers.Onnx;
using Qwen3Tokenizer.Edge.Benchmarks.Peers.Ort;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers;

/// <summary>Builds all contenders, checks that they compute the same, times them in turns and prints the tables.</summary>
internal sealed class PeerRun : IDisposable
{
    private const int Many = 100;
    private const double LargestFloatDeviation = 1e-3;
    private static readonly int[] TokenCounts = [1, Many];
    private static readonly int[] RowCounts = [1, 4, Many];

    private readonly Options _options;
    private readonly PeerModels _models;
    private readonly OrtApi _api;
    private readonly List<OrtContender> _ort = [];
    private readonly OursLibrary _ours;
    private readonly OneDnn? _oneDnn;
    private readonly Peak _peak;

    /// <summary>Builds the contenders.</summary>
    /// <param name="options">The command line.</param>
    /// <param name="onnxRuntime">ONNX Runtime's library.</param>
    /// <param name="folder">Folder for what is built.</param>
    public PeerRun(Options options, string onnxRuntime, string folder)
    {
        _options = options;
        _models = new PeerModels(EdgeModel.Load(options.Model));
        CCompiler compiler = CCompiler.Find() ?? throw new CompilerNotFoundException();
        _oneDnn = OneDnn.TryLoad(compiler, folder);
        _peak = new Peak(compiler, folder);
        _ours = new OursLibrary(_models.Model, Many, compiler, Path.Combine(folder, "ours"));
        _api = new OrtApi(onnxRuntime);
        foreach (int tokens in TokenCounts)
        {
            foreach (bool quantized in (bool[])[false, true])
            {
                foreach (DepthwiseForm form in Enum.GetValues<DepthwiseForm>().Where(f => quantized || f != DepthwiseForm.QuantizedConv))
                {
                    _ort.Add(new OrtContender(_api, _models, tokens, quantized, form, folder));
                }
            }
        }
    }

    /// <summary>Checks, times and prints Markdown.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine($"{_options.Model}, {_models.Network.MultiplyAccumulates} multiply-accumulates a token from codes to head; ONNX Runtime {_api.Version}, oneDNN {_oneDnn?.Version ?? "absent"}, one thread, {_options.Rounds} interleaved rounds, {MachineState.Processor}.");
        output.WriteLine();
        Dictionary<string, Deviation> deviations = Compare();
        PrintOperators(output);
        List<Contender> ours = [];
        foreach (int tokens in TokenCounts)
        {
            ours.Add(Ours(PeerTables.OursNetwork, tokens, withFilter: false));
            ours.Add(Ours(PeerTables.OursSpeech, tokens, withFilter: true));
        }

        List<(int Tokens, Contender Contender)> network = [];
        List<(ProductShape Shape, Contender Unsigned, Contender Signed)> products = [];
        if (_oneDnn is not null)
        {
            network.AddRange(TokenCounts.Select(t => (t, OneDnnContender($"oneDNN u8 s8, {t}", t, [.. _models.Products(t)], false, Contender.SamplesFor(t), 1))));
            IEnumerable<ProductShape> shapes = RowCounts.SelectMany(r => _models.Products(1).Select(p => p with { Rows = r }).Distinct().OrderBy(p => p.Inputs * p.Outputs));
            products.AddRange(shapes.Select(s => (s, OneDnnContender("u8", 0, [s], false, 5, 20), OneDnnContender("s8", 0, [s], true, 5, 20))));
        }

        var peak = new Contender(_peak.Instruction, 0, 3, 1, _peak.Run, _peak.Operations);
        string before = MachineState.Load;
        Contender.Interleave([.. _ort.Select(o => o.Timing), .. ours, .. network.Select(n => n.Contender), .. products.SelectMany(p => (Contender[])[p.Unsigned, p.Signed]), peak], _options.Rounds);
        output.WriteLine($"Load of the machine before and after the measurements (1 is this benchmark alone): {before}, {MachineState.Load}.");
        output.WriteLine();
        foreach (int tokens in TokenCounts)
        {
            PeerTables.Network(output, tokens, [.. _ort.Select(o => o.Timing), .. ours], network.Find(n => n.Tokens == tokens).Contender, peak, deviations);
        }

        PeerTables.Speech(output, [.. ours.Where(o => o.Name == PeerTables.OursSpeech)], _models.Model.Config.SamplesPerToken / (double)_models.Model.Config.SampleRate);
        PeerTables.Products(output, products, peak);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ours.Dispose();
        foreach (OrtContender contender in _ort)
        {
            contender.Dispose();
        }
    }

    // The same tokens through everything, from the start of a stream: nobody is timed who computes something else.
    private Dictionary<string, Deviation> Compare()
    {
        ushort[] codes = _models.Codes(Many);
        float[] reference = _models.Reference(codes);
        var deviations = new Dictionary<string, Deviation>(StringComparer.Ordinal);
        foreach (OrtContender contender in _ort)
        {
            var deviation = Deviation.Of(reference, contender.Heads(codes));
            deviations[contender.Timing.Name + contender.Timing.Tokens] = deviation;
            if (!contender.IsQuantized && !(deviation.RelativeError <= LargestFloatDeviation))
            {
                throw new InvalidOperationException($"{contender.Timing.Name}: differs from the float executor by {deviation.RelativeError:G3}.");
            }
        }

        _ours.Reset();
        float[] alone = _ours.Heads(codes, withFilter: false);
        _ours.Reset();
        float[] whole = _ours.Heads(codes, withFilter: true);
        if (!alone.AsSpan().SequenceEqual(whole))
        {
            throw new InvalidOperationException("Our network gives other head rows without its source filter.");
        }

        foreach (int tokens in TokenCounts)
        {
            deviations[PeerTables.OursNetwork + tokens] = Deviation.Of(reference, alone);
        }

        return deviations;
    }

    private void PrintOperators(TextWriter output)
    {
        output.WriteLine("Optimised models:");
        output.WriteLine();
        foreach (OrtContender contender in _ort)
        {
            output.WriteLine($"- {contender.Name}, {PeerTables.PerCall(contender.Timing.Tokens)}: {string.Join(", ", contender.Operators.Select(o => $"{o.Count} {o.Operator}"))}");
        }

        output.WriteLine();
    }

    private Contender Ours(string name, int tokens, bool withFilter) =>
        new(name, tokens, Contender.SamplesFor(tokens), 1, _models.InTurn(tokens, codes => _ours.Decode(codes, withFilter)), 2.0 * tokens * _models.Network.MultiplyAccumulates);

    private Contender OneDnnContender(string name, int tokens, List<ProductShape> shapes, bool signed, int samples, int calls) =>
        new(name, tokens, samples, calls, _oneDnn!.Chain(shapes, signed), shapes.Sum(s => s.Operations));
}
