using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;

/// <summary>The measured peak of byte multiply-accumulates of one core.</summary>
internal sealed unsafe class Peak
{
    private const long Rounds = 20_000;

    private readonly delegate* unmanaged<long, long> _run;

    /// <summary>Compiles the harness.</summary>
    public Peak(CCompiler compiler, string folder)
    {
        nint library = NativeHarness.Load(compiler, folder, "peak_int8.c");
        _run = (delegate* unmanaged<long, long>)NativeLibrary.GetExport(library, "peers_peak_run");
        Instruction = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)NativeLibrary.GetExport(library, "peers_peak_name"))()) ?? "?";
        Operations = 2.0 * _run(Rounds);
    }

    /// <summary>What it is made of.</summary>
    public string Instruction { get; }

    /// <summary>Operations of a call.</summary>
    public double Operations { get; }

    /// <summary>One call.</summary>
    public void Run() => _run(Rounds);
}
