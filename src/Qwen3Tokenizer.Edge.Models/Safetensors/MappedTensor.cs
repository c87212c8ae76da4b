using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Models.Safetensors;

/// <summary>
/// A float32 tensor of a safetensors file as memory that is read where it lies: nothing is copied, and pages come in when they are touched. Valid until the file is disposed.
/// Whoever gets the memory can find out where in which file it comes from (<see cref="TryFind"/>), so that a tensor used as stored can be named instead of copied.
/// </summary>
public sealed unsafe class MappedTensor : MemoryManager<float>
{
    internal MappedTensor(SafetensorsFile file, TensorInfo info) => (File, Info) = (file, info);

    /// <summary>The file.</summary>
    public SafetensorsFile File { get; }

    /// <summary>The tensor.</summary>
    public TensorInfo Info { get; }

    /// <summary>Its first byte, counted from the start of the file.</summary>
    public long Position => File.PositionOf(Info);

    /// <summary>Whether <paramref name="values"/> are a whole tensor of a file, in the order in which it is stored.</summary>
    public static bool TryFind(ReadOnlyMemory<float> values, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out MappedTensor? tensor) =>
        MemoryMarshal.TryGetMemoryManager(values, out tensor, out int start, out int length) && start == 0 && length == tensor.Info.Elements;

    /// <summary>The values. They lie in a read-only mapping: writing to them ends the process, which is why only <see cref="ReadOnlyMemory{T}"/> of them is handed out.</summary>
    public override Span<float> GetSpan()
    {
        ReadOnlySpan<float> values = File.Span<float>(Info.Name);
        return MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(values), values.Length);
    }

    /// <summary>The address; the mapping does not move.</summary>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, Info.Elements);
        return new MemoryHandle((float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(GetSpan())) + elementIndex);
    }

    /// <summary>Nothing to undo.</summary>
    public override void Unpin()
    {
    }

    /// <summary>The file owns the mapping.</summary>
    protected override void Dispose(bool disposing)
    {
    }
}
