using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Lowering.Simulation;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Quantization;

/// <summary>
/// A student's decoder network as the emitted INT8 library would compute it with the student's present weights, for quantization-aware training (Jacob et al. 2018): the compiler lowers the student after
/// every step, and the network that trains computes with what came out. Gradients go straight through to the student's own weights, which stay in float.
/// </summary>
public sealed class IntegerNetwork
{
    private readonly Graph _decoder;
    private readonly CalibrationStatistics _statistics;
    private readonly LoweringOptions _options;
    private readonly IntegerSimulation _simulation;
    private readonly Dictionary<string, Parameter> _own;

    /// <summary>Lowers a student.</summary>
    /// <param name="student">The student.</param>
    /// <param name="statistics">Statistics of its values: they fix the activations' steps for the whole stage.</param>
    /// <param name="options">Where 8 bits are enough; null for the compiler's own.</param>
    /// <exception cref="Compiler.BuildException">The student cannot be lowered.</exception>
    public IntegerNetwork(Student student, CalibrationStatistics statistics, LoweringOptions? options = null)
    {
        (_statistics, _options) = (statistics, options ?? new LoweringOptions());
        _decoder = EdgeCodecGraphs.Decoder(student.Config, student.Weights, student.Config.Model);
        var network = new Graph(_decoder.Name, _decoder["decoder.head"]);
        _own = network.Nodes.SelectMany(n => n.Parameters).ToDictionary(p => p.Name, StringComparer.Ordinal);
        Program = GraphLowering.Lower(_decoder, _statistics, _options).Program;
        _simulation = new IntegerSimulation(network, Program);
    }

    /// <summary>What the student was lowered to last.</summary>
    public IntegerProgram Program { get; private set; }

    /// <summary>The head rows as the integers give them.</summary>
    public Node Head => _simulation.Graph.Outputs[0];

    /// <summary>Statistics of a student's values on speech.</summary>
    /// <param name="student">A student that only decodes, or an edge codec.</param>
    /// <param name="tokens">Clips of its token space, with at least its layers.</param>
    public static CalibrationStatistics Calibrate(Student student, IEnumerable<TokenClip> tokens)
    {
        Graph decoder = EdgeCodecGraphs.Decoder(student.Config, student.Weights, student.Config.Model);
        return CalibrationStatistics.Gather(decoder, [.. tokens.Select(t => Codes(t, student.Config.NumQuantizers))]);
    }

    /// <summary>Codes of a clip as a decoder's input, [frames, layers].</summary>
    public static FloatTensor Codes(TokenClip clip, int layers)
    {
        var codes = new FloatTensor(clip.Frames, layers);
        for (int i = 0; i < codes.Data.Length; i++)
        {
            codes.Data[i] = clip[i / layers, i % layers];
        }

        return codes;
    }

    /// <summary>To be called after the student's weights changed, while nothing runs.</summary>
    public void Update()
    {
        Program = GraphLowering.Lower(_decoder, _statistics, _options).Program;
        _simulation.Update(Program);
    }

    /// <summary>The gradients of an executor of <see cref="Head"/> as gradients of the student's own weights: straight through the rounding.</summary>
    public IReadOnlyList<ParameterGradient> StraightThrough(IReadOnlyList<ParameterGradient> gradients) => [.. gradients.Select(g => g with { Parameter = _own[g.Parameter.Name] })];
}
