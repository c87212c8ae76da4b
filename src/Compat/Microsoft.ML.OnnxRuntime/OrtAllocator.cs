using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Where the library takes memory from.</summary>
public class OrtAllocator : SafeHandle
{
    private static readonly Lazy<OrtAllocator> Default = new(() => new OrtAllocator(OrtApi.Instance.DefaultAllocator()), LazyThreadSafetyMode.PublicationOnly);

    // The library owns its default allocator.
    private OrtAllocator(nint allocator)
        : base(0, ownsHandle: false) => SetHandle(allocator);

    /// <summary>The processor's memory.</summary>
    /// <exception cref="DllNotFoundException">There is no native library that can be loaded.</exception>
    public static OrtAllocator DefaultInstance => Default.Value;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => true;
}
