using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>Keeps a native object alive for one call, whatever another thread disposes meanwhile.</summary>
internal readonly ref struct Lease
{
    private readonly SafeHandle _handle;

    /// <exception cref="ObjectDisposedException">The object is disposed.</exception>
    public Lease(SafeHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        bool added = false;
        handle.DangerousAddRef(ref added);
        _handle = handle;
    }

    public nint Pointer => _handle.DangerousGetHandle();

    public void Dispose() => _handle.DangerousRelease();
}
