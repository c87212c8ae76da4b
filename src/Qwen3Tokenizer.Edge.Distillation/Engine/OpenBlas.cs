using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Engine;

/// <summary>
/// Matrix products by OpenBLAS (<c>cblas_sgemm</c>), several times as fast as the managed ones. Each call runs on the thread that makes it: a training step is shared between
/// threads by its sequences, not inside a product, so that all of a step runs in parallel and its result depends on the number of threads only.
/// Unlike <see cref="ManagedMatMul"/> it does not promise the same bits for every split of a signal: it serves training, not tokens.
/// </summary>
public sealed class OpenBlas : IMatMul
{
    private const int RowMajor = 101;
    private const int NoTranspose = 111;
    private const int Transpose = 112;

    private static readonly Lazy<OpenBlas?> Loaded = new(Load);

    private readonly unsafe delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _sgemm;

    private unsafe OpenBlas(nint library, string path)
    {
        Path = path;
        _sgemm = (delegate* unmanaged[Cdecl]<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)NativeLibrary.GetExport(library, "cblas_sgemm");
        ((delegate* unmanaged[Cdecl]<int, void>)NativeLibrary.GetExport(library, "openblas_set_num_threads"))(1);
        Description = Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)NativeLibrary.GetExport(library, "openblas_get_config"))()) ?? "OpenBLAS";
    }

    /// <summary>The library's products; null when it is not installed.</summary>
    public static OpenBlas? Instance => Loaded.Value;

    /// <summary>OpenBLAS where it is installed, else the managed products.</summary>
    public static IMatMul Fastest => Instance ?? (IMatMul)ManagedMatMul.Instance;

    /// <summary>What to install where <see cref="Instance"/> is null.</summary>
    public const string InstallHint = "apt-get install libopenblas0-pthread";

    /// <summary>Name under which the library was found.</summary>
    public string Path { get; }

    /// <summary>Version and build of the library, in its own words.</summary>
    public string Description { get; }

    /// <inheritdoc/>
    public void Multiply(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        if (rows == 0)
        {
            return;
        }

        int inputs = x.Length / rows, outputs = y.Length / rows;
        Check(x.Length == rows * inputs && y.Length == rows * outputs && weight.Length == (long)outputs * inputs && (bias.IsEmpty || bias.Length == outputs));
        for (int r = 0; r < rows && !bias.IsEmpty; r++)
        {
            bias.CopyTo(y[(r * outputs)..]);
        }

        Product(NoTranspose, Transpose, rows, outputs, inputs, x, inputs, weight, inputs, bias.IsEmpty ? 0 : 1, y, outputs);
    }

    /// <inheritdoc/>
    public void AddInputGradient(ReadOnlySpan<float> dy, int rows, ReadOnlySpan<float> weight, Span<float> dx)
    {
        (int inputs, int outputs) = (dx.Length / Math.Max(rows, 1), dy.Length / Math.Max(rows, 1));
        Check(dx.Length == rows * inputs && dy.Length == rows * outputs && weight.Length == (long)outputs * inputs);
        Product(NoTranspose, NoTranspose, rows, inputs, outputs, dy, outputs, weight, inputs, 1, dx, inputs);
    }

    /// <inheritdoc/>
    public void AddWeightGradient(ReadOnlySpan<float> dy, int rows, ReadOnlySpan<float> x, Span<float> dw)
    {
        (int inputs, int outputs) = (x.Length / Math.Max(rows, 1), dy.Length / Math.Max(rows, 1));
        Check(x.Length == rows * inputs && dy.Length == rows * outputs && dw.Length == (long)outputs * inputs);
        Product(Transpose, NoTranspose, outputs, inputs, rows, dy, outputs, x, inputs, 1, dw, inputs);
    }

    private unsafe void Product(
        int transposeA, int transposeB, int m, int n, int k, ReadOnlySpan<float> a, int strideA, ReadOnlySpan<float> b, int strideB, float beta, Span<float> c, int strideC)
    {
        fixed (float* pa = a, pb = b, pc = c)
        {
            _sgemm(RowMajor, transposeA, transposeB, m, n, k, 1, pa, strideA, pb, strideB, beta, pc, strideC);
        }
    }

    private static void Check(bool fits)
    {
        if (!fits)
        {
            throw new ArgumentException("Rows, inputs, weights and outputs do not fit together.");
        }
    }

    private static OpenBlas? Load()
    {
        string[] names = OperatingSystem.IsWindows() ? ["libopenblas.dll", "openblas.dll"] : OperatingSystem.IsMacOS() ? ["libopenblas.dylib"] : ["libopenblas.so.0", "libopenblas.so"];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return new OpenBlas(library, name);
            }
        }

        return null;
    }
}
