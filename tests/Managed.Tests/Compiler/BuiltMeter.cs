using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>The cached build of edge-meter, in a folder whose path has spaces and a leading dash.</summary>
public sealed class BuiltMeter : IDisposable
{
    public BuiltMeter()
    {
        Root = Directory.CreateTempSubdirectory("q3e tests ").FullName;
        Model = EdgeModel.Load("edge-meter");
        Result = Cached(new Recorder(Progress));
    }

    /// <summary>An empty place for tests, removed at the end.</summary>
    public string Root { get; }

    public EdgeModel Model { get; }

    public BuildResult Result { get; }

    /// <summary>What the build reported, with the thread that it came on.</summary>
    public List<(string Stage, double Done, int Thread)> Progress { get; } = [];

    public int Thread { get; } = Environment.CurrentManagedThreadId;

    public BuildResult Cached(IProgress<(string Stage, double Done)>? progress = null)
    {
        using var cache = new EnvironmentVariables.Scope("Q3E_CACHE", Path.Combine(Root, "-a cache"));
        return HostBuild.Cached(Model, progress);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private sealed class Recorder(List<(string Stage, double Done, int Thread)> reports) : IProgress<(string Stage, double Done)>
    {
        public void Report((string Stage, double Done) value) => reports.Add((value.Stage, value.Done, Environment.CurrentManagedThreadId));
    }
}
