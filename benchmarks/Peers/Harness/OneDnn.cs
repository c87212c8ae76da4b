using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;

/// <summary>Shape of a matrix product.</summary>
/// <param name="Rows">Rows of activations.</param>
/// <param name="Inputs">K.</param>
/// <param name="Outputs">N.</param>
internal readonly record struct ProductShape(int Rows, int Inputs, int Outputs)
{
    /// <summary>2 per multiply-accumulate.</summary>
    public double Operations => 2.0 * Rows * Inputs * Outputs;
}

/// <summary>Bare INT8 matrix products by oneDNN, one thread.</summary>
internal sealed unsafe class OneDnn
{
    private readonly delegate* unmanaged<long, long, long, int, void*> _create;
    private readonly delegate* unmanaged<void*, int> _run;
    private readonly delegate* unmanaged<void> _finish;

    private OneDnn(nint library)
    {
        _create = (delegate* unmanaged<long, long, long, int, void*>)NativeLibrary.GetExport(library, "peers_onednn_create");
        _run = (delegate* unmanaged<void*, int>)NativeLibrary.GetExport(library, "peers_onednn_run");
        _finish = (delegate* unmanaged<void>)NativeLibrary.GetExport(library, "peers_onednn_finish");
        Version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "peers_onednn_version"))()) ?? "?";
    }

    /// <summary>Version of the library.</summary>
    public string Version { get; }

    /// <summary>Compiles the harness; null, with the reason on standard error, where oneDNN is not installed.</summary>
    public static OneDnn? TryLoad(CCompiler compiler, string folder)
    {
        // Read by the OpenMP runtime when oneDNN loads it.
        NativeHarness.SetVariable("OMP_NUM_THREADS", "1");
        try
        {
            return new OneDnn(NativeHarness.Load(compiler, folder, "onednn_matmul.c", "-ldnnl"));
        }
        catch (BuildException e)
        {
            Console.Error.WriteLine($"oneDNN is left out (Debian package libdnnl-dev): {e.Message}");
            return null;
        }
    }

    /// <summary>A call that does all products one after the other.</summary>
    /// <param name="shapes">The products; each has weights of its own.</param>
    /// <param name="signed">Whether activations are int8 instead of uint8.</param>
    public Action Chain(IReadOnlyList<ProductShape> shapes, bool signed)
    {
        var handles = new nint[shapes.Count];
        for (int i = 0; i < handles.Length; i++)
        {
            handles[i] = (nint)_create(shapes[i].Rows, shapes[i].Inputs, shapes[i].Outputs, signed ? 1 : 0);
            if (handles[i] == 0)
            {
                throw new InvalidOperationException($"oneDNN has no product of shape {shapes[i]}.");
            }
        }

        return () =>
        {
            foreach (nint handle in handles)
            {
                if (_run((void*)handle) != 0)
                {
                    throw new InvalidOperationException("A product of oneDNN failed.");
                }
            }

            _finish();
        };
    }
}
