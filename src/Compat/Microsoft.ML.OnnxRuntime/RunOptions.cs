using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Options of one or more runs; runs that share an instance are ended together by <see cref="Terminate"/>.</summary>
public unsafe class RunOptions : SafeHandle
{
    private OrtLoggingLevel _logSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;
    private int _logVerbosityLevel;
    private string _logId = "";
    private bool _terminate;

    /// <summary>The library's defaults.</summary>
    /// <exception cref="DllNotFoundException">There is no native library that can be loaded.</exception>
    public RunOptions()
        : base(0, ownsHandle: true)
    {
        nint options;
        OrtApi.Instance.Check(OrtApi.Instance.CreateRunOptions(&options));
        SetHandle(options);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>From which severity on messages of the run are written.</summary>
    public OrtLoggingLevel LogSeverityLevel
    {
        get => _logSeverityLevel;
        set
        {
            using var options = new Lease(this);
            OrtApi.Instance.Check(OrtApi.Instance.RunOptionsSetRunLogSeverityLevel(options.Pointer, (int)value));
            _logSeverityLevel = value;
        }
    }

    /// <summary>How much is written at the verbose severity, from 0.</summary>
    public int LogVerbosityLevel
    {
        get => _logVerbosityLevel;
        set
        {
            using var options = new Lease(this);
            OrtApi.Instance.Check(OrtApi.Instance.RunOptionsSetRunLogVerbosityLevel(options.Pointer, value));
            _logVerbosityLevel = value;
        }
    }

    /// <summary>What messages of the run are marked with.</summary>
    public string LogId
    {
        get => _logId;
        set
        {
            using var options = new Lease(this);
            fixed (byte* id = NativeText.Utf8(value))
                OrtApi.Instance.Check(OrtApi.Instance.RunOptionsSetRunTag(options.Pointer, id));
            _logId = value;
        }
    }

    /// <summary>True ends all runs that use these options, soon and with an <see cref="OnnxRuntimeException"/>; any thread may set it.</summary>
    public bool Terminate
    {
        get => _terminate;
        set
        {
            using var options = new Lease(this);
            OrtApi api = OrtApi.Instance;
            api.Check(value ? api.RunOptionsSetTerminate(options.Pointer) : api.RunOptionsUnsetTerminate(options.Pointer));
            _terminate = value;
        }
    }

    /// <summary>Sets an entry of the run's configuration (onnxruntime_run_options_config_keys.h); a later value replaces an earlier one.</summary>
    public void AddRunConfigEntry(string configKey, string configValue) => ConfigEntry.Set(this, OrtApi.Instance.AddRunConfigEntry, configKey, configValue);

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtApi.Instance.ReleaseRunOptions(handle);
        return true;
    }
}
