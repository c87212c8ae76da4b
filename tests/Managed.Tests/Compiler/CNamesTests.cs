using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public partial class CNamesTests
{
    public static TheoryData<string> Hostile =>
    [
        "", "a b", "a\"b", "a'b", "a\\", "a\n#include \"x\"", "a*/ int x; /*", "%s%n", "a??/", "modèle", "a\0b", "..\\a", "a/b", "a;b", "$(x)", "${x}", "a\u202eb", new string('a', 129),
    ];

    [Theory]
    [InlineData("edge-light", "edge_light", "q3e_edge_light", "Q3E_EDGE_LIGHT_DECODER_ARENA_BYTES")]
    [InlineData("Model.V2", "model_v2", "q3e_model_v2", "Q3E_MODEL_V2_DECODER_ARENA_BYTES")]
    [InlineData("2fast", "_2fast", "q3e__2fast", "Q3E__2FAST_DECODER_ARENA_BYTES")]
    [InlineData("-", "_", "q3e__", "Q3E___DECODER_ARENA_BYTES")]
    public void A_model_name_gives_the_names_of_its_library(string model, string stem, string descriptor, string macro)
    {
        var names = new CNames(model);

        Assert.Equal((stem, descriptor, macro), (names.Stem, names.Descriptor, names.ArenaMacro));
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_model_name_that_could_leave_a_comment_a_string_or_a_format_is_refused_in_one_line(string name)
    {
        var e = Assert.Throws<BuildException>(() => new CNames(name));

        Assert.Contains("rename", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(e.Message, char.IsControl);
    }

    [Theory]
    [InlineData("q3e")]
    [InlineData("Q3E")]
    [InlineData("q3e-kernels")]
    [InlineData("string")]
    [InlineData("stdint")]
    [InlineData("vectors")]
    public void A_model_name_whose_header_would_hide_another_is_refused(string name)
    {
        var e = Assert.Throws<BuildException>(() => new CNames(name));

        Assert.Contains("is that of a C header", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Every_name_becomes_an_identifier(string name) => Assert.Matches(Identifier(), CNames.Identifier(name));

    [Fact]
    public void A_tensor_has_the_name_of_its_model_node_and_part() =>
        Assert.Equal("q3e_edge_light_decoder_conv_in_weight", new CNames("edge-light").Tensor("decoder.conv_in", "weight"));

    [GeneratedRegex("^[a-z_][a-z0-9_]*$")]
    private static partial Regex Identifier();
}
