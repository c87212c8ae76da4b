using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>A loaded shared library. Every arena holds a reference, so code is never unloaded under a living decoder or encoder.</summary>
internal sealed class LibraryHandle : SafeHandle
{
    public LibraryHandle(nint library) : base(0, ownsHandle: true) => SetHandle(library);

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeLibrary.Free(handle);
        return true;
    }
}
