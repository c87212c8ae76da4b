using System.Globalization;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Reference.Onnx;

/// <summary>Weights of an ONNX model that lie in another file: where, and whether that place can be trusted.</summary>
/// <param name="Location">Name of a file in the model's folder.</param>
/// <param name="Offset">First byte.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct ExternalData(string Location, long Offset, long Length)
{
    private const string LocationKey = "location";
    private const string OffsetKey = "offset";
    private const string LengthKey = "length";

    /// <summary>Says in <paramref name="tensor"/> where its bytes are.</summary>
    public static void Set(TensorProto tensor, string location, long offset, long length)
    {
        if (!IsPlainFileName(location))
        {
            throw new ArgumentException($"\"{location}\" is not the name of a file in the model's own folder.", nameof(location));
        }

        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(new StringStringEntryProto { Key = LocationKey, Value = location });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = OffsetKey, Value = offset.ToString(CultureInfo.InvariantCulture) });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = LengthKey, Value = length.ToString(CultureInfo.InvariantCulture) });
    }

    /// <summary>Reads where the bytes of <paramref name="tensor"/> are.</summary>
    /// <param name="tensor">A tensor with external data.</param>
    /// <param name="file">The model's file, for messages.</param>
    /// <exception cref="ModelFormatException">A field is missing, unknown, occurs twice, or is not what it should be.</exception>
    public static ExternalData Of(TensorProto tensor, string file)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (StringStringEntryProto entry in tensor.ExternalData)
        {
            if (entry.Key is not (LocationKey or OffsetKey or LengthKey) || !fields.TryAdd(entry.Key, entry.Value))
            {
                throw Error(file, tensor, entry.Key, "is unknown or occurs twice");
            }
        }

        string location = fields.GetValueOrDefault(LocationKey, "");
        if (!IsPlainFileName(location))
        {
            throw Error(file, tensor, LocationKey, $"is \"{Shorten(location)}\", not the name of a file in the model's own folder");
        }

        return new ExternalData(location, Number(OffsetKey), Number(LengthKey));

        long Number(string key) =>
            fields.TryGetValue(key, out string? text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value)
                ? value
                : throw Error(file, tensor, key, $"is \"{Shorten(text ?? "")}\", not a number of bytes");
    }

    /// <summary>Refuses a place outside the model's folder, behind a link, or outside the file.</summary>
    /// <exception cref="ModelFormatException">The place cannot be trusted.</exception>
    public void Check(TensorProto tensor, string file)
    {
        string path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, Location);
        var info = new FileInfo(path);
        if (!info.Exists || (info.Attributes & FileAttributes.Directory) != 0)
        {
            throw Error(file, tensor, LocationKey, $"names {path}, which does not exist");
        }

        if (info.LinkTarget is not null)
        {
            throw Error(file, tensor, LocationKey, $"names {path}, which is a link");
        }

        if (Offset > info.Length || Length > info.Length - Offset)
        {
            throw Error(file, tensor, OffsetKey, $"{Offset} and length {Length} reach beyond the {info.Length} bytes of {path}");
        }
    }

    /// <summary>Whether a text names a file without any folder, on every system.</summary>
    private static bool IsPlainFileName(string location) =>
        location.Length is > 0 and <= 255 && location is not ("." or "..") && location.AsSpan().IndexOfAny("/\\:\0") < 0;

    private static ModelFormatException Error(string file, TensorProto tensor, string field, string what) =>
        new($"{file}: tensor \"{Shorten(tensor.Name)}\": external {Shorten(field)} {what}.");

    private static string Shorten(string text) => text.Length <= 120 ? text : string.Concat(text.AsSpan(0, 117), "...");
}
