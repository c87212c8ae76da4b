using System.Text.Json;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>Opens a configuration file: a JSON object of at most 1 MiB in which no name stands twice.</summary>
internal static class ConfigFile
{
    private const int MaxFileBytes = 1 << 20;

    /// <summary>Reads the file's root object.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads and checks the fields.</param>
    /// <exception cref="ModelFormatException">The file is not such an object, or <paramref name="read"/> refused it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static T Read<T>(string path, Func<ConfigSection, T> read)
    {
        using FileStream stream = File.OpenRead(path);
        if (stream.Length > MaxFileBytes)
            throw new ModelFormatException($"{path}: length: {stream.Length} bytes exceed the {MaxFileBytes} that a configuration may have.");
        return Parse(stream, path, read);
    }

    /// <summary>Reads the root object of a text; <paramref name="path"/> is what errors call it.</summary>
    /// <inheritdoc cref="Read"/>
    public static T Parse<T>(Stream stream, string path, Func<ConfigSection, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(stream, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ModelFormatException($"{path}: root: is {document.RootElement.ValueKind}, not an object.");
            return read(new ConfigSection(path, "", document.RootElement));
        }
        catch (JsonException e)
        {
            throw new ModelFormatException($"{path}: root: is not valid JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // What a text with half a surrogate pair or invalid UTF-8 gives.
            throw new ModelFormatException($"{path}: root: has a text that is not valid Unicode: {e.Message}", e);
        }
    }
}
