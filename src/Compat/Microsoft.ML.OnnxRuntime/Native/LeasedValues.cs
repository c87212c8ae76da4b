using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>Keeps values alive for one run, whatever another thread disposes meanwhile.</summary>
internal sealed class LeasedValues : IDisposable
{
    private readonly SafeHandle[] _handles;
    private int _leased;

    /// <exception cref="ObjectDisposedException">A value is disposed.</exception>
    public LeasedValues(IReadOnlyCollection<OrtValue> values)
    {
        _handles = new SafeHandle[values.Count];
        Pointers = new nint[values.Count];
        try
        {
            foreach (OrtValue value in values)
            {
                ArgumentNullException.ThrowIfNull(value);
                bool added = false;
                value.Handle.DangerousAddRef(ref added);
                _handles[_leased] = value.Handle;
                Pointers[_leased++] = value.Handle.DangerousGetHandle();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public nint[] Pointers { get; }

    public void Dispose()
    {
        while (_leased > 0)
            _handles[--_leased].DangerousRelease();
    }
}
