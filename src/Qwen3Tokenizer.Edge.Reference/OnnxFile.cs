using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Reference.Export;
using Qwen3Tokenizer.Edge.Reference.Onnx;

namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>
/// A graph as an ONNX file, with its weights beside it. Opset 21, IR version 10. Inputs and outputs are float32 [rows, channels] with the names of the graph's input and output nodes;
/// a streaming state is an input <c>NAME.state</c> and an output <c>NAME.state.next</c>, at the start of a stream zeros (no rows at all, where a dimension is named).
/// </summary>
public static class OnnxFile
{
    /// <summary>What is behind the model's file name in that of its weights.</summary>
    public const string DataSuffix = ".data";

    // Part of a cached model's hash; to be raised when an exporter arranges weights in another way without changing the model's text.
    private const byte ArrangementVersion = 1;

    // Characters of the hash in a file name.
    private const int ShortHash = 16;

    /// <summary>Writes a graph as PATH and PATH.data, for other programs. Each file appears whole or not at all.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="path">The model's file, to be written or replaced.</param>
    /// <exception cref="GraphException">A node has no ONNX form.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Save(Graph graph, string path)
    {
        var plan = new WeightPlan(null);
        ModelProto model = GraphExport.Export(graph, plan);
        plan.SetLocation(Path.GetFileName(path) + DataSuffix);
        WriteData(path, plan);
        WriteWhole(path, stream => stream.Write(model.ToByteArray()));
    }

    /// <summary>
    /// The ONNX file of a graph whose weights come from a checkpoint, written when it is not there: beside the checkpoint, whose tensors it then uses where they lie, or in the user's cache
    /// folder where that cannot be written. Its name has a hash of everything in it. What is found is taken only if the model is, byte for byte, what would be written, and the weights beside it
    /// have the hash that it names. When one is written, older forms of the same network of the same checkpoint are removed.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="checkpoint">Path of the safetensors file that the graph was built from.</param>
    /// <exception cref="GraphException">A node has no ONNX form.</exception>
    /// <exception cref="IOException">Neither folder can be written.</exception>
    public static string Cached(Graph graph, string checkpoint) => Cached(graph, checkpoint, out _);

    /// <summary>The same, and what is in the file.</summary>
    internal static string Cached(Graph graph, string checkpoint, out ModelProto model)
    {
        string full = Path.GetFullPath(checkpoint), folder = Path.GetDirectoryName(full)!;

        // Runtimes refuse weights behind a link, as download caches have them.
        string? inPlace = new FileInfo(full).LinkTarget is null ? full : null;
        string stem = Path.GetFileNameWithoutExtension(full);
        try
        {
            return Ensure(graph, folder, stem, inPlace, Path.GetFileName(full), out model);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return Ensure(graph, Path.Combine(UserCache.Folder, "onnx"), stem, null, full, out model);
        }
    }

    private static string Ensure(Graph graph, string folder, string stem, string? inPlace, string checkpoint, out ModelProto model)
    {
        var plan = new WeightPlan(inPlace);
        model = GraphExport.Export(graph, plan);
        KeptModel.Name(model, graph, checkpoint);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([ArrangementVersion]);
        hash.AppendData(model.ToByteArray());
        plan.AppendTo(hash);
        string path = Path.Combine(folder, $"{stem}.{Convert.ToHexStringLower(hash.GetHashAndReset())[..ShortHash]}.onnx");
        plan.SetLocation(Path.GetFileName(path) + DataSuffix);
        if (!IsThere(path, model, plan))
        {
            Directory.CreateDirectory(folder);

            // The weights first: a model is only there when all of it is.
            byte[] bytes = KeptModel.Bytes(model, WriteData(path, plan));
            WriteWhole(path, stream => stream.Write(bytes));
            KeptModel.RemoveOlder(path, model);
        }

        plan.ReleasePages();
        return path;
    }

    private static bool IsThere(string path, ModelProto model, WeightPlan plan)
    {
        FileInfo file = new(path), data = new(path + DataSuffix);
        byte[] expected = KeptModel.Bytes(model, new string('0', KeptModel.HashLength));
        if (!file.Exists || file.LinkTarget is not null || file.Length != expected.Length || (plan.Length > 0 && (!data.Exists || data.LinkTarget is not null || data.Length != plan.Length)))
        {
            return false;
        }

        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length != expected.Length || !bytes.AsSpan(..^KeptModel.HashLength).SequenceEqual(expected.AsSpan(..^KeptModel.HashLength)))
        {
            return false;
        }

        using Stream stream = plan.Length > 0 ? data.OpenRead() : Stream.Null;
        return Encoding.ASCII.GetString(bytes.AsSpan(^KeptModel.HashLength..)) == Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    // Returns the hash of what was written, in hexadecimal.
    private static string WriteData(string path, WeightPlan plan)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (plan.Length > 0)
        {
            WriteWhole(path + DataSuffix, stream => plan.Write(new HashingStream(stream, hash)));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void WriteWhole(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path), temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
            }

            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
