using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>What cannot be lowered is refused with one sentence that names the node; nothing is dropped in silence.</summary>
public class LoweringRefusalTests
{
    private static readonly Dictionary<string, (SmallDecoder Decoder, string Message)> Cases = new()
    {
        ["strided convolution"] = (new() { Middle = x => new FoldNode("joined", Strided(x), 1) }, "strided: a convolution of stride 2"),
        ["dilation"] = (new() { Middle = x => new ConvNode("odd", x, new float[12 * 12 * 3], [], 12, 3, dilation: 2) }, "odd: a convolution of stride 1, dilation 2"),
        ["replicate padding"] = (new() { Middle = x => new ConvNode("odd", x, new float[12 * 12 * 3], [], 12, 3, padding: ConvPadding.Replicate) }, "odd: a convolution of stride 1, dilation 1, 1 groups and Replicate"),
        ["groups"] = (new() { Middle = x => new ConvNode("odd", x, new float[12 * 6], [], 12, groups: 2) }, "odd: a convolution of stride 1, dilation 1, 2 groups"),
        ["norm with gain"] = (new() { Norm = x => new LayerNormNode("norm", x, 1e-6, [.. Enumerable.Repeat(2f, SmallDecoder.Narrow)]) }, "norm: a gain or bias"),
        ["norm with bias"] = (new() { Norm = x => new LayerNormNode("norm", x, 1e-6, null, new float[SmallDecoder.Narrow]) }, "norm: a gain or bias"),
        ["ELU"] = (new() { Middle = x => new ActivationNode("elu", new SmallDecoder().Conv("pw", x, 12, 1), ActivationKind.Elu) }, "elu: ActivationNode Elu cannot be lowered here."),
        ["GELU behind a wide convolution"] = (new() { Middle = x => new ActivationNode("gelu", new SmallDecoder().Conv("wide", x, 12, 3), ActivationKind.Gelu) }, "gelu: ActivationNode Gelu cannot be lowered here."),
        ["affine"] = (new() { Middle = x => new AffineNode("affine", x, new float[12], new float[12]) }, "affine: reads AddNode where a log-mel front-end has LogNode."),
        ["delay outside the head"] = (new() { Middle = x => new DelayNode("late", x, 1) }, "late: DelayNode cannot be lowered here."),
        ["slice outside the head"] = (new() { Middle = x => new SliceNode("part", x, 0, 6) }, "part: SliceNode cannot be lowered here."),
        ["sum in the other order"] = (new() { Middle = x => new AddNode("sum", new SmallDecoder().Conv("pw", x, 12, 1), x) }, "sum: AddNode cannot be lowered here."),
        ["sum with an 8-bit value"] = (new() { Middle = x => Sum(new LayerNormNode("n", x, 1e-6)) }, "sum: "),
        ["norm of an 8-bit value"] = (new() { Middle = x => new LayerNormNode("second", new LayerNormNode("first", x, 1e-6), 1e-6) }, "second: reads 'first'"),
        ["convolution of an 8-bit value"] = (new() { Middle = x => new SmallDecoder().Conv("wide", new LayerNormNode("n", x, 1e-6), 12, 3) }, "wide: reads 'n'"),
        ["depthwise of an 8-bit value"] = (new() { Middle = x => new SmallDecoder().Block("b", new LayerNormNode("n", x, 1e-6)) }, "b.dw: reads 'n'"),
        ["too many taps"] = (new() { DepthwiseTaps = 16 }, "b1.dw: 16 taps exceed the 15"),
        ["delayed codes"] = (new() { Codes = x => new DelayNode("later", x, 1) }, "input: reads DelayNode 'later'"),
        ["fold behind a sum"] = (new() { Middle = x => new FoldNode("rows", x, 2) }, "rows: only a fold right behind a matrix"),
        ["a third rate"] = (new() { Middle = x => new FoldNode("back", new SmallDecoder().Conv("pw", new FoldNode("two", new SmallDecoder().Conv("split2", x, 24, 1), 2), 12, 1), 1) }, "split2: makes 2 rows a frame from 1; only one row, then 4 rows"),
        ["one hop a frame"] = (new() { Hops = 1 }, "samples: is not a source-filter head that can be lowered: it has 1 hops"),
        ["short hops"] = (new() { Hop = 32, TransformLength = 64 }, "samples: is not a source-filter head that can be lowered: its hops of 32"),
        ["long transform"] = (new() { TransformLength = 2048 }, "samples: is not a source-filter head that can be lowered: its transform of 2048"),
        ["rows that are not a matrix"] = (new() { Rows = x => new ActivationNode("shift", x, ActivationKind.Elu) }, "shift: the rows of a source-filter head must come from a matrix."),
        ["rows out of a wide convolution"] = (new() { Rows = x => new SmallDecoder().Conv("wide", x, 20, 3) }, "wide: the rows of a source-filter head must come from a matrix."),
        ["two rows muted"] = (Head(new() { Mute = 2 }), "samples: is not a source-filter head that can be lowered: it mutes 2 rows"),
        ["delay of two"] = (Head(new() { Delay = 2 }), "head.harmonic.delayed: delays by 2 rows"),
        ["voicing at once"] = (Head(new() { VoicingNotDelayed = true }), "filter.spectrum: reads SliceNode where a source-filter head has DelayNode."),
        ["another order of filters"] = (Head(new() { PhaseOffset = 1 }), "samples: is not a source-filter head that can be lowered: its rows have another order"),
        ["pitch as voicing"] = (Head(new() { VoicingOffset = 0 }), "samples: is not a source-filter head that can be lowered: its rows have another order"),
        ["limits that differ"] = (Head(new() { NoiseHigh = 2 }), "samples: is not a source-filter head that can be lowered: its two filters have different limits"),
        ["limits too wide"] = (Head(new() { MagnitudeLow = -15 }), "samples: is not a source-filter head that can be lowered: its log magnitudes -15..3 exceed"),
        ["clipped phase"] = (Head(new() { PhaseHigh = 1 }), "samples: is not a source-filter head that can be lowered: phase, pitch or voicing is clipped"),
        ["another window"] = (Head(new() { NoiseWithOtherWindow = true }), "samples: is not a source-filter head that can be lowered: its transforms differ"),
        ["other knots"] = (Head(new() { PhaseWithOtherKnots = true }), "samples: is not a source-filter head that can be lowered: its filters have different knots"),
        ["window above one"] = (Head(new() { WindowScale = 1.5f }), "samples: is not a source-filter head that can be lowered: its window leaves 0..1"),
        ["too many harmonics"] = (Head(new() { PitchMin = 10 }), "source.harmonic: 390 harmonics exceed the 255"),
        ["harmonics up to half the rate"] = (Head(new() { HarmonicLimit = 4000 }), "source.harmonic: pitch up to 500 Hz"),
        ["pitch above a quarter of the rate"] = (Head(new() { PitchMax = 3000 }), "source.harmonic: pitch up to 3000 Hz"),
        ["no dirichlet limit"] = (Head(new() { DirichletEpsilon = 1e-12 }), "source.harmonic: pitch up to 500 Hz"),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_graph_with_a_part_that_has_no_integer_form_is_refused_by_name(string what)
    {
        (SmallDecoder decoder, string message) = Cases[what];
        Graph graph = decoder.Build();
        CalibrationStatistics statistics = decoder.Statistics(graph);

        var e = Assert.Throws<BuildException>(() => Edge.Compiler.Lowering.GraphLowering.Lower(graph, statistics));

        Assert.StartsWith(message, e.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_graph_without_a_source_filter_head_is_refused()
    {
        var decoder = new SmallDecoder();
        Node x = new EmbedNode("input", new InputNode("codes", 1, 3), SmallDecoder.Normal(new Random(1), 3 * 16 * 8).ToArray(), 3, 16, 8, EmbedCombination.Sum);
        var graph = new Graph("headless", decoder.Conv("last", x, 4, 1));

        var e = Assert.Throws<BuildException>(() => decoder.Lower(graph));

        Assert.Contains("'headless' ends neither in a source-filter head nor in a codebook search", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_graph_with_two_outputs_is_refused()
    {
        var decoder = new SmallDecoder();
        Graph one = decoder.Build();
        var two = new Graph("double", one.Outputs[0], one["head"]);

        var e = Assert.Throws<BuildException>(() => decoder.Lower(two));

        Assert.Contains("has 2 outputs", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Calibration_needs_values()
    {
        Graph graph = new SmallDecoder().Build();

        Assert.Throws<BuildException>(() => CalibrationStatistics.Gather(graph, []));
        Assert.Throws<BuildException>(() => CalibrationStatistics.Gather(graph, [SmallDecoder.CodesOf(2, 1)])["nothing"]);
    }

    private static SmallDecoder Head(SmallHead head) => new() { Head = head };

    private static ConvNode Strided(Node x) => new("strided", new FoldNode("two", new SmallDecoder().Conv("split2", x, 24, 1), 2), new float[12 * 12 * 2], [], 12, 2, stride: 2);

    private static AddNode Sum(Node x) => new("sum", x, new SmallDecoder().Conv("branch", x, 12, 1));
}
