using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Compiler.FullModel;

/// <summary>The small golden models of the full-size family, lowered once.</summary>
internal static class FullModelPrograms
{
    public const int Layers = 16;
    private static readonly Lazy<FullModelSource> TinyRows = new(() => Emit("tiny", WeightLayout.Rows)), TinyBlocked = new(() => Emit("tiny", WeightLayout.Blocked));
    private static readonly Lazy<FullModelSource> TinyWide = new(() => Emit("tiny", WeightLayout.Blocked, new LoweringOptions { ActivationSqnr = 200 }));

    public static FullModelSource Tiny => TinyRows.Value;

    public static FullModelSource TinyInBlocks => TinyBlocked.Value;

    /// <summary>With 16 bits wherever there is a choice.</summary>
    public static FullModelSource TinyInWide => TinyWide.Value;

    public static FullModelSource Emit(string model, WeightLayout layout, LoweringOptions? options = null)
    {
        string calibration = model == "tiny" ? "speech_en" : "speech_de";
        return FullModelBuild.Emit(Qwen3Golden.Model(model), [Qwen3Golden.Codes(model, calibration)], options, layout);
    }

    /// <summary>The oracle's samples of codes, frame by frame.</summary>
    public static short[] Decode(FullModelSource source, ReadOnlySpan<ushort> codes, int layers = Layers, IList<TraceEntry>? trace = null)
    {
        var oracle = new IntegerOracle(source.Lowered.Program);
        List<short> samples = [];
        for (int start = 0; start < codes.Length; start += layers)
        {
            samples.AddRange(oracle.DecodeFrame(codes.Slice(start, layers), trace));
        }

        return [.. samples];
    }
}
