using System.Text.Encodings.Web;
using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>Results for scripts: one JSON object on standard output, names in snake_case.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes an object.</summary>
    public static void Print(object value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, value.GetType(), Options));

    /// <summary>A figure; null where there is none, because JSON has no NaN and no infinity.</summary>
    public static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
