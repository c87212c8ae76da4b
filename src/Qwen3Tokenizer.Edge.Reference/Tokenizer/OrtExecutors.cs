using Microsoft.ML.OnnxRuntime;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>ONNX Runtime on a device: a graph is loaded when it is first run, and stays loaded.</summary>
internal sealed class OrtExecutors(string checkpoint, SelectedDevice device) : IExecutorSource
{
    private readonly Dictionary<Graph, OrtModel> _models = [];

    public string Engine => Engines.OnnxRuntime;

    public string Device => device.Device.ToString();

    public IGraphExecutor Create(Graph graph)
    {
        if (!_models.TryGetValue(graph, out OrtModel? model))
        {
            using SessionOptions options = device.CreateOptions();
            model = OrtModel.Load(graph, checkpoint, options);
            _models.Add(graph, model);
        }

        return new OrtExecutor(model);
    }

    public void Dispose()
    {
        foreach (OrtModel model in _models.Values)
        {
            model.Dispose();
        }
    }
}
