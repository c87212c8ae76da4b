using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Options that sessions are created with; a session keeps no tie to them.</summary>
public unsafe class SessionOptions : SafeHandle
{
    private bool _enableMemoryPattern = true;
    private bool _enableCpuMemArena = true;
    private bool _enableProfiling;
    private string _optimizedModelFilePath = "";
    private string _logId = "";
    private OrtLoggingLevel _logSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;
    private int _logVerbosityLevel;
    private int _intraOpNumThreads;
    private int _interOpNumThreads;
    private GraphOptimizationLevel _graphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
    private ExecutionMode _executionMode = ExecutionMode.ORT_SEQUENTIAL;

    /// <summary>The library's defaults.</summary>
    /// <exception cref="DllNotFoundException">There is no native library that can be loaded.</exception>
    public SessionOptions()
        : base(0, ownsHandle: true)
    {
        _ = OrtEnv.Instance();
        nint options;
        OrtApi.Instance.Check(OrtApi.Instance.CreateSessionOptions(&options));
        SetHandle(options);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Whether the memory of a first run is planned for later runs of the same shapes; on by default.</summary>
    public bool EnableMemoryPattern
    {
        get => _enableMemoryPattern;
        set
        {
            Set(value ? OrtApi.Instance.EnableMemPattern : OrtApi.Instance.DisableMemPattern);
            _enableMemoryPattern = value;
        }
    }

    /// <summary>Whether memory is taken from an arena, which keeps what it once took; on by default.</summary>
    public bool EnableCpuMemArena
    {
        get => _enableCpuMemArena;
        set
        {
            Set(value ? OrtApi.Instance.EnableCpuMemArena : OrtApi.Instance.DisableCpuMemArena);
            _enableCpuMemArena = value;
        }
    }

    /// <summary>What the profile's file name begins with; read when <see cref="EnableProfiling"/> is set.</summary>
    public string ProfileOutputPathPrefix { get; set; } = "onnxruntime_profile_";

    /// <summary>Whether runs are profiled into a file; off by default.</summary>
    public bool EnableProfiling
    {
        get => _enableProfiling;
        set
        {
            if (value)
                Set(OrtApi.Instance.EnableProfiling, NativeText.Path(ProfileOutputPathPrefix));
            else
                Set(OrtApi.Instance.DisableProfiling);
            _enableProfiling = value;
        }
    }

    /// <summary>Where a session writes the graph as it is after optimization; empty, the default, for nowhere.</summary>
    public string OptimizedModelFilePath
    {
        get => _optimizedModelFilePath;
        set => SetText(OrtApi.Instance.SetOptimizedModelFilePath, NativeText.Path(value), ref _optimizedModelFilePath, value);
    }

    /// <summary>What messages of the session are marked with.</summary>
    public string LogId
    {
        get => _logId;
        set => SetText(OrtApi.Instance.SetSessionLogId, NativeText.Utf8(value), ref _logId, value);
    }

    /// <summary>From which severity on messages of the session are written; warnings by default.</summary>
    public OrtLoggingLevel LogSeverityLevel
    {
        get => _logSeverityLevel;
        set => SetNumber(OrtApi.Instance.SetSessionLogSeverityLevel, ref _logSeverityLevel, value);
    }

    /// <summary>How much is written at the verbose severity, from 0.</summary>
    public int LogVerbosityLevel
    {
        get => _logVerbosityLevel;
        set => SetNumber(OrtApi.Instance.SetSessionLogVerbosityLevel, ref _logVerbosityLevel, value);
    }

    /// <summary>Threads within a node; 0, the default, for the library's choice.</summary>
    public int IntraOpNumThreads
    {
        get => _intraOpNumThreads;
        set => SetNumber(OrtApi.Instance.SetIntraOpNumThreads, ref _intraOpNumThreads, value);
    }

    /// <summary>Threads across nodes, in parallel mode; 0, the default, for the library's choice.</summary>
    public int InterOpNumThreads
    {
        get => _interOpNumThreads;
        set => SetNumber(OrtApi.Instance.SetInterOpNumThreads, ref _interOpNumThreads, value);
    }

    /// <summary>How far the graph is rewritten; everything by default.</summary>
    public GraphOptimizationLevel GraphOptimizationLevel
    {
        get => _graphOptimizationLevel;
        set => SetNumber(OrtApi.Instance.SetSessionGraphOptimizationLevel, ref _graphOptimizationLevel, value);
    }

    /// <summary>Whether independent nodes run at the same time; one after the other by default.</summary>
    public ExecutionMode ExecutionMode
    {
        get => _executionMode;
        set => SetNumber(OrtApi.Instance.SetSessionExecutionMode, ref _executionMode, value);
    }

    /// <summary>Sets an entry of the session's configuration (onnxruntime_session_options_config_keys.h); a later value replaces an earlier one.</summary>
    public void AddSessionConfigEntry(string configKey, string configValue) => ConfigEntry.Set(this, OrtApi.Instance.AddSessionConfigEntry, configKey, configValue);

    /// <summary>Gives a symbolic dimension of the model's inputs a value.</summary>
    public void AddFreeDimensionOverrideByName(string dimName, long dimValue)
    {
        using var options = new Lease(this);
        fixed (byte* name = NativeText.Utf8(dimName))
            OrtApi.Instance.Check(OrtApi.Instance.AddFreeDimensionOverrideByName(options.Pointer, name, dimValue));
    }

    /// <summary>Gives an initializer its value: sessions use it instead of the one of that name in the model. The value and its memory must outlive the sessions.</summary>
    public void AddInitializer(string name, OrtValue ortValue)
    {
        ArgumentNullException.ThrowIfNull(ortValue);
        using var options = new Lease(this);
        using var value = new Lease(ortValue.Handle);
        fixed (byte* text = NativeText.Utf8(name))
            OrtApi.Instance.Check(OrtApi.Instance.AddInitializer(options.Pointer, text, value.Pointer));
    }

    /// <summary>Runs what can be run there on a CUDA device.</summary>
    /// <param name="deviceId">The device's index, from 0.</param>
    /// <exception cref="OnnxRuntimeException">The provider's own library is not there, or it or the driver cannot be loaded.</exception>
    /// <exception cref="EntryPointNotFoundException">The native library was built without CUDA.</exception>
    public void AppendExecutionProvider_CUDA(int deviceId = 0)
    {
        using var options = new Lease(this);
        OrtApi.Instance.Check(OrtApi.Instance.AppendCudaProviderById()(options.Pointer, deviceId));
    }

    /// <summary>Runs what can be run there on a CUDA device.</summary>
    /// <exception cref="OnnxRuntimeException">The provider's own library is not there, or it or the driver cannot be loaded.</exception>
    public void AppendExecutionProvider_CUDA(OrtCUDAProviderOptions cudaProviderOptions)
    {
        using var options = new Lease(this);
        using var cuda = new Lease(cudaProviderOptions);
        OrtApi.Instance.Check(OrtApi.Instance.AppendCudaProvider(options.Pointer, cuda.Pointer));
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtApi.Instance.ReleaseSessionOptions(handle);
        return true;
    }

    private void Set(delegate* unmanaged<nint, nint> function)
    {
        using var options = new Lease(this);
        OrtApi.Instance.Check(function(options.Pointer));
    }

    private void Set(delegate* unmanaged<nint, byte*, nint> function, byte[] text)
    {
        using var options = new Lease(this);
        fixed (byte* start = text)
            OrtApi.Instance.Check(function(options.Pointer, start));
    }

    // A number, or an enumeration that the library takes as one. What was set is remembered: the library cannot be asked.
    private void SetNumber<T>(delegate* unmanaged<nint, int, nint> function, ref T field, T value)
        where T : unmanaged
    {
        using var options = new Lease(this);
        OrtApi.Instance.Check(function(options.Pointer, Unsafe.BitCast<T, int>(value)));
        field = value;
    }

    private void SetText(delegate* unmanaged<nint, byte*, nint> function, byte[] text, ref string field, string value)
    {
        Set(function, text);
        field = value;
    }
}
