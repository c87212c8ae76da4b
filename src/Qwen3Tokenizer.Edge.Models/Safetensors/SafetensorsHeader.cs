using System.Text.Json;
using System.Text.Unicode;

namespace Qwen3Tokenizer.Edge.Models.Safetensors;

/// <summary>
/// The JSON header of a safetensors file, read under the format's whole rule set
/// (https://huggingface.co/docs/safetensors): one object of unique names; each tensor has a known dtype, a shape and
/// data_offsets that agree; the tensors cover the data section without hole or overlap.
/// </summary>
internal sealed class SafetensorsHeader
{
    private const string MetadataKey = "__metadata__";

    private readonly string _file;

    private SafetensorsHeader(string file) => _file = file;

    public Dictionary<string, TensorInfo> Tensors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <param name="json">The header bytes, spaces at the end included.</param>
    /// <param name="dataLength">Bytes in the file after the header.</param>
    /// <param name="file">The file's name, for messages.</param>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string file)
    {
        var header = new SafetensorsHeader(file);
        if (json.IsEmpty || json[0] != (byte)'{')
            throw header.Error("header", json.IsEmpty ? "is empty, it must begin with '{'" : $"begins with byte {json[0]}, not with '{{'");
        if (!Utf8.IsValid(json))
            throw header.Error("header", "is not valid UTF-8");
        try
        {
            header.ReadObject(json);
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"{file}: header: is not valid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // What Utf8JsonReader throws for an escaped half of a surrogate pair.
            throw new ModelFormatException($"{file}: header: has a string that is not valid Unicode: {e.Message}", e);
        }
        header.CheckCover(dataLength);
        return header;
    }

    private void ReadObject(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        bool metadataSeen = false;
        while (ReadKey(ref reader, out string name))
        {
            if (name == MetadataKey)
            {
                if (metadataSeen)
                    throw Error(MetadataKey, "occurs twice");
                metadataSeen = true;
                ReadMetadata(ref reader);
            }
            else
            {
                TensorInfo tensor = ReadTensor(ref reader, name);
                if (!Tensors.TryAdd(name, tensor))
                    throw Error(Tensor(name), "occurs twice");
            }
        }
        // Only white space may follow; anything else makes Read throw or return a token.
        if (reader.Read())
            throw Error("header", "goes on after its object");
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject, MetadataKey, "an object");
        while (ReadKey(ref reader, out string key))
        {
            Expect(ref reader, JsonTokenType.String, $"{MetadataKey} \"{Shorten(key)}\"", "a string");
            if (!Metadata.TryAdd(key, reader.GetString()!))
                throw Error($"{MetadataKey} \"{Shorten(key)}\"", "occurs twice");
        }
    }

    private TensorInfo ReadTensor(ref Utf8JsonReader reader, string name)
    {
        string field = Tensor(name);
        Expect(ref reader, JsonTokenType.StartObject, field, "an object");
        string? dtype = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        while (ReadKey(ref reader, out string key))
        {
            string part = $"{field}: {Shorten(key)}";
            switch (key)
            {
                case "dtype" when dtype is null:
                    Expect(ref reader, JsonTokenType.String, part, "a string");
                    dtype = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadIntegers(ref reader, part);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadIntegers(ref reader, part);
                    break;
                case "dtype" or "shape" or "data_offsets":
                    throw Error(part, "occurs twice");
                default:
                    throw Error(part, "is not a field of the format (dtype, shape, data_offsets)");
            }
        }
        if (dtype is null || shape is null || offsets is null)
            throw Error(field, $"lacks {(dtype is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        return MakeTensor(name, dtype, shape, offsets);
    }

    private TensorInfo MakeTensor(string name, string dtypeName, List<long> shape, List<long> offsets)
    {
        string field = Tensor(name);
        if (!DTypes.TryParse(dtypeName, out DType dtype))
            throw Error($"{field}: dtype", $"\"{Shorten(dtypeName)}\" is unknown");
        if (offsets.Count != 2)
            throw Error($"{field}: data_offsets", $"has {offsets.Count} numbers, not 2");
        (long begin, long end) = (offsets[0], offsets[1]);
        if (begin > end)
            throw Error($"{field}: data_offsets", $"[{begin}, {end}] ends before it begins");
        long bits;
        try
        {
            bits = DTypes.BitsOf(dtype);
            foreach (long dimension in shape)
                bits = checked(bits * dimension);
        }
        catch (OverflowException)
        {
            throw Error($"{field}: shape", $"[{Join(shape)}] has more elements than 63 bits can count");
        }
        if (bits % 8 != 0)
            throw Error($"{field}: shape", $"[{Join(shape)}] of {dtypeName} does not fill whole bytes");
        if (bits / 8 != end - begin)
            throw Error($"{field}: data_offsets", $"[{begin}, {end}] holds {end - begin} bytes, but {dtypeName} [{Join(shape)}] needs {bits / 8}");
        return new TensorInfo(name, dtype, [.. shape], begin, end - begin);
    }

    private void CheckCover(long dataLength)
    {
        TensorInfo[] ordered = [.. Tensors.Values.OrderBy(t => t.Offset).ThenBy(t => t.ByteLength)];
        long expected = 0;
        foreach (TensorInfo tensor in ordered)
        {
            if (tensor.Offset > expected)
                throw Error($"{Tensor(tensor.Name)}: data_offsets", $"begins at {tensor.Offset} and leaves a hole from {expected} on");
            if (tensor.Offset < expected)
                throw Error($"{Tensor(tensor.Name)}: data_offsets", $"begins at {tensor.Offset} and overlaps the tensor that ends at {expected}");
            // Sum of two non-negative numbers below 2^63: a wrap shows as a value beyond the file.
            if (tensor.ByteLength > dataLength - tensor.Offset)
                throw Error($"{Tensor(tensor.Name)}: data_offsets", $"ends at {(ulong)tensor.Offset + (ulong)tensor.ByteLength}, but the file has only {dataLength} bytes of data");
            expected = tensor.Offset + tensor.ByteLength;
        }
        if (expected != dataLength)
            throw Error("end of file", $"the file has {dataLength} bytes of data, but its tensors end at {expected}");
    }

    /// <summary>Moves to the next key of the current object; false at its end.</summary>
    private static bool ReadKey(ref Utf8JsonReader reader, out string key)
    {
        reader.Read();
        bool more = reader.TokenType == JsonTokenType.PropertyName;
        key = more ? reader.GetString()! : "";
        return more;
    }

    private List<long> ReadIntegers(ref Utf8JsonReader reader, string field)
    {
        Expect(ref reader, JsonTokenType.StartArray, field, "an array");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0)
                throw Error(field, "has an entry that is not a whole number from 0 to 2^63 - 1");
            numbers.Add(number);
        }
        return numbers;
    }

    private void Expect(ref Utf8JsonReader reader, JsonTokenType type, string field, string what)
    {
        reader.Read();
        if (reader.TokenType != type)
            throw Error(field, $"must be {what}, not {reader.TokenType}");
    }

    private ModelFormatException Error(string field, string what) => new($"{_file}: {field}: {what}.");

    private static string Tensor(string name) => $"tensor \"{Shorten(name)}\"";

    /// <summary>Keeps names and shapes from a hostile file from filling the message.</summary>
    private static string Shorten(string text) => text.Length <= 120 ? text : string.Concat(text.AsSpan(0, 117), "...");

    private static string Join(List<long> numbers) => Shorten(string.Join(", ", numbers.Take(33)));
}
