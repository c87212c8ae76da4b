using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Ort;

/// <summary>Failure of ONNX Runtime.</summary>
public sealed class OrtException : Exception
{
    public OrtException()
    {
    }

    public OrtException(string message)
        : base(message)
    {
    }

    public OrtException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>
/// ONNX Runtime's native library through its C interface: a table of functions, to which versions only append. The numbers are positions in that table
/// (onnxruntime_c_api.h).
/// </summary>
public sealed unsafe class OrtApi
{
    // The table is asked for by the version of the interface that it must have at least.
    private const uint InterfaceVersion = 17;

    private readonly nint* _table;

    /// <summary>Loads the library.</summary>
    /// <param name="path">libonnxruntime.so.1, onnxruntime.dll or libonnxruntime.dylib.</param>
    public OrtApi(string path)
    {
        nint library = NativeLibrary.Load(path);
        var getBase = (delegate* unmanaged<nint*>)NativeLibrary.GetExport(library, "OrtGetApiBase");
        nint* functions = getBase();
        Version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)functions[1])()) ?? "?";
        _table = ((delegate* unmanaged<uint, nint*>)functions[0])(InterfaceVersion);
        if (_table == null)
        {
            throw new OrtException($"{path}: version {Version} does not offer interface {InterfaceVersion}.");
        }
    }

    /// <summary>Version of the library, such as 1.30.0.</summary>
    public string Version { get; }

    /// <summary>Address of a function.</summary>
    public nint this[Slot slot] => _table[(int)slot];

    /// <summary>Turns a status into an exception.</summary>
    public void Check(nint status)
    {
        if (status == 0)
        {
            return;
        }

        string message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)this[Slot.GetErrorMessage])(status)) ?? "no message";
        Release(Slot.ReleaseStatus, status);
        throw new OrtException("ONNX Runtime: " + message);
    }

    /// <summary>Releases an object.</summary>
    public void Release(Slot function, nint value) => ((delegate* unmanaged<nint, void>)this[function])(value);

    /// <summary>Positions in the table.</summary>
    public enum Slot
    {
        GetErrorMessage = 2,
        CreateEnv = 3,
        CreateSessionFromArray = 8,
        CreateSessionOptions = 10,
        SetOptimizedModelFilePath = 11,
        SetSessionGraphOptimizationLevel = 23,
        SetIntraOpNumThreads = 24,
        SetInterOpNumThreads = 25,
        CreateTensorWithDataAsOrtValue = 49,
        CreateCpuMemoryInfo = 69,
        ReleaseStatus = 93,
        ReleaseMemoryInfo = 94,
        ReleaseSession = 95,
        ReleaseValue = 96,
        ReleaseSessionOptions = 100,
        AddSessionConfigEntry = 130,
        RunWithBinding = 133,
        CreateIoBinding = 134,
        ReleaseIoBinding = 135,
        BindInput = 136,
        BindOutput = 137,
    }
}
