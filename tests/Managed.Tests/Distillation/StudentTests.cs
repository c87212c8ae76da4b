using System.Security.Cryptography;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Models.Safetensors;
using Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

public sealed class StudentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("light", "edge-light")]
    [InlineData("meter", "edge-meter")]
    public void A_fresh_student_has_the_shape_and_the_tables_of_the_shipped_model(string tier, string shipped)
    {
        Student student = Student.Create(tier, 1);
        using SafetensorsFile file = SafetensorsFile.Open(Path.ChangeExtension(BuiltInModels.PathOf(shipped), ".safetensors"));
        EdgeCodecGraphs.Decoder(student.Config, student.Weights, tier);
        if (student.Config.CanEncode)
        {
            EdgeCodecGraphs.Encoder(student.Config, student.Weights, tier);
        }

        Assert.Equal(file.Tensors.Keys.Order(StringComparer.Ordinal), student.Weights.Tensors.Select(t => t.Key));
        foreach ((string name, TensorStore.Tensor tensor) in student.Weights.Tensors)
        {
            Assert.Equal(file.Info(name).Shape.AsEnumerable(), tensor.Shape);
            Assert.Equal(file.Info(name).DType == DType.F16, Student.IsHalf(name));
            if (name is "decoder.window" or "decoder.knots" or "frontend.window" or "frontend.mel")
            {
                float[] expected = file.ToFloat32(name);
                Assert.All(Enumerable.Range(0, expected.Length), i => Assert.Equal(expected[i], tensor.Values[i], 2e-6));
            }
        }
    }

    [Fact]
    public void A_lib_fits_its_promise()
    {
        Student student = Student.Create("lib", 1);
        EdgeCodecGraphs.Decoder(student.Config, student.Weights, "lib");
        Assert.InRange(student.Weights.Tensors.Where(t => Student.IsHalf(t.Key)).Sum(t => (long)t.Value.Values.Length), 1_000_000, 1_750_000);
        Assert.Equal(1, student.Config.MinLayers);
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_in_any_order()
    {
        Student one = Student.Create("meter", 7), other = Student.Create("meter", 7), third = Student.Create("meter", 8);
        float[] split = one.Weights.Read("decoder.split.weight", 320, 96), head = one.Weights.Read("decoder.head.weight", 122, 80);
        Assert.Equal(head, other.Weights.Read("decoder.head.weight", 122, 80));
        Assert.Equal(split, other.Weights.Read("decoder.split.weight", 320, 96));
        Assert.NotEqual(split, third.Weights.Read("decoder.split.weight", 320, 96));
    }

    [Fact]
    public void A_saved_codec_is_loaded_with_its_weights_in_half_precision_and_a_token_space_of_its_own()
    {
        Student student = Student.Create(TinyStudents.Codec(_folder.Path), 3);
        EdgeCodecGraphs.Encoder(student.Config, student.Weights, "e");
        EdgeCodecGraphs.Decoder(student.Config, student.Weights, "d");
        string path = _folder.At("saved.json");
        student.Save(path, null, null);
        EdgeModel model = EdgeModel.Load(path);
        using SafetensorsFile file = SafetensorsFile.Open(Path.ChangeExtension(path, ".safetensors"));
        Assert.Equal(new TokenSpace(SHA256.HashData(file.Bytes("quantizer.codebooks"))), model.Config.Space);
        Assert.Equal(student.Weights["decoder.head.weight"].Values.Select(v => (float)(Half)v), file.ToFloat32("decoder.head.weight"));
        Assert.Equal(student.Weights["decoder.head.bias"].Values, file.ToFloat32("decoder.head.bias"));
        student.Save(path, null, null, (name, tensor) => name == "decoder.head.bias" ? new float[tensor.Values.Length] : null);
        using SafetensorsFile averaged = SafetensorsFile.Open(Path.ChangeExtension(path, ".safetensors"));
        Assert.All(averaged.ToFloat32("decoder.head.bias"), v => Assert.Equal(0, v));
    }

    [Fact]
    public void Embeddings_begin_as_the_principal_coordinates_of_the_codebooks()
    {
        // Entries on a line in three dimensions: one coordinate says all.
        float[] line = [-3, -1, 0.5f, 3.5f], books = [.. line.SelectMany(t => (float[])[1 + (2 * t), -t, 2 * t])], embeddings = new float[8];
        EmbeddingStart.FromCodebooks([new CodebookGroup(1, 4, 3, books)], embeddings, 1, 4);
        double scale = embeddings[0] / line[0];
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(line[i] * scale, embeddings[2 * i], 1e-5));
        Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(0, embeddings[(2 * i) + 1], 1e-5));
        Assert.Equal(8, embeddings.Sum(e => (double)e * e), 1e-4);
    }

    [Fact]
    public void The_front_end_of_training_is_the_models()
    {
        const int Hops = 11;
        EdgeModel model = EdgeModel.Load("edge-light");
        Student student = Student.Load("edge-light");
        var frontEnd = new MelFrontEnd(model.Config, student.Weights, Hops, OpenBlas.Fastest);
        float[] speech = SmallCorpus.Tone(130, 2), mel = new float[Hops * 80];

        // The graph begins at silence: four hops give it more than the 704 samples on the left.
        const int Before = 4;
        frontEnd.Compute(speech.AsSpan((Before * 320) - frontEnd.LeftSamples), mel);
        Node samples = new InputNode("samples", 1, 320);
        var graph = new Graph("mel", EdgeCodecGraphs.LogMel(model.Config, student.Weights, samples));
        float[] expected = new FloatExecutor(graph).Run(Before + Hops, new Dictionary<string, FloatTensor> { ["samples"] = new(Before + Hops, 320, speech[..((Before + Hops) * 320)]) })[0].Data;
        Assert.All(Enumerable.Range(0, mel.Length), i => Assert.Equal(expected[(Before * 80) + i], mel[i], 2e-3));
    }

    public void Dispose() => _folder.Dispose();
}
