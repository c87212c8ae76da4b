using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Planning;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public class ModelSourceTests
{
    private static readonly ModelDescription Description = new("edge-tiny", 8000, 80, 40, 120, 1, 8, 3, 8, new TokenSpace([.. Enumerable.Range(0, 32).Select(i => (byte)(i * 7))]));

    [Fact]
    public void The_descriptor_prints_the_facts_in_the_order_of_the_interface()
    {
        ModelSource model = Emit();
        MemoryPlan plan = MemoryPlan.Of(new TinyProgram().Program);

        int at = model.Source.IndexOf("const q3e_model q3e_edge_tiny = {", StringComparison.Ordinal);
        string[] lines = [.. model.Source[at..].Split('\n').Select(l => l.Trim())];

        Assert.Equal(
            [
                "const q3e_model q3e_edge_tiny = {", "(uint32_t)sizeof(q3e_model),", "Q3E_ABI_VERSION,", "Q3E_ARITHMETIC_VERSION,", "8000u, /* sample_rate */", "80u, /* frame_samples */",
                "40u, /* hop_samples */", "120u, /* delay_samples */", "1u, /* min_layers */", "8u, /* max_layers */", "3u, /* used_layers */", "8u, /* codebook_size */",
                "Q3E_EDGE_TINY_DECODER_ARENA_BYTES,",
            ],
            lines[..13]);
        Assert.StartsWith("{0x00, 0x07, 0x0e, 0x15,", lines[13], StringComparison.Ordinal);
        Assert.Equal(["\"edge-tiny\",", "reset,", "tokens,", "hops,", "0, 0, 0, 0, 0, 0, NULL, NULL, /* no encoder */", FormattableString.Invariant($"{plan.FrameBytes}u, /* decoder_frame_bytes */"), "conceal", "};"], lines[14..22]);
        Assert.Contains(FormattableString.Invariant($"#define Q3E_EDGE_TINY_DECODER_ARENA_BYTES {plan.ArenaBytes}u\n"), model.Header(), StringComparison.Ordinal);
        Assert.Contains(
            FormattableString.Invariant($"#define Q3E_EDGE_TINY_DECODER_ARENA_BYTES_FOR(frames) (Q3E_EDGE_TINY_DECODER_ARENA_BYTES + ((frames) - 1u) * {plan.FrameBytes}u)\n"),
            model.Header(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Every_operation_is_printed_once_in_the_part_of_its_rate()
    {
        IntegerProgram program = new TinyProgram().Program;
        string source = Emit().Source;
        int hops = source.IndexOf("static void hops(", StringComparison.Ordinal);

        foreach (IntegerOperation operation in program.Operations)
        {
            string call = $"Q3E_TRACE_BUFFER(\"{operation.Name}\",";
            int at = source.IndexOf(call, StringComparison.Ordinal);
            Assert.True(at >= 0, operation.Name);
            Assert.Equal(-1, source.IndexOf(call, at + 1, StringComparison.Ordinal));
            Assert.Equal(operation.Inputs.Any(i => i.Rows == 2), at > hops);
        }
    }

    [Fact]
    public void The_same_model_gives_the_same_text_without_time_or_place()
    {
        ModelSource one = Emit(), two = Emit();
        string[] texts = Texts(one);

        Assert.Equal(texts, Texts(two));
        Assert.Equal(one.Weights.Binary(), two.Weights.Binary());
        foreach (string text in texts)
        {
            Assert.DoesNotContain(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory), text, StringComparison.Ordinal);
            Assert.DoesNotContain(Path.TrimEndingDirectorySeparator(Path.GetTempPath()), text, StringComparison.Ordinal);
            Assert.DoesNotContain(Environment.MachineName, text, StringComparison.Ordinal);
            Assert.DoesNotContain(DateTime.UtcNow.Year.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
            Assert.DoesNotContain('\r', text);
        }
    }

    [Theory]
    [InlineData("bad */ name")]
    [InlineData("a\"b")]
    [InlineData("a\nb")]
    public void A_node_name_that_could_leave_a_comment_or_a_string_is_refused(string name)
    {
        IntegerProgram program = new TinyProgram().Program;
        IntegerOperation[] operations = [.. program.Operations];
        operations[2] = operations[2] with { Name = name };
        program = program with { Operations = operations };

        var e = Assert.Throws<BuildException>(() => new ModelSource(Description, program, MemoryPlan.Of(program), "test"));

        Assert.Contains("The node '", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ends */ here")]
    [InlineData("two\nlines")]
    public void A_provenance_that_leaves_its_comment_is_refused(string provenance)
    {
        IntegerProgram program = new TinyProgram().Program;

        Assert.Throws<BuildException>(() => new ModelSource(Description, program, MemoryPlan.Of(program), provenance));
    }

    [Fact]
    public void The_conformance_program_has_room_for_any_frame() =>
        Assert.Contains("#define FRAME_SAMPLES 15360\n", ConformanceSource.Program(new CNames("edge-wide"), 15360), StringComparison.Ordinal);

    [Fact]
    public void The_text_does_not_depend_on_the_culture()
    {
        string[] expected = Texts(Emit());
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = OtherCulture.Create();

            Assert.Equal(expected, Texts(Emit()));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string[] Texts(ModelSource m) =>
        [m.Source, m.Header(), m.Weights.Header(m.Names), m.Weights.Assembler(m.Names), m.Weights.CArrays(m.Names), ConformanceSource.Program(m.Names, 80)];

    private static ModelSource Emit()
    {
        IntegerProgram program = new TinyProgram().Program;
        return new ModelSource(Description, program, MemoryPlan.Of(program), "edge-tiny, emitted by a test. Do not edit.");
    }
}
