using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Reference.Onnx;

/// <summary>
/// Weights in files beside the model ("external data" of the ONNX format). A tensor that the checkpoint has as it is wanted is named there, at its place; the others get places in a file
/// of their own, each from a page on, so that a runtime can map it. Small ones stay in the model. All places are known before anything is written.
/// </summary>
internal sealed class WeightPlan : IWeightSink
{
    // Below this an entry in the model is hardly longer than the name of a place.
    private const int LeastBytes = 1024;

    // The format's recommendation: offsets that are multiples of the page size can be mapped.
    private const int Page = 4096;

    private readonly string? _checkpoint;
    private readonly List<Item> _items = [];
    private readonly List<ReadOnlyMemory<float>> _sources = [];

    /// <summary>Starts an empty plan.</summary>
    /// <param name="checkpoint">Full path of a safetensors file that lies beside the model; null where all weights are to be written.</param>
    public WeightPlan(string? checkpoint) => _checkpoint = checkpoint;

    /// <summary>Bytes of the file to write; 0 where nothing is left for it.</summary>
    public long Length { get; private set; }

    /// <inheritdoc/>
    public void Store(TensorProto tensor, ReadOnlyMemory<float> stored, Func<ReadOnlyMemory<float>, float[]>? arrange)
    {
        long bytes = sizeof(float);
        foreach (long dim in tensor.Dims)
        {
            bytes = checked(bytes * dim);
        }

        _sources.Add(stored);
        if (bytes < LeastBytes)
        {
            InlineWeights.Instance.Store(tensor, stored, arrange);
        }
        else if (arrange is null && MappedTensor.TryFind(stored, out MappedTensor? mapped) && Path.GetFullPath(mapped.File.Path) == _checkpoint)
        {
            SetPlace(tensor, Path.GetFileName(_checkpoint), mapped.Position, bytes);
        }
        else
        {
            Length += -Length & (Page - 1);
            _items.Add(new Item(SetPlace(tensor, "", Length, bytes), stored, arrange, Length, bytes));
            Length += bytes;
        }
    }

    /// <summary>Names the file that <see cref="Write"/> will write.</summary>
    /// <param name="file">A file name without a folder: the format resolves it beside the model.</param>
    public void SetLocation(string file)
    {
        foreach (Item item in _items)
        {
            item.Location.Value = file;
        }
    }

    /// <summary>Appends all values, as the graph has them.</summary>
    public void AppendTo(IncrementalHash hash)
    {
        foreach (ReadOnlyMemory<float> source in _sources)
        {
            hash.AppendData(MemoryMarshal.AsBytes(source.Span));
        }
    }

    /// <summary>Gives the memory back that reading the checkpoint has taken, which its mapping keeps otherwise.</summary>
    public void ReleasePages()
    {
        HashSet<SafetensorsFile> files = [];
        foreach (ReadOnlyMemory<float> source in _sources)
        {
            if (MappedTensor.TryFind(source, out MappedTensor? mapped) && files.Add(mapped.File))
            {
                mapped.File.ReleasePages();
            }
        }
    }

    /// <summary>Writes the file: one tensor at a time is in memory.</summary>
    public void Write(Stream stream)
    {
        long position = 0;
        Span<byte> padding = stackalloc byte[Page];
        padding.Clear();
        foreach (Item item in _items)
        {
            stream.Write(padding[..(int)(item.Position - position)]);
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(item.Arrange is null ? item.Stored.Span : item.Arrange(item.Stored));
            if (bytes.Length != item.Bytes)
            {
                throw new InvalidOperationException($"A weight of {bytes.Length} bytes does not fill its {item.Bytes}.");
            }

            stream.Write(bytes);
            position = item.Position + item.Bytes;
        }
    }

    // Returns the entry that names the file.
    private static StringStringEntryProto SetPlace(TensorProto tensor, string file, long offset, long bytes)
    {
        var location = new StringStringEntryProto { Key = "location", Value = file };
        tensor.DataLocation = TensorProto.Types.DataLocation.External;
        tensor.ExternalData.Add(location);
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "offset", Value = offset.ToString(CultureInfo.InvariantCulture) });
        tensor.ExternalData.Add(new StringStringEntryProto { Key = "length", Value = bytes.ToString(CultureInfo.InvariantCulture) });
        return location;
    }

    private readonly record struct Item(StringStringEntryProto Location, ReadOnlyMemory<float> Stored, Func<ReadOnlyMemory<float>, float[]>? Arrange, long Position, long Bytes);
}
