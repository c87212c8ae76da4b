using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>Model files that are damaged or lie.</summary>
public sealed class BadModels : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BadModels()
    {
        File.Copy(Repository.Model("edge-meter.json"), _folder["bad.json"]);
        File.Copy(Repository.Model("edge-meter.safetensors"), _folder["bad.safetensors"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_unchanged_copy_is_good() => Expect.Success(Q3Edge.Run(_folder, "info", "bad.json"));

    [Fact]
    public void Overlapping_tensors_are_refused()
    {
        EditOffsets((tensors, _) => tensors[1]!["data_offsets"] = tensors[0]!["data_offsets"]!.DeepClone());
        Refused("bad.safetensors");
    }

    [Fact]
    public void A_tensor_beyond_the_end_is_refused()
    {
        EditOffsets((tensors, length) =>
        {
            long begin = (long)tensors[^1]!["data_offsets"]![0]!, end = (long)tensors[^1]!["data_offsets"]![1]!;
            tensors[^1]!["data_offsets"] = new JsonArray(begin + length, end + length);
        });
        Refused("bad.safetensors");
    }

    [Fact]
    public void A_header_longer_than_the_file_is_refused()
    {
        byte[] file = File.ReadAllBytes(_folder["bad.safetensors"]);
        BinaryPrimitives.WriteUInt64LittleEndian(file, 90_000_000);
        File.WriteAllBytes(_folder["bad.safetensors"], file);
        Refused("bad.safetensors");
    }

    [Fact]
    public void Weights_cut_off_are_refused()
    {
        File.WriteAllBytes(_folder["bad.safetensors"], File.ReadAllBytes(_folder["bad.safetensors"])[..300_000]);
        Refused("bad.safetensors");
    }

    [Fact]
    public void Missing_weights_are_told()
    {
        File.Delete(_folder["bad.safetensors"]);
        Refused("bad.safetensors");
    }

    [Fact]
    public void A_configuration_that_contradicts_its_weights_is_refused()
    {
        File.WriteAllText(_folder["bad.json"], File.ReadAllText(_folder["bad.json"]).Replace("\"dim1\": 96", "\"dim1\": 104", StringComparison.Ordinal));
        Refused("bad.");
    }

    [Fact]
    public void A_configuration_that_is_no_json_is_refused()
    {
        File.WriteAllText(_folder["bad.json"], "{ \"model\": ");
        Refused("bad.json");
    }

    [Fact]
    public void A_model_that_is_not_there_is_told_with_the_built_in_names()
    {
        Run run = Q3Edge.Run(_folder, "info", "edge-heavy.json");
        Expect.Failure(run, "edge-heavy.json", "no such file");
        Expect.Failure(Q3Edge.Run(_folder, "compare", Repository.QuickstartClip, "--model", "edge-heavy"), "edge-heavy", "edge-light, edge-light-2, edge-meter");
    }

    private void Refused(string name)
    {
        string[] before = _folder.Entries;
        Expect.Failure(Q3Edge.Run(_folder, "compare", Repository.QuickstartClip, "-o", "out.html", "--model", "bad.json", "--engine", "float"), name, "");
        Expect.Failure(Q3Edge.Run(_folder, "info", "bad.json"), name, "");
        Assert.Equal(before, _folder.Entries);
    }

    /// <summary>Changes the safetensors header: 8 bytes of length, JSON, data.</summary>
    private void EditOffsets(Action<JsonNode?[], long> edit)
    {
        byte[] file = File.ReadAllBytes(_folder["bad.safetensors"]);
        var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        JsonObject header = JsonNode.Parse(file.AsSpan(8, length))!.AsObject();
        JsonNode?[] tensors = [.. header.Where(pair => pair.Key != "__metadata__").Select(pair => pair.Value)];
        edit(tensors, file.Length - 8 - length);
        byte[] changed = Encoding.UTF8.GetBytes(header.ToJsonString());
        var start = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(start, (ulong)changed.Length);
        File.WriteAllBytes(_folder["bad.safetensors"], [.. start, .. changed, .. file.AsSpan(8 + length)]);
    }
}
