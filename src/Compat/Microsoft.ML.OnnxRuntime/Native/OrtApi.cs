using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>
/// The C interface: <c>OrtGetApiBase()</c> gives <c>{ GetApi(version), GetVersionString() }</c>, and <c>GetApi</c> a table of function pointers.
/// The table only ever grows at its end, so a slot keeps its number (onnxruntime_c_api.h, struct OrtApi). Objects are opaque pointers; most
/// functions return a status that is null when all went well.
/// </summary>
internal sealed unsafe class OrtApi
{
    // The first version that has every slot used here; the library gives the same table for all the versions that it knows.
    private const uint Version = 17;

    // A failure is not kept: the user may install the library while the program runs. Loading twice at once does no harm.
    private static readonly Lazy<OrtApi> Loaded = new(() => new OrtApi(), LazyThreadSafetyMode.PublicationOnly);
    private readonly nint _library;
    private readonly nint* _table;

    private OrtApi()
    {
        (_library, string from) = NativeRuntime.Load();
        if (!NativeLibrary.TryGetExport(_library, "OrtGetApiBase", out nint getBase))
            throw new DllNotFoundException($"'{from}' is not ONNX Runtime: it has no function OrtGetApiBase.");

        var api = (ApiBase*)((delegate* unmanaged<nint>)getBase)();
        VersionString = NativeText.Read(api->GetVersionString());
        _table = api->GetApi(Version);
        if (_table is null)
            throw new DllNotFoundException($"'{from}' is ONNX Runtime {VersionString}; 1.{Version} or later is needed.");
    }

    public static OrtApi Instance => Loaded.Value;

    public string VersionString { get; }

    public delegate* unmanaged<nint, int> GetErrorCode => (delegate* unmanaged<nint, int>)_table[1];
    public delegate* unmanaged<nint, byte*> GetErrorMessage => (delegate* unmanaged<nint, byte*>)_table[2];
    public delegate* unmanaged<int, byte*, nint*, nint> CreateEnv => (delegate* unmanaged<int, byte*, nint*, nint>)_table[3];
    public delegate* unmanaged<nint, nint> EnableTelemetryEvents => (delegate* unmanaged<nint, nint>)_table[5];
    public delegate* unmanaged<nint, nint> DisableTelemetryEvents => (delegate* unmanaged<nint, nint>)_table[6];
    public delegate* unmanaged<nint, byte*, nint, nint*, nint> CreateSession => (delegate* unmanaged<nint, byte*, nint, nint*, nint>)_table[7];
    public delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint> CreateSessionFromArray => (delegate* unmanaged<nint, byte*, nuint, nint, nint*, nint>)_table[8];
    public delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint> Run => (delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)_table[9];
    public delegate* unmanaged<nint*, nint> CreateSessionOptions => (delegate* unmanaged<nint*, nint>)_table[10];
    public delegate* unmanaged<nint, byte*, nint> SetOptimizedModelFilePath => (delegate* unmanaged<nint, byte*, nint>)_table[11];
    public delegate* unmanaged<nint, int, nint> SetSessionExecutionMode => (delegate* unmanaged<nint, int, nint>)_table[13];
    public delegate* unmanaged<nint, byte*, nint> EnableProfiling => (delegate* unmanaged<nint, byte*, nint>)_table[14];
    public delegate* unmanaged<nint, nint> DisableProfiling => (delegate* unmanaged<nint, nint>)_table[15];
    public delegate* unmanaged<nint, nint> EnableMemPattern => (delegate* unmanaged<nint, nint>)_table[16];
    public delegate* unmanaged<nint, nint> DisableMemPattern => (delegate* unmanaged<nint, nint>)_table[17];
    public delegate* unmanaged<nint, nint> EnableCpuMemArena => (delegate* unmanaged<nint, nint>)_table[18];
    public delegate* unmanaged<nint, nint> DisableCpuMemArena => (delegate* unmanaged<nint, nint>)_table[19];
    public delegate* unmanaged<nint, byte*, nint> SetSessionLogId => (delegate* unmanaged<nint, byte*, nint>)_table[20];
    public delegate* unmanaged<nint, int, nint> SetSessionLogVerbosityLevel => (delegate* unmanaged<nint, int, nint>)_table[21];
    public delegate* unmanaged<nint, int, nint> SetSessionLogSeverityLevel => (delegate* unmanaged<nint, int, nint>)_table[22];
    public delegate* unmanaged<nint, int, nint> SetSessionGraphOptimizationLevel => (delegate* unmanaged<nint, int, nint>)_table[23];
    public delegate* unmanaged<nint, int, nint> SetIntraOpNumThreads => (delegate* unmanaged<nint, int, nint>)_table[24];
    public delegate* unmanaged<nint, int, nint> SetInterOpNumThreads => (delegate* unmanaged<nint, int, nint>)_table[25];
    public delegate* unmanaged<nint, nuint*, nint> SessionGetInputCount => (delegate* unmanaged<nint, nuint*, nint>)_table[30];
    public delegate* unmanaged<nint, nuint*, nint> SessionGetOutputCount => (delegate* unmanaged<nint, nuint*, nint>)_table[31];
    public delegate* unmanaged<nint, nuint, nint*, nint> SessionGetInputTypeInfo => (delegate* unmanaged<nint, nuint, nint*, nint>)_table[33];
    public delegate* unmanaged<nint, nuint, nint*, nint> SessionGetOutputTypeInfo => (delegate* unmanaged<nint, nuint, nint*, nint>)_table[34];
    public delegate* unmanaged<nint, nuint, nint, byte**, nint> SessionGetInputName => (delegate* unmanaged<nint, nuint, nint, byte**, nint>)_table[36];
    public delegate* unmanaged<nint, nuint, nint, byte**, nint> SessionGetOutputName => (delegate* unmanaged<nint, nuint, nint, byte**, nint>)_table[37];
    public delegate* unmanaged<nint*, nint> CreateRunOptions => (delegate* unmanaged<nint*, nint>)_table[39];
    public delegate* unmanaged<nint, int, nint> RunOptionsSetRunLogVerbosityLevel => (delegate* unmanaged<nint, int, nint>)_table[40];
    public delegate* unmanaged<nint, int, nint> RunOptionsSetRunLogSeverityLevel => (delegate* unmanaged<nint, int, nint>)_table[41];
    public delegate* unmanaged<nint, byte*, nint> RunOptionsSetRunTag => (delegate* unmanaged<nint, byte*, nint>)_table[42];
    public delegate* unmanaged<nint, nint> RunOptionsSetTerminate => (delegate* unmanaged<nint, nint>)_table[46];
    public delegate* unmanaged<nint, nint> RunOptionsUnsetTerminate => (delegate* unmanaged<nint, nint>)_table[47];
    public delegate* unmanaged<nint, long*, nuint, int, nint*, nint> CreateTensorAsOrtValue => (delegate* unmanaged<nint, long*, nuint, int, nint*, nint>)_table[48];
    public delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensorWithDataAsOrtValue => (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)_table[49];
    public delegate* unmanaged<nint, void**, nint> GetTensorMutableData => (delegate* unmanaged<nint, void**, nint>)_table[51];
    public delegate* unmanaged<nint, nint*, nint> CastTypeInfoToTensorInfo => (delegate* unmanaged<nint, nint*, nint>)_table[55];
    public delegate* unmanaged<nint, int*, nint> GetOnnxTypeFromTypeInfo => (delegate* unmanaged<nint, int*, nint>)_table[56];
    public delegate* unmanaged<nint, int*, nint> GetTensorElementType => (delegate* unmanaged<nint, int*, nint>)_table[60];
    public delegate* unmanaged<nint, nuint*, nint> GetDimensionsCount => (delegate* unmanaged<nint, nuint*, nint>)_table[61];
    public delegate* unmanaged<nint, long*, nuint, nint> GetDimensions => (delegate* unmanaged<nint, long*, nuint, nint>)_table[62];
    public delegate* unmanaged<nint, byte**, nuint, nint> GetSymbolicDimensions => (delegate* unmanaged<nint, byte**, nuint, nint>)_table[63];
    public delegate* unmanaged<nint, nuint*, nint> GetTensorShapeElementCount => (delegate* unmanaged<nint, nuint*, nint>)_table[64];
    public delegate* unmanaged<nint, nint*, nint> GetTensorTypeAndShape => (delegate* unmanaged<nint, nint*, nint>)_table[65];
    public delegate* unmanaged<nint, int*, nint> GetValueType => (delegate* unmanaged<nint, int*, nint>)_table[67];
    public delegate* unmanaged<byte*, int, int, int, nint*, nint> CreateMemoryInfo => (delegate* unmanaged<byte*, int, int, int, nint*, nint>)_table[68];
    public delegate* unmanaged<int, int, nint*, nint> CreateCpuMemoryInfo => (delegate* unmanaged<int, int, nint*, nint>)_table[69];
    public delegate* unmanaged<nint, byte**, nint> MemoryInfoGetName => (delegate* unmanaged<nint, byte**, nint>)_table[71];
    public delegate* unmanaged<nint, int*, nint> MemoryInfoGetId => (delegate* unmanaged<nint, int*, nint>)_table[72];
    public delegate* unmanaged<nint, void*, nint> AllocatorFree => (delegate* unmanaged<nint, void*, nint>)_table[76];
    public delegate* unmanaged<nint*, nint> GetAllocatorWithDefaultOptions => (delegate* unmanaged<nint*, nint>)_table[78];
    public delegate* unmanaged<nint, void> ReleaseEnv => (delegate* unmanaged<nint, void>)_table[92];
    public delegate* unmanaged<nint, void> ReleaseStatus => (delegate* unmanaged<nint, void>)_table[93];
    public delegate* unmanaged<nint, void> ReleaseMemoryInfo => (delegate* unmanaged<nint, void>)_table[94];
    public delegate* unmanaged<nint, void> ReleaseSession => (delegate* unmanaged<nint, void>)_table[95];
    public delegate* unmanaged<nint, void> ReleaseValue => (delegate* unmanaged<nint, void>)_table[96];
    public delegate* unmanaged<nint, void> ReleaseRunOptions => (delegate* unmanaged<nint, void>)_table[97];
    public delegate* unmanaged<nint, void> ReleaseTypeInfo => (delegate* unmanaged<nint, void>)_table[98];
    public delegate* unmanaged<nint, void> ReleaseTensorTypeAndShapeInfo => (delegate* unmanaged<nint, void>)_table[99];
    public delegate* unmanaged<nint, void> ReleaseSessionOptions => (delegate* unmanaged<nint, void>)_table[100];
    public delegate* unmanaged<nint, nint, byte**, nint> SessionEndProfiling => (delegate* unmanaged<nint, nint, byte**, nint>)_table[110];
    public delegate* unmanaged<nint, byte*, long, nint> AddFreeDimensionOverrideByName => (delegate* unmanaged<nint, byte*, long, nint>)_table[124];
    public delegate* unmanaged<byte***, int*, nint> GetAvailableProviders => (delegate* unmanaged<byte***, int*, nint>)_table[125];
    public delegate* unmanaged<byte**, int, nint> ReleaseAvailableProviders => (delegate* unmanaged<byte**, int, nint>)_table[126];
    public delegate* unmanaged<nint, byte*, byte*, nint> AddSessionConfigEntry => (delegate* unmanaged<nint, byte*, byte*, nint>)_table[130];
    public delegate* unmanaged<nint, int, nint> SetLanguageProjection => (delegate* unmanaged<nint, int, nint>)_table[145];
    public delegate* unmanaged<nint, byte*, nint, nint> AddInitializer => (delegate* unmanaged<nint, byte*, nint, nint>)_table[150];
    public delegate* unmanaged<nint, byte*, byte*, nint> AddRunConfigEntry => (delegate* unmanaged<nint, byte*, byte*, nint>)_table[165];
    public delegate* unmanaged<nint, nint, nint> AppendCudaProvider => (delegate* unmanaged<nint, nint, nint>)_table[204];
    public delegate* unmanaged<nint*, nint> CreateCudaProviderOptions => (delegate* unmanaged<nint*, nint>)_table[205];
    public delegate* unmanaged<nint, byte**, byte**, nuint, nint> UpdateCudaProviderOptions => (delegate* unmanaged<nint, byte**, byte**, nuint, nint>)_table[206];
    public delegate* unmanaged<nint, nint, byte**, nint> GetCudaProviderOptionsAsString => (delegate* unmanaged<nint, nint, byte**, nint>)_table[207];
    public delegate* unmanaged<nint, void> ReleaseCudaProviderOptions => (delegate* unmanaged<nint, void>)_table[208];
    public delegate* unmanaged<nint, int, nint> UpdateEnvWithCustomLogLevel => (delegate* unmanaged<nint, int, nint>)_table[226];

    /// <summary><c>OrtSessionOptionsAppendExecutionProvider_CUDA(options, device)</c>: not in the table, but a function of its own where the library has it.</summary>
    /// <exception cref="EntryPointNotFoundException">The library was built without it.</exception>
    public delegate* unmanaged<nint, int, nint> AppendCudaProviderById() =>
        (delegate* unmanaged<nint, int, nint>)NativeLibrary.GetExport(_library, "OrtSessionOptionsAppendExecutionProvider_CUDA");

    /// <summary>Turns a status that is not null into an exception, and frees it.</summary>
    /// <exception cref="OnnxRuntimeException">The status says that the call failed.</exception>
    public void Check(nint status)
    {
        if (status == 0)
            return;

        var code = (ErrorCode)GetErrorCode(status);
        string message = NativeText.Read(GetErrorMessage(status));
        ReleaseStatus(status);
        throw new OnnxRuntimeException(code, message);
    }

    /// <summary>The process's allocator, which nobody frees.</summary>
    public nint DefaultAllocator()
    {
        nint allocator;
        Check(GetAllocatorWithDefaultOptions(&allocator));
        return allocator;
    }

    /// <summary>OrtApiBase.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ApiBase
    {
        public readonly delegate* unmanaged<uint, nint*> GetApi;
        public readonly delegate* unmanaged<byte*> GetVersionString;
    }
}
