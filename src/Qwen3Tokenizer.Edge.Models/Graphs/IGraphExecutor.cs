namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>Runs a graph with the streaming state of one stream. A signal in any split gives the values of the whole. Not thread-safe: one executor per stream.</summary>
public interface IGraphExecutor
{
    /// <summary>The graph.</summary>
    Graph Graph { get; }

    /// <summary>Goes back to the start of a stream.</summary>
    void Reset();

    /// <summary>Computes the next frames.</summary>
    /// <param name="frames">Number of frames.</param>
    /// <param name="inputs">A tensor for every <see cref="Nodes.InputNode"/>, by node name, of frames * rows rows.</param>
    /// <returns>One tensor per graph output.</returns>
    /// <exception cref="ArgumentException">An input is missing or has another shape.</exception>
    /// <exception cref="InvalidOperationException">The stream has ended.</exception>
    FloatTensor[] Run(int frames, IReadOnlyDictionary<string, FloatTensor> inputs);

    /// <summary>
    /// Computes the rest of a stream, whose last frame may be incomplete: a strided convolution pads what it reads on the right (<see cref="Nodes.ConvNode.Padding"/>) up to a
    /// multiple of its stride, so that every node finishes what the last rows begin. Only <see cref="Reset"/> may follow.
    /// </summary>
    /// <param name="inputs">A tensor for every <see cref="Nodes.InputNode"/>, by node name, of any number of rows.</param>
    /// <returns>One tensor per graph output.</returns>
    /// <exception cref="ArgumentException">An input is missing or has another number of channels.</exception>
    /// <exception cref="InvalidOperationException">The stream has ended.</exception>
    FloatTensor[] RunEnd(IReadOnlyDictionary<string, FloatTensor> inputs);
}
