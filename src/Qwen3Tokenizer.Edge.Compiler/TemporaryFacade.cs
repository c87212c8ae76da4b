using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler;

#pragma warning disable CS1591, CA1032, CA1064, IDE0060 // Stands only until the compiler's own files replace it.
public sealed record BuildResult(string Folder, string LibraryPath, string ModelSymbol, string ReportPath, string ReportJsonPath, uint ConformanceCrc);

public static class HostBuild
{
    public static BuildResult Build(EdgeModel model, string outputFolder, IProgress<(string Stage, double Done)>? progress = null) =>
        throw new CompilerNotFoundException("The compiler room is not part of this branch.");

    public static BuildResult Cached(EdgeModel model, IProgress<(string Stage, double Done)>? progress = null) =>
        throw new CompilerNotFoundException("The compiler room is not part of this branch.");
}

public sealed class CompilerNotFoundException(string message) : Exception(message);

public sealed class BuildException(string message) : Exception(message);

public sealed record CCompiler(string Path, string Version)
{
    public static CCompiler? Find() => null;
}
