using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>The process's ONNX Runtime environment: one for all sessions, made at first use.</summary>
public sealed unsafe class OrtEnv : SafeHandle
{
    // ORT_PROJECTION_CSHARP, which the library's own statistics tell languages apart by.
    private const int ProjectionCSharp = 2;
    private static readonly Lazy<OrtEnv> Created = new(() => new OrtEnv(), LazyThreadSafetyMode.ExecutionAndPublication);
    private OrtLoggingLevel _envLogLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;

    private OrtEnv()
        : base(0, ownsHandle: true)
    {
        OrtApi api = OrtApi.Instance;
        nint env;
        fixed (byte* name = NativeText.Utf8("CSharpOnnxRuntime"))
            api.Check(api.CreateEnv((int)_envLogLevel, name, &env));

        SetHandle(env);
        api.Check(api.SetLanguageProjection(env, ProjectionCSharp));
    }

    /// <summary>Whether the environment exists already.</summary>
    public static bool IsCreated => Created.IsValueCreated;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>From which severity on messages are written to standard error.</summary>
    public OrtLoggingLevel EnvLogLevel
    {
        get => _envLogLevel;
        set
        {
            using var env = new Lease(this);
            OrtApi.Instance.Check(OrtApi.Instance.UpdateEnvWithCustomLogLevel(env.Pointer, (int)value));
            _envLogLevel = value;
        }
    }

    /// <summary>The environment.</summary>
    /// <exception cref="DllNotFoundException">There is no native library that can be loaded.</exception>
    public static OrtEnv Instance()
    {
        // Loaded here first, so that a failure to load is not kept along with the environment.
        _ = OrtApi.Instance;
        return Created.Value;
    }

    /// <summary>Lets the library report its use to the system, where it was built for that (official Windows builds).</summary>
    public void EnableTelemetryEvents()
    {
        using var env = new Lease(this);
        OrtApi.Instance.Check(OrtApi.Instance.EnableTelemetryEvents(env.Pointer));
    }

    /// <summary>Keeps the library from reporting its use.</summary>
    public void DisableTelemetryEvents()
    {
        using var env = new Lease(this);
        OrtApi.Instance.Check(OrtApi.Instance.DisableTelemetryEvents(env.Pointer));
    }

    /// <summary>The native library's version, for example <c>1.23.2</c>.</summary>
    public string GetVersionString() => OrtApi.Instance.VersionString;

    /// <summary>The execution providers that the native library was built with, which is not to say that they work here.</summary>
    public string[] GetAvailableProviders()
    {
        OrtApi api = OrtApi.Instance;
        byte** names;
        int count;
        api.Check(api.GetAvailableProviders(&names, &count));
        try
        {
            var providers = new string[count];
            for (int i = 0; i < count; i++)
                providers[i] = NativeText.Read(names[i]);
            return providers;
        }
        finally
        {
            api.Check(api.ReleaseAvailableProviders(names, count));
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtApi.Instance.ReleaseEnv(handle);
        return true;
    }
}
