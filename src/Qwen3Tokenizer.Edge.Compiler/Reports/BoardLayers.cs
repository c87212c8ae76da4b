using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Compiler.Planning;

namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>The layers of a build with all that they cost on its board.</summary>
/// <param name="Decoder">Operations of the decoder in order.</param>
/// <param name="Encoder">Those of the encoder; null where there is none.</param>
internal sealed record BoardLayers(IReadOnlyList<LayerReport> Decoder, IReadOnlyList<LayerReport>? Encoder)
{
    /// <summary>Puts together what is known of each layer.</summary>
    public static BoardLayers Of(LoweredGraph lowered, MemoryPlan plan, ModelSource source, BoardTime time, Func<string, double> sqnr)
    {
        long[][] flash = LayerMemory.Flash(source.Weights, source.Names, source.Encoder is { } e ? [lowered.Program, e.Program] : [lowered.Program]);
        IReadOnlyList<LayerReport> decoder = With(BuildReport.LayersOf(lowered, sqnr), flash[0], LayerMemory.State(lowered.Program, plan), LayerMemory.Live(lowered.Program, plan), time.Decoder);
        return new BoardLayers(decoder, source.Encoder is { } encoder
            ? With(BuildReport.LayersOf(encoder.Program), flash[1], LayerMemory.State(encoder.Program, encoder.Plan), LayerMemory.Live(encoder.Program, encoder.Plan), time.Encoder)
            : null);
    }

    /// <summary>The flash by kind.</summary>
    /// <param name="source">What was emitted.</param>
    /// <param name="libraryBytes">All of the library.</param>
    public FlashParts Flash(ModelSource source, long libraryBytes)
    {
        // Nothing but the tensors is known of a library that was not compiled, their alignment no more than the rest.
        long stored = source.Weights.Binary().Length;
        long alignment = libraryBytes > source.Weights.Bytes ? stored - source.Weights.Bytes : 0;
        return new FlashParts(Decoder.Sum(l => l.FlashBytes), Encoder?.Sum(l => l.FlashBytes) ?? 0, alignment, libraryBytes - source.Weights.Bytes - alignment);
    }

    private static List<LayerReport> With(List<LayerReport> layers, long[] flash, long[] state, long[] live, FrameCosts.Result? time) =>
        [.. layers.Select((l, i) => l with { FlashBytes = flash[i], StateBytes = state[i], LiveBytes = live[i], Instructions = time?.Layers[i].Instructions, Cycles = time?.Layers[i].Cycles })];
}
