using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>A model that is loaded and can be run, by any number of threads at once.</summary>
public unsafe class InferenceSession : IDisposable
{
    private readonly SessionHandle _session;
    private readonly ModelNodes _inputs;
    private readonly ModelNodes _outputs;
    private readonly RunOptions _defaults;

    /// <summary>Loads a model.</summary>
    /// <param name="modelPath">The file.</param>
    /// <exception cref="OnnxRuntimeException">The file is not there, or the library cannot run what is in it.</exception>
    /// <exception cref="DllNotFoundException">There is no native library that can be loaded.</exception>
    public InferenceSession(string modelPath)
    {
        using var options = new SessionOptions();
        (_session, _inputs, _outputs, _defaults) = Open(Create(modelPath, options));
    }

    /// <inheritdoc cref="InferenceSession(string)"/>
    /// <param name="modelPath">The file.</param>
    /// <param name="options">The session's options, which may be disposed afterwards.</param>
    public InferenceSession(string modelPath, SessionOptions options) => (_session, _inputs, _outputs, _defaults) = Open(Create(modelPath, options));

    /// <inheritdoc cref="InferenceSession(string)"/>
    /// <param name="model">The file's content, which the library copies.</param>
    public InferenceSession(byte[] model)
    {
        using var options = new SessionOptions();
        (_session, _inputs, _outputs, _defaults) = Open(Create(model, options));
    }

    /// <inheritdoc cref="InferenceSession(string)"/>
    /// <param name="model">The file's content, which the library copies.</param>
    /// <param name="options">The session's options, which may be disposed afterwards.</param>
    public InferenceSession(byte[] model, SessionOptions options) => (_session, _inputs, _outputs, _defaults) = Open(Create(model, options));

    /// <summary>The model's inputs by name.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> InputMetadata => _inputs.Metadata;

    /// <summary>The names of the inputs, in the model's order.</summary>
    public IReadOnlyList<string> InputNames => _inputs.Names;

    /// <summary>The model's outputs by name.</summary>
    public IReadOnlyDictionary<string, NodeMetadata> OutputMetadata => _outputs.Metadata;

    /// <summary>The names of the outputs, in the model's order.</summary>
    public IReadOnlyList<string> OutputNames => _outputs.Names;

    /// <summary>Runs the model; the library allocates the outputs.</summary>
    /// <param name="runOptions">Options of the run.</param>
    /// <param name="inputNames">Which inputs are given.</param>
    /// <param name="inputValues">Their values, in the same order.</param>
    /// <param name="outputNames">Which outputs are wanted.</param>
    /// <returns>The outputs, in the order asked for; the caller disposes them.</returns>
    /// <exception cref="OnnxRuntimeException">A name is not the model's, a value does not fit, or the run was ended.</exception>
    /// <exception cref="ArgumentException">There are not as many names as values.</exception>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        RunOptions runOptions, IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputValues, IReadOnlyCollection<string> outputNames)
    {
        ArgumentNullException.ThrowIfNull(runOptions);
        var values = new nint[outputNames.Count];
        Run(runOptions, inputNames, inputValues, outputNames, values);
        return Wrap(values);
    }

    /// <inheritdoc cref="Run(RunOptions, IReadOnlyCollection{string}, IReadOnlyCollection{OrtValue}, IReadOnlyCollection{string})"/>
    /// <param name="runOptions">Options of the run.</param>
    /// <param name="inputs">The inputs by name.</param>
    /// <param name="outputNames">Which outputs are wanted.</param>
    public IDisposableReadOnlyCollection<OrtValue> Run(RunOptions runOptions, IReadOnlyDictionary<string, OrtValue> inputs, IReadOnlyCollection<string> outputNames)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        return Run(runOptions, [.. inputs.Keys], [.. inputs.Values], outputNames);
    }

    /// <summary>Runs the model into tensors that the caller made.</summary>
    /// <param name="runOptions">Options of the run; null for the defaults.</param>
    /// <param name="inputNames">Which inputs are given.</param>
    /// <param name="inputValues">Their values, in the same order.</param>
    /// <param name="outputNames">Which outputs are wanted.</param>
    /// <param name="outputValues">Tensors of the outputs' types and shapes, in the same order.</param>
    /// <exception cref="OnnxRuntimeException">A name is not the model's, a value does not fit, or the run was ended.</exception>
    /// <exception cref="ArgumentException">There are not as many names as values.</exception>
    public void Run(
        RunOptions? runOptions, IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputValues,
        IReadOnlyCollection<string> outputNames, IReadOnlyCollection<OrtValue> outputValues)
    {
        if (outputNames.Count != outputValues.Count)
            throw new ArgumentException($"There are {outputNames.Count} names of outputs and {outputValues.Count} values.");

        using var outputs = new LeasedValues(outputValues);
        Run(runOptions ?? _defaults, inputNames, inputValues, outputNames, outputs.Pointers);
    }

    /// <summary>Ends profiling, and gives the name of the file that was written.</summary>
    public string EndProfiling()
    {
        OrtApi api = OrtApi.Instance;
        using var session = new Lease(_session);
        byte* name;
        api.Check(api.SessionEndProfiling(session.Pointer, api.DefaultAllocator(), &name));
        return NativeText.Take(name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of the model; runs under way finish first. Any number of calls do the same as one.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing)
            return;

        _session.Dispose();
        _defaults.Dispose();
    }

    private static nint Create(string path, SessionOptions options)
    {
        OrtApi api = OrtApi.Instance;
        using var env = new Lease(OrtEnv.Instance());
        using var lease = new Lease(options);
        nint session;
        fixed (byte* text = NativeText.Path(path))
            api.Check(api.CreateSession(env.Pointer, text, lease.Pointer, &session));
        return session;
    }

    private static nint Create(byte[] model, SessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        OrtApi api = OrtApi.Instance;
        using var env = new Lease(OrtEnv.Instance());
        using var lease = new Lease(options);
        nint session;
        fixed (byte* start = model)
            api.Check(api.CreateSessionFromArray(env.Pointer, start, (nuint)model.Length, lease.Pointer, &session));
        return session;
    }

    private static (SessionHandle Session, ModelNodes Inputs, ModelNodes Outputs, RunOptions Defaults) Open(nint created)
    {
        var session = new SessionHandle(created);
        try
        {
            OrtApi api = OrtApi.Instance;
            return (session, new ModelNodes(created, api.SessionGetInputCount, api.SessionGetInputName, api.SessionGetInputTypeInfo),
                new ModelNodes(created, api.SessionGetOutputCount, api.SessionGetOutputName, api.SessionGetOutputTypeInfo), new RunOptions());
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static DisposableList<OrtValue> Wrap(nint[] values)
    {
        var outputs = new DisposableList<OrtValue>(values.Length);
        try
        {
            foreach (nint value in values)
                outputs.Add(new OrtValue(value));
            return outputs;
        }
        catch
        {
            outputs.Dispose();
            for (int i = outputs.Count; i < values.Length; i++)
                OrtApi.Instance.ReleaseValue(values[i]);
            throw;
        }
    }

    // Null in outputValues is for the library to allocate.
    private void Run(RunOptions runOptions, IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputValues, IReadOnlyCollection<string> outputNames, nint[] outputValues)
    {
        if (inputNames.Count != inputValues.Count)
            throw new ArgumentException($"There are {inputNames.Count} names of inputs and {inputValues.Count} values.");

        OrtApi api = OrtApi.Instance;
        nint[] inputs = _inputs.Pointers(inputNames, "input"), outputs = _outputs.Pointers(outputNames, "output");
        using var session = new Lease(_session);
        using var options = new Lease(runOptions);
        using var values = new LeasedValues(inputValues);
        fixed (nint* inputStart = inputs, valueStart = values.Pointers, outputStart = outputs, resultStart = outputValues)
            api.Check(api.Run(session.Pointer, options.Pointer, inputStart, valueStart, (nuint)inputs.Length, outputStart, (nuint)outputs.Length, resultStart));
    }

    /// <summary>The native session.</summary>
    private sealed class SessionHandle : SafeHandle
    {
        public SessionHandle(nint session)
            : base(0, ownsHandle: true) => SetHandle(session);

        public override bool IsInvalid => handle == 0;

        protected override bool ReleaseHandle()
        {
            OrtApi.Instance.ReleaseSession(handle);
            return true;
        }
    }
}
