using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Teachers;

/// <summary>A full-size model as teacher, on the golden vectors of the reference.</summary>
public sealed class FullTeacherTests
{
    [Fact]
    public void Its_codes_and_waves_are_the_references()
    {
        using ITeacher teacher = TeacherChoice.Open(Qwen3Golden.Folder("tiny"), "cpu");
        float[] speech = Qwen3Golden.Array("tiny", "odd_length", "input.npy").Floats.ToArray();
        ushort[] codes = teacher.Encode(speech);
        Assert.Equal(Qwen3Golden.Codes("tiny", "odd_length"), codes);
        float[] wave = teacher.Decode(codes), expected = Qwen3Golden.Array("tiny", "odd_length", "wave.npy").Floats.ToArray();
        Assert.Equal(expected.Length, wave.Length);
        Assert.All(Enumerable.Range(0, wave.Length), i => Assert.Equal(expected[i], wave[i], 3e-5));
        Assert.Equal((24000, 1920, 16, 256, 0), (teacher.Facts.Rate.SampleRate, teacher.Facts.Rate.SamplesPerFrame, teacher.Facts.Layers, teacher.Facts.CodebookSize, teacher.Facts.Delay));
    }

    [Fact]
    public void Its_codebooks_are_two_groups_of_layers_and_outlive_it()
    {
        IReadOnlyList<CodebookGroup> groups;
        using (ITeacher teacher = TeacherChoice.Open(Qwen3Golden.Folder("tiny"), "cpu"))
        {
            groups = teacher.Codebooks;
        }

        Assert.Equal([(1, 256, 16), (15, 256, 16)], groups.Select(g => (g.Layers, g.Entries, g.Dim)));
        Assert.All(groups, g => Assert.Equal(g.Layers * g.Entries * g.Dim, g.Values.Length));

        // First entry of the semantic codebook as the checkpoint has it: a sum over its usage.
        using var file = Edge.Models.Safetensors.SafetensorsFile.Open(Path.Combine(Qwen3Golden.Folder("tiny"), "model.safetensors"));
        const string Name = "encoder.quantizer.semantic_residual_vector_quantizer.layers.0.codebook";
        float usage = Math.Max(file.ToFloat32($"{Name}.cluster_usage")[0], 1e-5f);
        Assert.Equal(file.ToFloat32($"{Name}.embed_sum")[3] / usage, groups[0].Values.Span[3], 1e-6);
    }

    [Fact]
    public void An_edge_teacher_decodes_what_it_encoded()
    {
        using ITeacher teacher = TeacherChoice.Open("edge-light");
        var speech = new float[16000];
        Assert.Equal(14, teacher.Encode(speech).Length / 16);
        Assert.Equal(14 * 1280, teacher.Decode(teacher.Encode(speech)).Length);
        Assert.Equal((1, 16, 2048, 64), (teacher.Codebooks.Count, teacher.Codebooks[0].Layers, teacher.Codebooks[0].Entries, teacher.Codebooks[0].Dim));
    }
}
