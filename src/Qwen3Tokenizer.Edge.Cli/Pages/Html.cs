using System.Net;
using System.Reflection;

namespace Qwen3Tokenizer.Edge.Cli.Pages;

/// <summary>Small pieces that pages are made of.</summary>
internal static class Html
{
    /// <summary>Text with everything escaped that HTML would read as its own.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A file inside the page.</summary>
    public static string DataUri(string mediaType, ReadOnlySpan<byte> bytes) => $"data:{mediaType};base64,{Convert.ToBase64String(bytes)}";

    /// <summary>A style sheet or script that is part of this program.</summary>
    public static string Asset(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program lacks its part {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
