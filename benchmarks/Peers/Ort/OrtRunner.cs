using System.Runtime.InteropServices;
using System.Text;
using Qwen3Tokenizer.Edge.Benchmarks.Peers.Onnx;
using static Qwen3Tokenizer.Edge.Benchmarks.Peers.Ort.OrtApi;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Ort;

/// <summary>
/// A session and one stream through it: one thread, all inputs and outputs bound beforehand to memory of our own. Two bindings take turns, so that the states that one
/// call writes are what the next one reads and nothing is copied.
/// </summary>
public sealed unsafe class OrtRunner : IDisposable
{
    private const int Float = 1;
    private const int Int64 = 7;
    private const int AllOptimizations = 99;
    private const int ArenaAllocator = 1;
    private const int DefaultMemory = 0;
    // Errors only: a warning says that a stored optimised model fits this machine alone, and it is only read here.
    private const int LogErrors = 3;
    private static nint environment;

    private readonly OrtApi _api;
    private readonly ExportedModel _model;
    private readonly nint _session;
    private readonly nint _memory;
    private readonly nint[] _bindings = new nint[2];
    private readonly List<nint> _values = [];
    private readonly List<nint> _blocks = [];
    private readonly List<(nint Data, int Bytes)> _states = [];
    private readonly long* _codes;
    private readonly float* _head;
    private int _turn;

    /// <summary>Creates the session; the optimised model is written to <paramref name="optimizedPath"/>.</summary>
    public OrtRunner(OrtApi api, ExportedModel model, string optimizedPath)
    {
        (_api, _model) = (api, model);
        _session = CreateSession(optimizedPath);
        nint memory;
        api.Check(((delegate* unmanaged<int, int, nint*, nint>)api[Slot.CreateCpuMemoryInfo])(ArenaAllocator, DefaultMemory, &memory));
        _memory = memory;
        for (int i = 0; i < 2; i++)
        {
            nint binding;
            api.Check(((delegate* unmanaged<nint, nint*, nint>)api[Slot.CreateIoBinding])(_session, &binding));
            _bindings[i] = binding;
        }

        (nint codes, nint codesData) = Tensor(Int64, sizeof(long), model.Tokens, model.Layers);
        (nint head, nint headData) = Tensor(Float, sizeof(float), model.HeadRows, model.HeadChannels);
        _codes = (long*)codesData;
        _head = (float*)headData;
        Bind(Slot.BindInput, 0, "codes", codes);
        Bind(Slot.BindInput, 1, "codes", codes);
        Bind(Slot.BindOutput, 0, "head", head);
        Bind(Slot.BindOutput, 1, "head", head);
        foreach (StateTensor state in model.States)
        {
            (nint even, nint evenData) = Tensor(Float, sizeof(float), state.Dims);
            (nint odd, nint _) = Tensor(Float, sizeof(float), state.Dims);
            _states.Add((evenData, sizeof(float) * (int)state.Dims.Aggregate((a, b) => a * b)));
            Bind(Slot.BindInput, 0, state.Input, even);
            Bind(Slot.BindOutput, 0, state.Output, odd);
            Bind(Slot.BindInput, 1, state.Input, odd);
            Bind(Slot.BindOutput, 1, state.Output, even);
        }
    }

    /// <summary>Head rows of the last call.</summary>
    public ReadOnlySpan<float> Head => new(_head, _model.HeadRows * _model.HeadChannels);

    /// <summary>Goes back to the start of a stream.</summary>
    public void Reset()
    {
        _turn = 0;
        foreach ((nint data, int bytes) in _states)
        {
            NativeMemory.Clear((void*)data, (nuint)bytes);
        }
    }

    /// <summary>One call: the codes [tokens, layers] of the next tokens to head rows.</summary>
    public void Run(ReadOnlySpan<ushort> codes)
    {
        for (int i = 0; i < codes.Length; i++)
        {
            _codes[i] = codes[i];
        }

        _api.Check(((delegate* unmanaged<nint, nint, nint, nint>)_api[Slot.RunWithBinding])(_session, 0, _bindings[_turn]));
        _turn ^= 1;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint binding in _bindings)
        {
            _api.Release(Slot.ReleaseIoBinding, binding);
        }

        foreach (nint value in _values)
        {
            _api.Release(Slot.ReleaseValue, value);
        }

        _api.Release(Slot.ReleaseMemoryInfo, _memory);
        _api.Release(Slot.ReleaseSession, _session);
        foreach (nint block in _blocks)
        {
            NativeMemory.AlignedFree((void*)block);
        }
    }

    private nint CreateSession(string optimizedPath)
    {
        nint env = environment, options, session;
        fixed (byte* id = "peers\0"u8)
        {
            if (env == 0)
            {
                _api.Check(((delegate* unmanaged<int, byte*, nint*, nint>)_api[Slot.CreateEnv])(LogErrors, id, &env));
                environment = env;
            }
        }

        _api.Check(((delegate* unmanaged<nint*, nint>)_api[Slot.CreateSessionOptions])(&options));
        _api.Check(((delegate* unmanaged<nint, int, nint>)_api[Slot.SetIntraOpNumThreads])(options, 1));
        _api.Check(((delegate* unmanaged<nint, int, nint>)_api[Slot.SetInterOpNumThreads])(options, 1));
        _api.Check(((delegate* unmanaged<nint, int, nint>)_api[Slot.SetSessionGraphOptimizationLevel])(options, AllOptimizations));
        fixed (byte* key = "session.intra_op.allow_spinning\0"u8, zero = "0\0"u8)
        {
            _api.Check(((delegate* unmanaged<nint, byte*, byte*, nint>)_api[Slot.AddSessionConfigEntry])(options, key, zero));
        }

        // Paths are UTF-16 on Windows and UTF-8 elsewhere.
        fixed (byte* path = OperatingSystem.IsWindows() ? Encoding.Unicode.GetBytes(optimizedPath + "\0") : Encoding.UTF8.GetBytes(optimizedPath + "\0"))
        {
            _api.Check(((delegate* unmanaged<nint, byte*, nint>)_api[Slot.SetOptimizedModelFilePath])(options, path));
        }

        fixed (byte* bytes = _model.Bytes)
        {
            _api.Check(((delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)_api[Slot.CreateSessionFromArray])(env, bytes, (nuint)_model.Bytes.Length, options, &session));
        }

        _api.Release(Slot.ReleaseSessionOptions, options);
        return session;
    }

    private (nint Value, nint Data) Tensor(int type, int elementBytes, params long[] dims)
    {
        const nuint alignment = 64;
        nuint bytes = (nuint)(elementBytes * dims.Aggregate((a, b) => a * b));
        void* data = NativeMemory.AlignedAlloc(bytes, alignment);
        NativeMemory.Clear(data, bytes);
        _blocks.Add((nint)data);
        nint value;
        fixed (long* d = dims)
        {
            _api.Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)_api[Slot.CreateTensorWithDataAsOrtValue])(
                _memory, data, bytes, d, (nuint)dims.Length, type, &value));
        }

        _values.Add(value);
        return (value, (nint)data);
    }

    private void Bind(Slot function, int binding, string name, nint value)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(name + "\0"))
        {
            _api.Check(((delegate* unmanaged<nint, byte*, nint, nint>)_api[function])(_bindings[binding], text, value));
        }
    }
}
