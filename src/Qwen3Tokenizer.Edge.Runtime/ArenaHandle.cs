using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>
/// An arena's memory: zeroed native memory, and a reference on the library whose code works in it. Both are given back together, after
/// the last call that runs in the arena has returned, in whatever order the owner and the finalizers let go.
/// </summary>
internal sealed unsafe class ArenaHandle : SafeHandle
{
    // q3e.h asks for 16; a cache line keeps the arenas on different threads from sharing one.
    private const int Alignment = 64;

    private readonly LibraryHandle _library;

    /// <exception cref="ObjectDisposedException">The library is disposed.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory of that size.</exception>
    public ArenaHandle(LibraryHandle library, int bytes) : base(0, ownsHandle: true)
    {
        _library = library;
        bool referenced = false;
        try
        {
            library.DangerousAddRef(ref referenced);
            void* arena = NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
            NativeMemory.Clear(arena, (nuint)bytes);
            SetHandle((nint)arena);
        }
        catch
        {
            // The handle is still invalid, so ReleaseHandle will not run.
            if (referenced)
                library.DangerousRelease();
            throw;
        }
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        _library.DangerousRelease();
        return true;
    }
}
