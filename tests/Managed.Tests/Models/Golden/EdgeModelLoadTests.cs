using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Tests.Models.Golden;

/// <summary>Models whose files are wrong or disagree are refused with one sentence that names the file.</summary>
public sealed class EdgeModelLoadTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-model-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string> WrongWeights => new()
    {
        { "missing", "decoder.split.weight" },
        { "missing", "decoder.window" },
        { "missing", "decoder.embeddings" },
        { "reshaped", "decoder.blocks1.0.pw1.weight" },
        { "reshaped", "decoder.head.bias" },
        { "nan", "decoder.blocks2.1.dwconv.weight" },
        { "infinite", "decoder.conv_in.bias" },
        { "bytes", "decoder.blocks1.1.pw2.weight" },
        { "zeroed", "decoder.knots" },
    };

    [Theory]
    [MemberData(nameof(WrongWeights))]
    public void A_wrong_tensor_is_named(string how, string tensor)
    {
        CopyConfig("edge-meter", _ => { });
        WriteWeights("edge-meter", (name, info, values) => name != tensor ? (info.Shape, values, false) : how switch
        {
            "missing" => null,
            "reshaped" => ([1, .. info.Shape], values, false),
            "nan" => (info.Shape, [.. values[..^1], float.NaN], false),
            "infinite" => (info.Shape, [float.NegativeInfinity, .. values[1..]], false),
            "bytes" => (info.Shape, values, true),
            _ => (info.Shape, new float[values.Length], false),
        });
        Refused("edge-meter", "edge-meter.safetensors", tensor);
    }

    public static TheoryData<string, string, int> WrongFields => new()
    {
        { "decoder.dim1", "weight", 97 },
        { "decoder.dim2", "decoder.split", 81 },
        { "decoder.blocks1", "decoder.blocks1.2", 3 },
        { "decoder.expand2", "decoder.blocks2.0.pw1.weight", 3 },
        { "decoder.conv_kernel", "decoder.conv_in.weight", 5 },
        { "decoder.dwconv_kernel", "dwconv.weight", 9 },
        { "decoder.n_fft", "decoder.knots", 1024 },
        { "codebook_size", "decoder.embeddings", 2047 },
    };

    [Theory]
    [MemberData(nameof(WrongFields))]
    public void A_configuration_that_the_weights_do_not_fit_is_refused(string field, string tensor, int value)
    {
        CopyConfig("edge-meter", json => Set(json, field, value));
        File.Copy(Source("edge-meter.safetensors"), Path.Combine(_folder, "edge-meter.safetensors"));
        Refused("edge-meter", "edge-meter.safetensors", tensor);
    }

    [Theory]
    [InlineData("decoder.harm_fmax", 5000, "edge-meter.json")]
    [InlineData("decoder.input_dim", 65, "edge-meter.json")]
    [InlineData("num_quantizers", 0, "edge-meter.json")]
    public void A_configuration_that_contradicts_itself_is_refused(string field, int value, string file)
    {
        CopyConfig("edge-meter", json => Set(json, field, value));
        File.Copy(Source("edge-meter.safetensors"), Path.Combine(_folder, "edge-meter.safetensors"));
        Refused("edge-meter", file, field);
    }

    [Theory]
    [InlineData("overlapping")]
    [InlineData("out of range")]
    [InlineData("truncated")]
    [InlineData("long header")]
    [InlineData("empty")]
    public void A_damaged_weights_file_is_named(string how)
    {
        CopyConfig("edge-meter", _ => { });
        byte[] file = File.ReadAllBytes(Source("edge-meter.safetensors"));
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        string json = Encoding.UTF8.GetString(file, 8, header);
        JsonNode tensors = JsonNode.Parse(json)!;
        JsonArray offsets = tensors["decoder.window"]!["data_offsets"]!.AsArray();
        (long begin, long end) = (offsets[0]!.GetValue<long>(), offsets[1]!.GetValue<long>());
        long shift = how == "overlapping" ? (begin == 0 ? 4 : -4) : 1L << 40;
        (offsets[0], offsets[1]) = (begin + shift, end + shift);
        byte[] changed = Encoding.UTF8.GetBytes(tensors.ToJsonString());
        byte[] bytes = how switch
        {
            "truncated" => file[..^1],
            "long header" => [.. BitConverter.GetBytes(long.MaxValue), .. file[8..]],
            "empty" => [],
            _ => [.. BitConverter.GetBytes((long)changed.Length), .. changed, .. file[(8 + header)..]],
        };
        File.WriteAllBytes(Path.Combine(_folder, "edge-meter.safetensors"), bytes);
        Refused("edge-meter", "edge-meter.safetensors");
    }

    [Fact]
    public void Codebooks_of_another_token_space_are_refused()
    {
        CopyConfig("edge-light", json => json["token_space"] = new string('0', 64));
        File.Copy(Source("edge-light.safetensors"), Path.Combine(_folder, "edge-light.safetensors"));
        Refused("edge-light", "edge-light.json", "token_space");
    }

    [Fact]
    public void A_deviation_of_zero_is_refused()
    {
        CopyConfig("edge-light", _ => { });
        WriteWeights("edge-light", (name, info, values) => (info.Shape, name == "frontend.mel_std" ? [.. values[1..], 0] : values, false));
        Refused("edge-light", "edge-light.safetensors", "frontend.mel_std");
    }

    [Fact]
    public void The_mel_floor_is_that_of_the_configuration()
    {
        CopyConfig("edge-light", json => json["frontend"]!["mel_floor"] = 0.25);
        File.Copy(Source("edge-light.safetensors"), Path.Combine(_folder, "edge-light.safetensors"));
        EdgeModel model = EdgeModel.Load(Path.Combine(_folder, "edge-light.json"));
        Assert.Equal(0.25f, Assert.IsType<LogNode>(model.Encoder!["frontend.log"]).Floor);
        Assert.Equal(1e-5f, Assert.IsType<LogNode>(EdgeGolden.Light.Encoder!["frontend.log"]).Floor);
    }

    [Fact]
    public void Missing_weights_and_names_that_are_no_model_are_refused()
    {
        CopyConfig("edge-meter", _ => { });
        Refused("edge-meter", "edge-meter.safetensors", "missing");
        Sentence(Assert.Throws<ModelFormatException>(() => EdgeModel.Load(_folder)), _folder, "folder");
        Sentence(Assert.Throws<ModelFormatException>(() => EdgeModel.Load("edge-tiny")), "edge-tiny", "edge-light");
    }

    [Theory]
    [InlineData("edge-meter.json")]
    [InlineData("edge-meter.safetensors")]
    public void Either_file_names_the_model(string file)
    {
        EdgeModel model = EdgeModel.Load(Source(file));
        Assert.Equal(("edge-meter", 4, 1), (model.Name, model.MinLayers, EdgeGolden.Light.MinLayers));
        Assert.Null(model.Encoder);
        Assert.Equal(EdgeGolden.Meter.WeightsHash, model.WeightsHash);
    }

    private void Refused(string model, string file, string about = "") =>
        Sentence(Assert.Throws<ModelFormatException>(() => EdgeModel.Load(Path.Combine(_folder, $"{model}.json"))), Path.Combine(_folder, file), about);

    private static void Sentence(ModelFormatException e, string start, string about)
    {
        Assert.StartsWith($"{start}: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(about, e.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", e.Message, StringComparison.Ordinal);
    }

    private static string Source(string file) => Path.Combine(Path.GetDirectoryName(BuiltInModels.PathOf(BuiltInModels.Default))!, file);

    private void CopyConfig(string model, Action<JsonNode> change)
    {
        JsonNode json = JsonNode.Parse(File.ReadAllText(Source($"{model}.json")))!;
        change(json);
        File.WriteAllText(Path.Combine(_folder, $"{model}.json"), json.ToJsonString());
    }

    private static void Set(JsonNode json, string field, int value)
    {
        string[] path = field.Split('.');
        foreach (string part in path[..^1])
        {
            json = json[part]!;
        }

        json[path[^1]] = value;
    }

    // Every tensor as float32 (or as bytes of the same number where the change says so); null leaves it out.
    private void WriteWeights(string model, Func<string, TensorInfo, float[], (long[] Shape, float[] Values, bool AsBytes)?> change)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Source($"{model}.safetensors"));
        var writer = new SafetensorsWriter();
        foreach ((string name, TensorInfo info) in file.Tensors)
        {
            if (change(name, info, file.ToFloat32(name)) is not { } tensor)
            {
                continue;
            }

            if (tensor.AsBytes)
            {
                writer.Add(name, DType.I8, tensor.Shape, new byte[tensor.Values.Length]);
            }
            else
            {
                writer.AddFloat32(name, tensor.Shape, tensor.Values);
            }
        }

        writer.Save(Path.Combine(_folder, $"{model}.safetensors"));
    }
}
