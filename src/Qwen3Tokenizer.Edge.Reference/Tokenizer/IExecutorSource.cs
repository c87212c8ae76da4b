using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>Makes executors of one engine on one device.</summary>
internal interface IExecutorSource : IDisposable
{
    /// <summary>The engine's name.</summary>
    string Engine { get; }

    /// <summary>The device's name.</summary>
    string Device { get; }

    /// <summary>An executor at the start of a stream.</summary>
    IGraphExecutor Create(Graph graph);
}

/// <summary>The graph's own executor.</summary>
internal sealed class FloatExecutors : IExecutorSource
{
    public string Engine => Engines.Float;

    public string Device => Engines.Cpu;

    public IGraphExecutor Create(Graph graph) => new FloatExecutor(graph);

    public void Dispose()
    {
    }
}
