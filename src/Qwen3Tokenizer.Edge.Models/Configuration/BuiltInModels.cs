using System.Diagnostics.CodeAnalysis;

namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>
/// The models that come with the assembly, as files in the folder <c>Data</c> beside it: <c>edge-light</c> and <c>edge-meter</c>, which share a token space, and <c>edge-light-2</c>, clearer, with tokens of its own.
/// </summary>
public static class BuiltInModels
{
    /// <summary>The default model's name.</summary>
    public const string Default = "edge-light";

    private static readonly string[] KnownNames = [Default, "edge-light-2", "edge-meter"];

    /// <summary>All built-in names, the default first.</summary>
    public static IReadOnlyList<string> Names => KnownNames;

    /// <summary>The configuration file of a built-in model; its weights lie beside it.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">No built-in model has that name.</exception>
    public static string PathOf(string name) =>
        TryResolve(name, out string? path)
            ? path
            : throw new ArgumentException($"\"{name}\" is not a built-in model ({string.Join(", ", KnownNames)}).", nameof(name));

    /// <summary>The configuration file of a built-in model; false if no built-in model has that name.</summary>
    /// <param name="name">A name as a user typed it; case counts.</param>
    /// <param name="path">The absolute path of its <c>.json</c> file.</param>
    public static bool TryResolve(string name, [NotNullWhen(true)] out string? path)
    {
        path = Array.IndexOf(KnownNames, name) >= 0
            ? Path.Combine(AppContext.BaseDirectory, "Data", name + ".json")
            : null;
        return path is not null;
    }
}
