using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using Qwen3Tokenizer.Edge.Tests.Models.Nodes;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

namespace Qwen3Tokenizer.Edge.Tests.Reference;

/// <summary>ONNX files: where weights are said to be, what is kept beside a checkpoint, and that nothing else is believed.</summary>
public sealed class OnnxFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("q3e-onnx-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_saved_model_is_a_protobuf_with_the_operator_set_that_it_says()
    {
        OnnxFile.Save(Small(), Path.Combine(_folder, "small.onnx"));

        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(_folder, "small.onnx")));

        Assert.Equal((10, 21, ""), (model.IrVersion, model.OpsetImport.Single().Version, model.OpsetImport.Single().Domain));
        Assert.Equal(["x", "conv.state"], model.Graph.Input.Select(i => i.Name));
        Assert.Equal(["conv.state.next", "y"], model.Graph.Output.Select(o => o.Name));
        Assert.Equal(["small.onnx", "small.onnx.data"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Weights_outside_the_model_are_whole_pages_apart_and_hold_the_values()
    {
        Graph graph = Small();
        OnnxFile.Save(graph, Path.Combine(_folder, "small.onnx"));

        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(_folder, "small.onnx")));
        byte[] data = File.ReadAllBytes(Path.Combine(_folder, "small.onnx.data"));
        TensorProto[] external = [.. model.Graph.Initializer.Where(t => t.DataLocation == TensorProto.Types.DataLocation.External)];

        Assert.Equal(["conv.weight", "y.weight"], external.Select(t => t.Name));
        foreach (TensorProto tensor in external)
        {
            (string location, long offset, long length) = Place(tensor);
            Assert.Equal(("small.onnx.data", 0L), (location, offset % 4096));
            float[] expected = ((ConvNode)graph[tensor.Name[..^".weight".Length]]).Weight.ToArray();
            Assert.Equal(expected, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(data.AsSpan((int)offset, (int)length)).ToArray());
        }
    }

    [OnnxRuntimeFact]
    public void A_saved_model_loads_in_ONNX_Runtime_from_its_files()
    {
        string path = Path.Combine(_folder, "small.onnx");
        OnnxFile.Save(Small(), path);

        using var session = new InferenceSession(path);

        Assert.Equal(["conv.state", "x"], session.InputNames.Order());
    }

    [OnnxRuntimeFact]
    public void A_model_kept_beside_its_checkpoint_names_the_checkpoints_tensors_and_gives_the_golden_codes()
    {
        using Qwen3Tts12Hz model = CopyOfTiny();
        string checkpoint = Path.Combine(_folder, Qwen3Tts12Hz.WeightsFileName);

        string path = OnnxFile.Cached(model.Encoder(), checkpoint);

        Assert.Equal(_folder, Path.GetDirectoryName(path));
        Assert.Matches(@"^model\.[0-9a-f]{16}\.onnx$", Path.GetFileName(path));
        ModelProto proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        string[] locations = [.. proto.Graph.Initializer.Where(t => t.ExternalData.Count > 0).Select(t => Place(t).Location)];
        Assert.Contains(Qwen3Tts12Hz.WeightsFileName, locations);
        Assert.Empty(locations.Except([Qwen3Tts12Hz.WeightsFileName, Path.GetFileName(path) + OnnxFile.DataSuffix]));

        // Most of the network lies in the checkpoint only.
        Assert.InRange(new FileInfo(path + OnnxFile.DataSuffix).Length, 1, new FileInfo(checkpoint).Length / 2);
        Assert.Equal(Qwen3Golden.Codes("tiny", "odd_length"), Encode(model, checkpoint));
    }

    [OnnxRuntimeFact]
    public void A_kept_model_is_used_again_and_one_that_is_not_what_it_should_be_is_written_anew()
    {
        using Qwen3Tts12Hz model = CopyOfTiny();
        string checkpoint = Path.Combine(_folder, Qwen3Tts12Hz.WeightsFileName), path = OnnxFile.Cached(model.Encoder(), checkpoint);
        byte[] bytes = File.ReadAllBytes(path);
        DateTime written = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(path, written);

        Assert.Equal(path, OnnxFile.Cached(model.Encoder(), checkpoint));
        Assert.Equal(written, File.GetLastWriteTimeUtc(path));

        // Somebody else's model under the same name, of the same length.
        byte[] other = (byte[])bytes.Clone();
        other[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, other);
        Assert.Equal(path, OnnxFile.Cached(model.Encoder(), checkpoint));
        Assert.Equal(bytes, File.ReadAllBytes(path));

        // Weights cut short.
        using (FileStream data = File.OpenWrite(path + OnnxFile.DataSuffix))
        {
            data.SetLength(data.Length - 1);
        }

        OnnxFile.Cached(model.Encoder(), checkpoint);
        Assert.Equal(Qwen3Golden.Codes("tiny", "odd_length"), Encode(model, checkpoint));
    }

    [Fact]
    public void Weights_of_the_right_length_with_another_byte_or_a_model_with_another_hash_are_written_anew()
    {
        using Qwen3Tts12Hz model = CopyOfTiny();
        string checkpoint = Path.Combine(_folder, Qwen3Tts12Hz.WeightsFileName), path = OnnxFile.Cached(model.Decoder, checkpoint), data = path + OnnxFile.DataSuffix;
        byte[] weights = File.ReadAllBytes(data), whole = File.ReadAllBytes(path);
        byte[] damaged = (byte[])weights.Clone();
        damaged[weights.Length / 3] ^= 4;

        File.WriteAllBytes(data, damaged);
        Assert.Equal(path, OnnxFile.Cached(model.Decoder, checkpoint));
        Assert.Equal(weights, File.ReadAllBytes(data));

        byte[] other = (byte[])whole.Clone();
        other[^1] ^= 1;
        File.WriteAllBytes(path, other);
        Assert.Equal(path, OnnxFile.Cached(model.Decoder, checkpoint));
        Assert.Equal(whole, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_model_that_is_written_removes_older_forms_of_the_same_network_and_nothing_else()
    {
        using Qwen3Tts12Hz model = CopyOfTiny();
        string checkpoint = Path.Combine(_folder, Qwen3Tts12Hz.WeightsFileName);
        string encoder = OnnxFile.Cached(model.Encoder(), checkpoint), windowed = OnnxFile.Cached(model.Encoder(20), checkpoint), decoder = OnnxFile.Cached(model.Decoder, checkpoint);

        // An older form: the same network under another hash. A model of other people, one of ours under a name that we do not give, and what only looks like one.
        string older = Path.Combine(_folder, "model.0123456789abcdef.onnx"), foreign = Path.Combine(_folder, "model.fedcba9876543210.onnx"), saved = Path.Combine(_folder, "model.mine.onnx");
        File.Copy(decoder, older);
        File.Copy(decoder + OnnxFile.DataSuffix, older + OnnxFile.DataSuffix);
        ModelProto theirs = ModelProto.Parser.ParseFrom(File.ReadAllBytes(decoder));
        theirs.ProducerName = "pytorch";
        File.WriteAllBytes(foreign, theirs.ToByteArray());
        File.Copy(decoder, saved);
        string noModel = Path.Combine(_folder, "model.aaaaaaaaaaaaaaaa.onnx");
        File.WriteAllText(noModel, "no model");
        File.Delete(decoder);

        Assert.Equal(decoder, OnnxFile.Cached(model.Decoder, checkpoint));

        Assert.False(File.Exists(older) || File.Exists(older + OnnxFile.DataSuffix));
        Assert.All((string[])[encoder, windowed, decoder, foreign, saved, noModel, checkpoint], file => Assert.True(File.Exists(file), file));
        Assert.True(File.Exists(encoder + OnnxFile.DataSuffix));
    }

    [OnnxRuntimeFact]
    public void A_link_in_the_place_of_a_kept_file_is_replaced_not_followed()
    {
        using Qwen3Tts12Hz model = CopyOfTiny();
        string checkpoint = Path.Combine(_folder, Qwen3Tts12Hz.WeightsFileName), path = OnnxFile.Cached(model.Encoder(), checkpoint);
        string data = path + OnnxFile.DataSuffix, elsewhere = Path.Combine(_folder, "elsewhere");
        File.Move(data, elsewhere);
        File.CreateSymbolicLink(data, elsewhere);
        byte[] before = File.ReadAllBytes(elsewhere);

        OnnxFile.Cached(model.Encoder(), checkpoint);

        Assert.Null(new FileInfo(data).LinkTarget);
        Assert.Equal(before, File.ReadAllBytes(elsewhere));
        Assert.Equal(before, File.ReadAllBytes(data));
    }

    [OnnxRuntimeFact]
    public void Weights_of_a_checkpoint_behind_a_link_as_download_caches_have_it_are_copied()
    {
        string blobs = Path.Combine(_folder, "blobs"), snapshot = Path.Combine(_folder, "snapshot");
        Directory.CreateDirectory(blobs);
        Directory.CreateDirectory(snapshot);
        File.Copy(Path.Combine(Qwen3Golden.Folder("tiny"), "config.json"), Path.Combine(snapshot, "config.json"));
        File.Copy(Path.Combine(Qwen3Golden.Folder("tiny"), Qwen3Tts12Hz.WeightsFileName), Path.Combine(blobs, "0123"));
        string checkpoint = Path.Combine(snapshot, Qwen3Tts12Hz.WeightsFileName);
        File.CreateSymbolicLink(checkpoint, Path.Combine("..", "blobs", "0123"));
        using Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(snapshot);

        ModelProto proto = ModelProto.Parser.ParseFrom(File.ReadAllBytes(OnnxFile.Cached(model.Encoder(), checkpoint)));

        Assert.DoesNotContain(Qwen3Tts12Hz.WeightsFileName, proto.Graph.Initializer.Where(t => t.ExternalData.Count > 0).Select(t => Place(t).Location));
        Assert.Equal(Qwen3Golden.Codes("tiny", "odd_length"), Encode(model, checkpoint));
    }

    [Fact]
    public void Different_weights_or_windows_have_different_names()
    {
        using Qwen3Tts12Hz model = CopyOfTiny();
        string checkpoint = Path.Combine(_folder, Qwen3Tts12Hz.WeightsFileName);

        string[] names = [OnnxFile.Cached(model.Encoder(), checkpoint), OnnxFile.Cached(model.Encoder(20), checkpoint), OnnxFile.Cached(model.Decoder, checkpoint)];

        Assert.Equal(3, names.Distinct().Count());
        var other = new ConvNode("y", new InputNode("x", 1, 20), NodeRun.Normal(7, 400), [], 20);
        var same = new ConvNode("y", new InputNode("x", 1, 20), NodeRun.Normal(8, 400), [], 20);
        Assert.NotEqual(OnnxFile.Cached(new Graph("g", other), checkpoint), OnnxFile.Cached(new Graph("g", same), checkpoint));
    }

    [Fact]
    public void Nothing_is_left_of_a_write_that_fails()
    {
        string target = Path.Combine(_folder, "a-folder.onnx");
        Directory.CreateDirectory(target);

        Assert.ThrowsAny<Exception>(() => OnnxFile.Save(Small(), target));

        Assert.DoesNotContain(Directory.GetFiles(_folder), f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private static (string Location, long Offset, long Length) Place(TensorProto tensor)
    {
        Dictionary<string, string> fields = tensor.ExternalData.ToDictionary(e => e.Key, e => e.Value);
        return (fields["location"], long.Parse(fields["offset"]), long.Parse(fields["length"]));
    }

    // Two weights over a kilobyte, which lie outside, and a bias, which stays inside.
    private static Graph Small()
    {
        Node conv = new ConvNode("conv", new InputNode("x", 2, 20), NodeRun.Normal(1, 20 * 20 * 3), NodeRun.Normal(2, 20), 20, 3);
        return new Graph("small", new ConvNode("y", new LayerNormNode("norm", conv, 1e-5), NodeRun.Normal(3, 30 * 20), [], 30));
    }

    private static ushort[] Encode(Qwen3Tts12Hz model, string checkpoint)
    {
        float[] samples = Qwen3Golden.Array("tiny", "odd_length", "input.npy").Floats;
        using OrtModel loaded = OrtModel.Load(model.Encoder(), checkpoint);
        using var stream = new Qwen3TtsEncoding(new OrtExecutor(loaded), model.Config, 0);
        var codes = new List<ushort>();
        stream.Write(samples, codes);
        stream.End(codes);
        return [.. codes];
    }

    private Qwen3Tts12Hz CopyOfTiny()
    {
        foreach (string file in (ReadOnlySpan<string>)["config.json", Qwen3Tts12Hz.WeightsFileName])
        {
            File.Copy(Path.Combine(Qwen3Golden.Folder("tiny"), file), Path.Combine(_folder, file));
        }

        return Qwen3Tts12Hz.Load(_folder);
    }
}
