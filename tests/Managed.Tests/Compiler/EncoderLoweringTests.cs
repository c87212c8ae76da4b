using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>An encoder graph lowers to a front-end, the decoder's kinds of blocks and a codebook search, whose codes are float's; what has no integer form is refused by name.</summary>
public class EncoderLoweringTests
{
    private static readonly Dictionary<string, (SmallEncoder Encoder, string Message)> Cases = new()
    {
        ["samples that are not the input"] = (new() { Samples = x => new SliceNode("part", x, 0, 40) }, "normalized: is not a log-mel front-end that can be lowered."),
        ["a short transform"] = (new() { TransformLength = 64 }, "normalized: is not a log-mel front-end that can be lowered."),
        ["a long transform"] = (new() { TransformLength = 4096 }, "normalized: is not a log-mel front-end that can be lowered."),
        ["a window above one"] = (new() { WindowScale = 1.5f }, "normalized: is not a log-mel front-end that can be lowered."),
        ["an odd hop"] = (new() { Hop = 33 }, "normalized: is not a log-mel front-end that can be lowered."),
        ["bands with a bias"] = (new() { MelBias = 0.1f }, "normalized: is not a log-mel front-end that can be lowered."),
        ["bands above one"] = (new() { MelScale = 1.5f }, "normalized: is not a log-mel front-end that can be lowered."),
        ["a band without weights"] = (new() { MelScale = 1e-8f }, "mel: band 0 has no weight."),
        ["no floor"] = (new() { Floor = 1e-15f }, "log: floor 1E-15 is below what fixed point resolves."),
        ["energies that are changed"] = (new() { Energies = x => new AffineNode("scaled", x, new float[10], new float[10]) }, "scaled: reads ConvNode where a log-mel front-end has LogNode."),
        ["a mean out of range"] = (new() { Mean = -1e6f }, "normalized: the normalization of a band may reach"),
        ["a norm of joined rows"] = (new() { Joined = x => new LayerNormNode("again", x, 1e-6) }, "joined: 'again' reads rows that a fold joined; only a matrix can."),
        ["a depthwise convolution of joined rows"] = (new() { Joined = x => new SmallDecoder().Block("odd", x) }, "joined: 'odd.dw' reads rows that a fold joined; only a matrix can."),
        ["a convolution over joined rows"] = (new() { Joined = x => new SmallDecoder().Conv("odd", x, 12, 3) }, "joined: 'odd' reads rows that a fold joined; only a matrix can."),
        ["a latent of 8 bits"] = (new() { Latent = x => new LayerNormNode("last", x, 1e-6) }, "codes: a codebook search reads one row a frame of at most 256 16-bit values."),
        ["codes for every hop"] = (new() { Joined = x => new FoldNode("back", x, 4) }, "joined: 'back' reads rows that a fold joined; only a matrix can."),
        ["entries far larger than the latent"] = (new() { EntryScale = 1e9f }, "codes: the entries are too large for a latent step of"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void An_encoder_with_a_part_that_has_no_integer_form_is_refused_by_name(string what)
    {
        (SmallEncoder encoder, string message) = Cases[what];
        Graph graph = encoder.Build();

        var e = Assert.Throws<BuildException>(() => encoder.Lower(graph));

        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void An_encoder_lowers_to_front_end_blocks_and_search_in_the_order_of_the_graph()
    {
        var encoder = new SmallEncoder();
        IntegerProgram program = encoder.Lower(encoder.Build()).Program;

        Assert.True(program.IsEncoder);
        Assert.Equal(SmallEncoder.Hops, program.Hops);
        Assert.Equal(
            ["normalized", "e_in.window", "e_in", "e1.dw", "e1.norm", "e1.pw1", "e1", "norm1", "merge", "e2.dw", "e2.norm", "e2.pw1", "e2", "norm2", "proj", "codes"],
            program.Operations.Select(o => o.Name));
        var merge = (LinearOperation)program.Operations[8];
        Assert.Equal((4, 12, 48, 1), (merge.Input.Rows, merge.Input.Channels, merge.Matrix.In, merge.Matrix.RowsOf(merge.Input)));
    }

    [Fact]
    public void The_constants_of_the_front_end_are_the_graphs_in_fixed_point()
    {
        var encoder = new SmallEncoder { TransformLength = 256 };
        IntegerProgram program = encoder.Lower(encoder.Build()).Program;
        var front = (FrontEndOperation)program.Operations[0];
        FrontEndConstants c = front.Constants;

        // 52 - log2(256) = 44 fraction bits; ln x is log2 x / log2 e.
        Assert.Equal((ulong)Math.Round(1e-3f * Math.Pow(2, 44)), c.Floor);
        Assert.Equal((40, 8), (c.Hop, c.Log2Fft));
        Assert.All(c.Offset, o => Assert.Equal(-2 * Math.Log2(Math.E) * (1 << 26), o, 0.51));
        Assert.All(c.Gain, g => Assert.Equal(0.5 / Math.Log2(Math.E) / (1 << 26) / front.Output.Scale, Math.ScaleB(g, c.LeftShift - 32), Math.ScaleB(0.5, c.LeftShift - 32)));
        Assert.Equal(int.MaxValue, c.Window[128]);
        Assert.Equal(1 << 30, c.Window[64]);

        // 128 bins over 11 half widths: band j rises from bin 128 j / 11 and falls to bin 128 (j + 2) / 11.
        for (int j = 0, at = 0; j < SmallEncoder.Bands; at += c.Count[j++])
        {
            Assert.Equal((int)Math.Floor(128.0 * j / 11) + 1, c.First[j]);
            Assert.Equal((int)Math.Ceiling(128.0 * (j + 2) / 11) - 1, c.First[j] + c.Count[j] - 1);
            for (int k = 0; k < c.Count[j]; k++)
                Assert.Equal(0.1 * (1 - Math.Abs(c.First[j] + k - (128.0 * (j + 1) / 11)) * 11 / 128), Math.ScaleB(c.Weight[at + k], -20), 1e-6);
        }
    }

    [Theory]
    [InlineData(40, 128, 3)]
    [InlineData(160, 512, 5)]
    [InlineData(320, 2048, 1)]
    public void The_integer_encoder_gives_the_codes_of_the_float_graph(int hop, int transform, int taps)
    {
        const int frames = 80;
        var encoder = new SmallEncoder { Hop = hop, TransformLength = transform, Taps = taps };
        Graph graph = encoder.Build();
        var oracle = new IntegerEncoderOracle(encoder.Lower(graph).Program);
        short[] pcm = encoder.Pcm(frames, 9);
        FloatTensor expected = new FloatExecutor(graph).Run(frames, new Dictionary<string, FloatTensor> { ["samples"] = encoder.Stream(frames, 9) })[0];

        var equal = new int[SmallEncoder.Layers];
        for (int t = 0; t < frames; t++)
        {
            ushort[] codes = oracle.EncodeFrame(pcm.AsSpan(t * encoder.FrameSamples, encoder.FrameSamples), SmallEncoder.Layers);
            for (int l = 0; l < equal.Length; l++)
                equal[l] += codes[l] == (int)expected.Row(t)[l] ? 1 : 0;
        }

        Assert.True(equal[0] >= 0.95 * frames, $"{equal[0]} of {frames} codes of layer 0 are equal");
        Assert.True(equal[2] >= 0.8 * frames, $"{equal[2]} of {frames} codes of layer 2 are equal");
        Assert.True(Enumerable.Range(0, frames).Select(t => expected.Row(t)[0]).Distinct().Count() >= 4);
    }
}
