using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Compiler.Calibration;

/// <summary>Statistics of every value of a decoder graph, gathered by running the float executor over real tokens.</summary>
public sealed class CalibrationStatistics
{
    private readonly Dictionary<string, ValueHistogram> _histograms = new(StringComparer.Ordinal);

    /// <summary>Statistics of the node called <paramref name="name"/>.</summary>
    public ValueHistogram this[string name] =>
        _histograms.TryGetValue(name, out ValueHistogram? histogram) ? histogram : throw new BuildException($"Calibration saw no value of node '{name}'.");

    /// <summary>Runs the decoder of <paramref name="model"/> over <paramref name="clips"/>.</summary>
    /// <exception cref="BuildException">There is nothing to calibrate on.</exception>
    public static CalibrationStatistics Gather(EdgeModel model, IReadOnlyList<TokenClip> clips, IProgress<double>? progress = null)
    {
        if (clips.Count == 0)
        {
            throw new BuildException("Calibration needs at least one clip of tokens.");
        }

        var statistics = new CalibrationStatistics();
        for (int i = 0; i < clips.Count; i++)
        {
            EdgeCodec.Decode(model, clips[i], statistics.Observe);
            progress?.Report((i + 1.0) / clips.Count);
        }

        return statistics;
    }

    /// <summary>Runs a graph with one input over values of it, each the whole of a stream.</summary>
    /// <param name="graph">A graph whose only input is an <see cref="InputNode"/>.</param>
    /// <param name="streams">Values of the input: rows = frames * its rows.</param>
    /// <exception cref="BuildException">There is nothing to calibrate on.</exception>
    public static CalibrationStatistics Gather(Graph graph, IReadOnlyList<FloatTensor> streams)
    {
        if (streams.Count == 0 || graph.Nodes.OfType<InputNode>().ToArray() is not [InputNode input])
        {
            throw new BuildException($"Calibration of graph '{graph.Name}' needs one input and at least one stream of values for it.");
        }

        var statistics = new CalibrationStatistics();
        foreach (FloatTensor stream in streams)
        {
            var values = new Dictionary<string, FloatTensor>(StringComparer.Ordinal) { [input.Name] = stream };
            new FloatExecutor(graph).Run(stream.Rows / input.Shape.Rows, values, statistics.Observe);
        }

        return statistics;
    }

    private void Observe(Node node, FloatTensor value)
    {
        if (!_histograms.TryGetValue(node.Name, out ValueHistogram? histogram))
        {
            _histograms.Add(node.Name, histogram = new ValueHistogram());
        }

        histogram.Add(value.Data);
    }
}
