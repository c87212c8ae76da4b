using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>
/// A shared library that the build tool emitted (C interface: <c>q3e.h</c>), loaded into this process.
/// </summary>
/// <remarks>
/// Any number of threads may share an instance. Disposing it while decoders or encoders live is allowed: the code stays loaded until the last
/// of them is disposed. Loading a library runs its code in this process, so load only libraries that you would run as a program.
/// </remarks>
public sealed unsafe class EmittedLibrary : IDisposable
{
    private EmittedLibrary(string path, LibraryHandle handle, NativeInterface native)
    {
        FilePath = path;
        Handle = handle;
        Native = native;
    }

    /// <summary>The file as it was given to <see cref="Load"/>.</summary>
    public string FilePath { get; }

    /// <summary>The library's <c>Q3E_ABI_VERSION</c>, one that this assembly supports.</summary>
    public int InterfaceVersion => (int)Native.Version;

    internal LibraryHandle Handle { get; }

    internal NativeInterface Native { get; }

    /// <summary>Loads a library and checks that it speaks a supported version of the interface.</summary>
    /// <param name="path">The file, absolute or relative to the current directory; the system's library folders are not searched.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="EmittedLibraryException">The file is not a shared library for this processor, not an emitted one, or of a
    /// version of the interface that is not supported; the message names the file and both versions.</exception>
    public static EmittedLibrary Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
            throw new FileNotFoundException($"There is no library '{path}'.", path);

        nint library;
        try
        {
            library = NativeLibrary.Load(full);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new EmittedLibraryException(
                $"'{path}' is not a shared library that this system ({RuntimeInformation.RuntimeIdentifier}) can load.", e);
        }

        var handle = new LibraryHandle(library);
        try
        {
            return new EmittedLibrary(path, handle, new NativeInterface(library, path));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>One of the library's models.</summary>
    /// <param name="name">The model's name, for example <c>edge-light</c>: ASCII letters, digits and hyphens. The library holds it under
    /// the symbol <c>q3e_edge_light</c>.</param>
    /// <exception cref="ArgumentException">The name is not a model's name.</exception>
    /// <exception cref="EmittedLibraryException">The library has no such model, or its descriptor is not valid.</exception>
    /// <exception cref="ObjectDisposedException">The library is disposed.</exception>
    public EmittedModel Model(string name)
    {
        if (!ModelDescriptor.IsName(name))
            throw new ArgumentException($"\"{name}\" is not a model's name: those are ASCII letters, digits and hyphens.", nameof(name));

        ObjectDisposedException.ThrowIf(Handle.IsClosed, this);
        bool referenced = false;
        try
        {
            Handle.DangerousAddRef(ref referenced);
            string symbol = "q3e_" + name.ToLowerInvariant().Replace('-', '_');
            if (!NativeLibrary.TryGetExport(Handle.DangerousGetHandle(), symbol, out nint address))
                throw new EmittedLibraryException($"'{FilePath}' has no model \"{name}\": it has no symbol {symbol}.");
            return new EmittedModel(this, address, ModelDescriptor.Read((NativeModel*)address, name, Native.Version, FilePath));
        }
        finally
        {
            if (referenced)
                Handle.DangerousRelease();
        }
    }

    /// <summary>Lets go of the library. It is unloaded now, or when its last decoder or encoder is disposed. Any number of calls do the same as one.</summary>
    public void Dispose() => Handle.Dispose();
}
