using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Reference.Onnx;

/// <summary>
/// What a kept ONNX file says of itself in its metadata: which network of which checkpoint it is, by which an older form of the same is found, and the hash of the weights beside it, by which
/// damaged ones are found.
/// </summary>
internal static partial class KeptModel
{
    private const string NetworkKey = "q3e.network", DataKey = "q3e.data_sha256";

    // Models name their weights and hold none: this is far more than one needs.
    private const long MostBytes = 64 << 20;

    /// <summary>Characters at the end of a kept model: the hash of its weights.</summary>
    public static int HashLength => 2 * SHA256.HashSizeInBytes;

    /// <summary>Says which network a model is.</summary>
    /// <param name="model">The model.</param>
    /// <param name="graph">The graph that it was exported from.</param>
    /// <param name="checkpoint">What tells its checkpoint from others whose models are kept in the same folder.</param>
    public static void Name(ModelProto model, Graph graph, string checkpoint) =>
        model.MetadataProps.Add(new StringStringEntryProto { Key = NetworkKey, Value = Identify(graph, checkpoint) });

    /// <summary>The model's bytes, which end in the hash of its weights. The metadata are the last field of the format, and this is the last of them.</summary>
    public static byte[] Bytes(ModelProto model, string dataHash)
    {
        ModelProto kept = model.Clone();
        kept.MetadataProps.Add(new StringStringEntryProto { Key = DataKey, Value = dataHash });
        byte[] bytes = kept.ToByteArray();
        return bytes.AsSpan().EndsWith(Encoding.ASCII.GetBytes(dataHash)) ? bytes : throw new InvalidOperationException("A model does not end in its metadata.");
    }

    /// <summary>Removes the models of the same network and checkpoint that were kept in an older form. What they are is read in them; nothing else is touched.</summary>
    /// <param name="path">The model that was written just now.</param>
    /// <param name="model">That model.</param>
    public static void RemoveOlder(string path, ModelProto model)
    {
        string name = Path.GetFileName(path), stem = name[..name.IndexOf('.', StringComparison.Ordinal)], network = NetworkOf(model)!;
        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(path)!, $"{stem}.*.onnx"))
        {
            string other = Path.GetFileName(file);
            if (other != name && other.StartsWith(stem + ".", StringComparison.Ordinal) && HashedName().IsMatch(other[stem.Length..]) && TryRead(file) is { ProducerName: OnnxGraphBuilder.Producer } found && NetworkOf(found) == network)
            {
                Remove(file);
                Remove(file + OnnxFile.DataSuffix);
            }
        }
    }

    // Everything that makes it another network: weights and the way of exporting it do not.
    private static string Identify(Graph graph, string checkpoint)
    {
        var text = new StringBuilder(checkpoint).Append('\n').Append(string.Join(' ', graph.Outputs.Select(o => o.Name))).Append('\n');
        foreach (Node node in graph.Nodes)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{node.GetType().Name} {node.Name} {node.Shape} {string.Join(' ', node.Inputs.Select(i => i.Name))} {(node as AttentionNode)?.Window}\n");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string? NetworkOf(ModelProto model) => model.MetadataProps.FirstOrDefault(p => p.Key == NetworkKey)?.Value;

    private static ModelProto? TryRead(string file)
    {
        try
        {
            var info = new FileInfo(file);
            return info.LinkTarget is null && info.Length <= MostBytes ? ModelProto.Parser.ParseFrom(File.ReadAllBytes(file)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidProtocolBufferException)
        {
            return null;
        }
    }

    // One that another program holds open stays until the next time.
    private static void Remove(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    [GeneratedRegex(@"^\.[0-9a-f]{16}\.onnx\z")]
    private static partial Regex HashedName();
}
