using System.Net;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>Small pieces that pages are made of; a page refers to nothing outside itself.</summary>
public static class Html
{
    /// <summary>Style of pages with figures, signals and pictures, for light and dark screens.</summary>
    public static string Style { get; } = Asset("page.css").Replace("LEGEND", ColourMap.CssStops, StringComparison.Ordinal);

    /// <summary>What makes players, pictures and the buttons of class <c>switch</c> work together.</summary>
    public static string Script { get; } = Asset("page.js");

    /// <summary>Text with everything escaped that HTML would read as its own.</summary>
    /// <param name="text">Any text.</param>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A file inside the page.</summary>
    /// <param name="mediaType">What it is, such as <c>audio/wav</c>.</param>
    /// <param name="bytes">Its content.</param>
    public static string DataUri(string mediaType, ReadOnlySpan<byte> bytes) => $"data:{mediaType};base64,{Convert.ToBase64String(bytes)}";

    private static string Asset(string name)
    {
        using Stream stream = typeof(Html).Assembly.GetManifestResourceStream(name) ?? throw new InvalidOperationException($"The program lacks its part {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
