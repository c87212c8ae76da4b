namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>
/// What a decoder and an encoder have in common: native memory with the library's object in it, one thread at a time, and refused calls
/// as exceptions. A call into the object stands between <see cref="Enter"/> and <see cref="Leave"/>.
/// </summary>
internal sealed unsafe class Arena : IDisposable
{
    private readonly EmittedModel _model;
    private readonly string _what;
    private readonly ArenaHandle _handle;
    private int _busy;

    /// <summary>Allocates an arena and lets the library make its object there.</summary>
    /// <param name="model">The model.</param>
    /// <param name="bytes">Size of the arena.</param>
    /// <param name="init">The library's function that makes the object.</param>
    /// <param name="what">The object with its article, for messages.</param>
    /// <exception cref="ObjectDisposedException">The library is disposed.</exception>
    /// <exception cref="EmittedLibraryException">The library refuses the model.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory of that size.</exception>
    public Arena(EmittedModel model, int bytes, delegate* unmanaged[Cdecl]<void*, void*, nuint, void**, int> init, string what)
    {
        (_model, _what) = (model, what);
        ObjectDisposedException.ThrowIf(model.Library.Handle.IsClosed, model.Library);
        // From here on the arena keeps the library loaded.
        _handle = new ArenaHandle(model.Library.Handle, bytes);
        try
        {
            void* made = null;
            var status = (EmittedStatus)init((void*)model.Address, (void*)_handle.DangerousGetHandle(), (nuint)bytes, &made);
            if (status != EmittedStatus.Ok)
                throw Refused(status, $"making {what}", "");
            if (made == null)
                throw new EmittedLibraryException($"Making {what} of model \"{model.Name}\" of '{model.Library.FilePath}' gave none.");
            Object = made;
        }
        catch
        {
            _handle.Dispose();
            throw;
        }
    }

    /// <summary>What the library made: a <c>q3e_decoder</c> or a <c>q3e_encoder</c>.</summary>
    public void* Object { get; }

    /// <summary>Begins a call: the memory and the library stay until <see cref="Leave"/>.</summary>
    /// <exception cref="InvalidOperationException">Another thread is in a call.</exception>
    /// <exception cref="ObjectDisposedException">The arena is disposed; the exception names the owner.</exception>
    public void Enter(object owner)
    {
        ObjectDisposedException.ThrowIf(_handle.IsClosed, owner);
        if (Interlocked.Exchange(ref _busy, 1) != 0)
            throw new InvalidOperationException($"{char.ToUpperInvariant(_what[0])}{_what[1..]} serves one thread at a time, and another thread's call is in progress.");
        bool referenced = false;
        try
        {
            _handle.DangerousAddRef(ref referenced);
        }
        finally
        {
            if (!referenced)
                Volatile.Write(ref _busy, 0);
        }
    }

    /// <summary>Ends a call.</summary>
    public void Leave()
    {
        _handle.DangerousRelease();
        Volatile.Write(ref _busy, 0);
    }

    /// <summary>The exception for a refused call. Made while the arena is referenced: the text comes from the library.</summary>
    /// <param name="status">What the call returned.</param>
    /// <param name="call">What was asked for.</param>
    /// <param name="detail">What the caller knows besides, with its separator; or nothing.</param>
    public EmittedLibraryException Refused(EmittedStatus status, string call, string detail) => new(
        $"Model \"{_model.Name}\" of '{_model.Library.FilePath}' refused {call}: {_model.Library.Native.StatusText((int)status)}{detail}.", status);

    /// <summary>Frees the memory, after a call in progress if there is one. Any number of calls do the same as one.</summary>
    public void Dispose() => _handle.Dispose();
}
