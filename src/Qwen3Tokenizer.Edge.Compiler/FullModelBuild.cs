using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Lowering.Passes;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>A full-size decoder in integers.</summary>
/// <param name="Graph">The float graph that was lowered: gains and layer scales are part of its matrices.</param>
/// <param name="Lowered">The integer program.</param>
/// <param name="Plan">Its arena.</param>
/// <param name="Source">Its C source and weights.</param>
public sealed record FullModelSource(Graph Graph, LoweredGraph Lowered, MemoryPlan Plan, ModelSource Source);

/// <summary>The decoder of the full-size model as INT8 C, for desktops and boards with memory for it.</summary>
public static class FullModelBuild
{
    private const int HopsPerFrame = 4;

    /// <summary>Calibrates, lowers and plans the decoder and prints its C source.</summary>
    /// <param name="model">The model.</param>
    /// <param name="calibration">Codes to calibrate on: each the whole of a stream, frame by frame, with every layer of the model.</param>
    /// <param name="options">Where 8 bits are enough.</param>
    /// <param name="layout">Order of the matrices' weights.</param>
    /// <exception cref="BuildException">The model cannot be lowered, or there is nothing to calibrate on; the message says why.</exception>
    public static FullModelSource Emit(Qwen3Tts12Hz model, IReadOnlyList<ushort[]> calibration, LoweringOptions? options = null, WeightLayout layout = WeightLayout.Blocked)
    {
        Graph graph = FoldedGains.Of(model.Decoder);
        List<FloatTensor> streams = [];
        foreach (ushort[] codes in calibration)
        {
            streams.Add(new FloatTensor(codes.Length / model.Config.Layers, model.Config.Layers, Array.ConvertAll(codes, c => (float)c)));
        }

        LoweredGraph lowered = GraphLowering.Lower(graph, CalibrationStatistics.Gather(graph, streams), options);
        MemoryPlan plan = MemoryPlan.Of(lowered.Program);
        int frame = model.Config.SamplesPerFrame;
        var description = new ModelDescription(
            model.Name, model.Config.SampleRate, frame, frame / HopsPerFrame, 0, 1, model.Config.Layers, model.Config.Layers, model.Config.CodebookSize, model.Space);
        string provenance = $"{model.Name}, the decoder of a Qwen3-TTS-Tokenizer-12Hz model, emitted by {HostBuild.Tool}. Do not edit.";
        return new FullModelSource(graph, lowered, plan, new ModelSource(description, lowered.Program, plan, provenance, layout));
    }
}
