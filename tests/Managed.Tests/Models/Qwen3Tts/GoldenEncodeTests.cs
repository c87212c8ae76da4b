using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

/// <summary>The float executor encodes as the authors' code does: every code of every golden case.</summary>
public class GoldenEncodeTests
{
    public static TheoryData<string, string> Encoded => Qwen3Golden.Cases("input.npy");

    public static TheoryData<string, string> Windowed => Qwen3Golden.Cases("codes_windowed.npy");

    [Theory]
    [MemberData(nameof(Encoded))]
    public void Codes_equal_the_reference(string model, string name) =>
        Assert.Equal(Qwen3Golden.Codes(model, name), Encode(model, Qwen3Golden.Array(model, name, "input.npy").Floats));

    [Theory]
    [MemberData(nameof(Windowed))]
    public void With_the_window_of_the_configuration_codes_equal_what_the_reference_would_give_if_it_honoured_it(string model, string name) =>
        Assert.Equal(
            Qwen3Golden.Codes(model, name, "codes_windowed.npy"),
            Encode(model, Qwen3Golden.Array(model, name, "input.npy").Floats, Qwen3Golden.Model(model).Config.Encoder.Window));

    [Fact]
    public void Every_golden_case_is_seen()
    {
        Assert.Equal(11, Encoded.Count);
        Assert.Equal(9, Windowed.Count);
    }

    [Fact]
    public void A_batch_padded_as_the_reference_pads_gives_its_codes()
    {
        // The reference encodes the zero-padded clips and keeps as many frames as the true samples fill.
        Npy padded = Qwen3Golden.Array("tiny", "batch_two", "padded_input.npy");
        int length = padded.Shape[1];
        for (int i = 0; i < 2; i++)
        {
            ushort[] expected = Qwen3Golden.Codes("tiny", "batch_two", $"codes_{i}.npy");
            ushort[] actual = Encode("tiny", padded.Floats.AsSpan(i * length, length));
            Assert.Equal(expected, actual[..expected.Length]);
            Assert.Equal(Qwen3Golden.Codes("tiny", "batch_two", $"codes_{i}_alone.npy"), Encode("tiny", Qwen3Golden.Array("tiny", "batch_two", $"input_{i}.npy").Floats));
        }
    }

    [Theory]
    [InlineData("odd_length", new[] { 1920 })]
    [InlineData("odd_length", new[] { 1 })]
    [InlineData("odd_length", new[] { 5000, 17, 1919, 3 })]
    [InlineData("short_700", new[] { 100 })]
    public void Any_split_gives_the_codes_of_the_whole(string name, int[] pieces)
    {
        float[] samples = Qwen3Golden.Array("tiny", name, "input.npy").Floats;
        int window = Qwen3Golden.Model("tiny").Config.Encoder.Window;

        foreach (int w in (ReadOnlySpan<int>)[0, window])
        {
            Assert.Equal(Encode("tiny", samples, w), Encode("tiny", samples, w, pieces));
        }
    }

    [Fact]
    public void Intermediates_of_the_encoder_are_within_their_tolerance()
    {
        using var golden = new GoldenActivations();
        var seen = new HashSet<string>();
        float[] samples = Qwen3Golden.Array("tiny", "odd_length", "input.npy").Floats;
        var executor = new FloatExecutor(Qwen3Golden.Model("tiny").Encoder());

        var projected = new Dictionary<string, FloatTensor>();
        FloatTensor[] codes = executor.RunEnd(new Dictionary<string, FloatTensor> { ["samples"] = new(samples.Length, 1, samples) }, (node, value) =>
        {
            golden.Compare(node.Name, value, seen);
            projected[node.Name] = value;
        });

        // The last layer's value is the transformer's: it has no norm of its own.
        golden.Compare("encoder.encoder_transformer", projected["encoder.encoder_transformer.layers.1"], seen);
        CompareResiduals(golden, executor.Graph, "semantic", codes[0], projected["encoder.quantizer.semantic.input_proj"], 0, seen);
        CompareResiduals(golden, executor.Graph, "acoustic", codes[1], projected["encoder.quantizer.acoustic.input_proj"], 1, seen);
        Assert.Equal(golden.Names("encoder."), seen.Order(StringComparer.Ordinal));
    }

    // What is left of the latent before each layer, from the codes and the folded codebooks.
    private static void CompareResiduals(GoldenActivations golden, Graph graph, string kind, FloatTensor codes, FloatTensor latent, int firstColumn, HashSet<string> seen)
    {
        var quantize = (QuantizeNode)graph[$"codes.{kind}"];
        var residual = new FloatTensor(latent.Rows, latent.Channels, (float[])latent.Data.Clone());
        for (int layer = 0; layer < codes.Channels; layer++)
        {
            golden.Compare($"encoder.quantizer.residual_in.{firstColumn + layer:00}", residual, seen);
            for (int row = 0; row < residual.Rows; row++)
            {
                ReadOnlySpan<float> entry = quantize.Codebooks.Span.Slice(((layer * quantize.Entries) + (int)codes.Row(row)[layer]) * latent.Channels, latent.Channels);
                TensorPrimitives.Subtract(residual.Row(row), entry, residual.Row(row));
            }
        }
    }

    private static ushort[] Encode(string model, ReadOnlySpan<float> samples, int window = 0, params int[] pieces)
    {
        Qwen3Tts12Hz loaded = Qwen3Golden.Model(model);
        using var stream = new Qwen3TtsEncoding(new FloatExecutor(loaded.Encoder(window)), loaded.Config, window);
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
}
