using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

namespace Qwen3Tokenizer.Edge.Tests.Reference;

/// <summary>The full-size model's family through ONNX Runtime: every golden case, as the float executor's tests have them.</summary>
public class Qwen3GoldenTests
{
    // The vectors' own goal is 3e-5; the limit that they set is 1e-4.
    private const double Tolerance = 3e-5;

    private static readonly Lazy<OrtModel> TinyEncoder = new(() => OrtModel.Load(Qwen3Golden.Model("tiny").Encoder()));
    private static readonly Lazy<OrtModel> TinyDecoder = new(() => OrtModel.Load(Qwen3Golden.Model("tiny").Decoder));
    private static readonly Lazy<OrtModel> MediumEncoder = new(() => OrtModel.Load(Qwen3Golden.Model("medium").Encoder()));
    private static readonly Lazy<OrtModel> MediumDecoder = new(() => OrtModel.Load(Qwen3Golden.Model("medium").Decoder));

    public static TheoryData<string, string> Encoded => Qwen3Golden.Cases("input.npy");

    public static TheoryData<string, string> Windowed => Qwen3Golden.Cases("codes_windowed.npy");

    public static TheoryData<string, string> Decoded => Qwen3Golden.Cases("wave.npy");

    [OnnxRuntimeTheory]
    [MemberData(nameof(Encoded))]
    public void Codes_equal_the_reference(string model, string name) =>
        Assert.Equal(Qwen3Golden.Codes(model, name), Encode(Encoder(model), model, Qwen3Golden.Array(model, name, "input.npy").Floats));

    [OnnxRuntimeTheory]
    [MemberData(nameof(Windowed))]
    public void With_the_window_of_the_configuration_codes_equal_what_the_reference_would_give_if_it_honoured_it(string model, string name)
    {
        int window = Qwen3Golden.Model(model).Config.Encoder.Window;
        using OrtModel encoder = OrtModel.Load(Qwen3Golden.Model(model).Encoder(window));

        Assert.Equal(Qwen3Golden.Codes(model, name, "codes_windowed.npy"), Encode(encoder, model, Qwen3Golden.Array(model, name, "input.npy").Floats, window));
    }

    [OnnxRuntimeFact]
    public void A_batch_padded_as_the_reference_pads_gives_its_codes()
    {
        Npy padded = Qwen3Golden.Array("tiny", "batch_two", "padded_input.npy");
        int length = padded.Shape[1];
        for (int i = 0; i < 2; i++)
        {
            ushort[] expected = Qwen3Golden.Codes("tiny", "batch_two", $"codes_{i}.npy");
            Assert.Equal(expected, Encode(TinyEncoder.Value, "tiny", padded.Floats.AsSpan(i * length, length))[..expected.Length]);
            Assert.Equal(Qwen3Golden.Codes("tiny", "batch_two", $"codes_{i}_alone.npy"), Encode(TinyEncoder.Value, "tiny", Qwen3Golden.Array("tiny", "batch_two", $"input_{i}.npy").Floats));
        }
    }

    [OnnxRuntimeTheory]
    [InlineData("odd_length", new[] { 1920 })]
    [InlineData("odd_length", new[] { 5000, 17, 1919, 3 })]
    [InlineData("short_700", new[] { 100 })]
    public void Any_split_gives_the_codes_of_the_whole(string name, int[] pieces) =>
        Assert.Equal(Qwen3Golden.Codes("tiny", name), Encode(TinyEncoder.Value, "tiny", Qwen3Golden.Array("tiny", name, "input.npy").Floats, 0, pieces));

    [OnnxRuntimeTheory]
    [MemberData(nameof(Decoded))]
    public void Waves_equal_the_reference(string model, string name) =>
        NodeRun.Close(Qwen3Golden.Array(model, name, "wave.npy").Floats, Decode(model, Qwen3Golden.Codes(model, name)), Tolerance);

    [OnnxRuntimeTheory]
    [InlineData(0)]
    [InlineData(1)]
    public void Waves_of_a_batch_equal_the_reference(int item) =>
        NodeRun.Close(Qwen3Golden.Array("tiny", "batch_two", $"wave_{item}.npy").Floats, Decode("tiny", Qwen3Golden.Codes("tiny", "batch_two", $"codes_{item}.npy")), Tolerance);

    [OnnxRuntimeTheory]
    [InlineData(1)]
    [InlineData(7)]
    public void Any_split_of_the_codes_gives_the_wave_of_the_whole(int piece)
    {
        ushort[] codes = Qwen3Golden.Codes("tiny", "decode_random");
        Qwen3Tts12Hz model = Qwen3Golden.Model("tiny");
        using var stream = new Qwen3TtsDecoding(new OrtExecutor(TinyDecoder.Value), model.Config);
        var parts = new List<float>();
        for (int start = 0; start < codes.Length; start += piece * 16)
        {
            parts.AddRange(stream.Next(codes.AsSpan(start, Math.Min(piece * 16, codes.Length - start)), 16));
        }

        NodeRun.Close(Qwen3Golden.Array("tiny", "decode_random", "wave.npy").Floats, [.. parts], Tolerance);
    }

    [OnnxRuntimeFact]
    public void Intermediates_of_the_encoder_are_within_their_tolerance()
    {
        using var golden = new GoldenActivations();
        var seen = new HashSet<string>();
        float[] samples = Qwen3Golden.Array("tiny", "odd_length", "input.npy").Floats;
        Graph graph = Qwen3Golden.Model("tiny").Encoder();
        using OrtModel model = OrtModel.Load(graph, null, Named(graph, golden.Names("encoder."), "encoder.encoder_transformer.layers.1"));
        using var executor = new OrtExecutor(model);

        executor.Run(new Dictionary<string, FloatTensor> { ["samples"] = new(samples.Length, 1, samples) }, (node, value) =>
        {
            golden.Compare(node.Name, value, seen);
            golden.Compare(node.Name == "encoder.encoder_transformer.layers.1" ? "encoder.encoder_transformer" : "", value, seen);
        });

        // Residuals are inside the quantizers, whose codes are compared elsewhere.
        Assert.Equal(golden.Names("encoder.").Where(n => !n.Contains("residual_in", StringComparison.Ordinal)), seen.Order(StringComparer.Ordinal));
    }

    [OnnxRuntimeFact]
    public void Intermediates_of_the_decoder_are_within_their_tolerance()
    {
        using var golden = new GoldenActivations();
        var seen = new HashSet<string>();
        Graph graph = Qwen3Golden.Model("tiny").Decoder;
        float[] codes = Array.ConvertAll(Qwen3Golden.Codes("tiny", "odd_length"), c => (float)c);
        using OrtModel model = OrtModel.Load(graph, null, Named(graph, golden.Names("decoder.")));
        using var executor = new OrtExecutor(model);

        executor.Run(new Dictionary<string, FloatTensor> { ["codes"] = new(codes.Length / 16, 16, codes) }, (node, value) => golden.Compare(node.Name, value, seen));

        Assert.Equal(golden.Names("decoder."), seen.Order(StringComparer.Ordinal));
    }

    private static Node[] Named(Graph graph, IEnumerable<string> names, params string[] more)
    {
        HashSet<string> wanted = [.. names, .. more];
        return [.. graph.Nodes.Where(n => wanted.Contains(n.Name))];
    }

    private static OrtModel Encoder(string model) => (model == "tiny" ? TinyEncoder : MediumEncoder).Value;

    private static ushort[] Encode(OrtModel encoder, string model, ReadOnlySpan<float> samples, int window = 0, params int[] pieces)
    {
        using var stream = new Qwen3TtsEncoding(new OrtExecutor(encoder), Qwen3Golden.Model(model).Config, window);
        var codes = new List<ushort>();
        for (int i = 0; !samples.IsEmpty; i++)
        {
            int length = pieces.Length == 0 ? samples.Length : Math.Min(samples.Length, pieces[i % pieces.Length]);
            stream.Write(samples[..length], codes);
            samples = samples[length..];
        }

        stream.End(codes);
        return [.. codes];
    }

    private static float[] Decode(string model, ushort[] codes)
    {
        using var executor = new OrtExecutor((model == "tiny" ? TinyDecoder : MediumDecoder).Value);
        return Qwen3TtsDecoding.DecodeInReferenceChunks(executor, Qwen3Golden.Model(model).Config, codes, 16);
    }
}
