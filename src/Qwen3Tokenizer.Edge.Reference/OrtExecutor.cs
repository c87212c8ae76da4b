using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Reference.Export;

namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>
/// One stream through a graph in ONNX Runtime: the same calls, checks and exceptions as <see cref="FloatExecutor"/>. States stay in the runtime's memory and go from one run to the next
/// without a copy. A signal in any split gives the values of the whole within rounding: the runtime's kernels choose their order of additions by the number of rows.
/// </summary>
public sealed class OrtExecutor : IGraphExecutor, IDisposable
{
    private readonly OrtModel _model;
    private readonly CancellationToken _cancellation;
    private readonly string[] _inputNames;
    private readonly string[] _outputNames;
    private readonly OrtValue[] _states;
    private bool _ended;

    /// <summary>Begins a stream.</summary>
    /// <param name="model">The loaded graph; it must stay loaded.</param>
    /// <param name="cancellation">Ends a run that is under way, with <see cref="OperationCanceledException"/>; the stream is then as it was before that run.</param>
    public OrtExecutor(OrtModel model, CancellationToken cancellation = default)
    {
        (_model, _cancellation) = (model, cancellation);
        _inputNames = [.. model.Inputs.Select(i => i.Name), .. model.States.Select(s => s.Input)];
        _outputNames = [.. OutputNodes.Select(o => o.Name), .. model.States.Select(s => s.Output)];
        _states = new OrtValue[model.States.Count];
        Reset();
    }

    /// <inheritdoc/>
    public Graph Graph => _model.Graph;

    private IEnumerable<Node> OutputNodes => _model.Graph.Outputs.Concat(_model.Observed).Distinct();

    /// <inheritdoc/>
    public void Reset()
    {
        for (int i = 0; i < _states.Length; i++)
        {
            OnnxState state = _model.States[i];
            OrtValue start = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, state.IsInteger ? TensorElementType.Int64 : TensorElementType.Float, state.StartShape);
            start.GetTensorMutableRawData().Clear();
            Replace(i, start);
        }

        _ended = false;
    }

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The stream's token was cancelled.</exception>
    public FloatTensor[] Run(int frames, IReadOnlyDictionary<string, FloatTensor> inputs) => Run(frames, inputs, null);

    /// <inheritdoc/>
    /// <exception cref="OperationCanceledException">The stream's token was cancelled.</exception>
    public FloatTensor[] RunEnd(IReadOnlyDictionary<string, FloatTensor> inputs)
    {
        FloatTensor[] outputs = Run(inputs, null);
        _ended = true;
        return outputs;
    }

    /// <summary>Frees the stream's states; the model stays.</summary>
    public void Dispose()
    {
        foreach (OrtValue state in _states)
        {
            state.Dispose();
        }
    }

    /// <summary>Runs frames and hands the values of the observed nodes over.</summary>
    internal FloatTensor[] Run(int frames, IReadOnlyDictionary<string, FloatTensor> inputs, Action<Node, FloatTensor>? observer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frames);
        foreach (InputNode node in _model.Inputs)
        {
            FloatTensor value = InputValue(node, inputs);
            if (value.Rows != (long)frames * node.Shape.Rows)
            {
                throw new ArgumentException($"Input '{node.Name}' has {value.Rows} rows of {value.Channels}; {frames} frames of {node.Shape} were expected.", nameof(inputs));
            }
        }

        return Run(inputs, observer);
    }

    /// <summary>Runs the end of a stream and hands the values of the observed nodes over.</summary>
    internal FloatTensor[] Run(IReadOnlyDictionary<string, FloatTensor> inputs, Action<Node, FloatTensor>? observer)
    {
        if (_ended)
        {
            throw new InvalidOperationException("The stream has ended; reset the executor before the next one.");
        }

        FloatTensor[] values = [.. _model.Inputs.Select(i => InputValue(i, inputs))];
        foreach (CodeRange range in _model.CodeRanges)
        {
            range.Check(inputs[range.Input]);
        }

        // Nothing comes from nothing, and the runtime's kernels need not be asked what they make of no rows.
        if (values.All(v => v.Rows == 0))
        {
            return [.. Graph.Outputs.Select(o => new FloatTensor(0, o.Shape.Channels))];
        }

        return Take(RunSession(values), observer);
    }

    private IDisposableReadOnlyCollection<OrtValue> RunSession(FloatTensor[] values)
    {
        _cancellation.ThrowIfCancellationRequested();
        using var options = new RunOptions();
        using CancellationTokenRegistration registration = _cancellation.Register(() => options.Terminate = true);
        OrtValue[] inputs = [.. values.Select(v => OrtValue.CreateTensorValueFromMemory(v.Data, [v.Rows, v.Channels]))];
        try
        {
            return _model.Session.Run(options, _inputNames, [.. inputs, .. _states], _outputNames);
        }
        catch (OnnxRuntimeException) when (_cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(_cancellation);
        }
        finally
        {
            foreach (OrtValue input in inputs)
            {
                input.Dispose();
            }
        }
    }

    // Copies the outputs and keeps the states, which is why the collection is not disposed as a whole.
    private FloatTensor[] Take(IDisposableReadOnlyCollection<OrtValue> results, Action<Node, FloatTensor>? observer)
    {
        var outputs = new List<FloatTensor>();
        int index = 0;
        foreach (Node node in OutputNodes)
        {
            using OrtValue result = results[index++];
            ReadOnlySpan<float> data = result.GetTensorDataAsSpan<float>();
            var value = new FloatTensor(data.Length / node.Shape.Channels, node.Shape.Channels, data.ToArray());
            outputs.Add(value);
            observer?.Invoke(node, value);
        }

        for (int i = 0; i < _states.Length; i++)
        {
            Replace(i, results[index + i]);
        }

        return [.. outputs.Take(Graph.Outputs.Count)];
    }

    private void Replace(int index, OrtValue next)
    {
        _states[index]?.Dispose();
        _states[index] = next;
    }

    private static FloatTensor InputValue(InputNode node, IReadOnlyDictionary<string, FloatTensor> inputs)
    {
        if (!inputs.TryGetValue(node.Name, out FloatTensor? value))
        {
            throw new ArgumentException($"Input '{node.Name}' is missing.", nameof(inputs));
        }

        return value.Channels == node.Shape.Channels
            ? value
            : throw new ArgumentException($"Input '{node.Name}' has {value.Rows} rows of {value.Channels}; frames of {node.Shape} were expected.", nameof(inputs));
    }
}
