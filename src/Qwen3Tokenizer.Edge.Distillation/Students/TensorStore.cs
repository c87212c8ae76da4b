using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Students;

/// <summary>
/// The weights of a model in training, by name. Every graph that is built from it computes with the same arrays, so that what the optimizer changes in one place changes everywhere.
/// </summary>
public sealed class TensorStore : IWeightSource
{
    private readonly Dictionary<string, Tensor> _tensors = new(StringComparer.Ordinal);
    private readonly Func<string, long[], float[]>? _create;

    /// <summary>An empty store.</summary>
    /// <param name="origin">What errors call it.</param>
    /// <param name="create">Makes the weights of a name and shape that is read for the first time; null to refuse it.</param>
    public TensorStore(string origin, Func<string, long[], float[]>? create = null) => (Origin, _create) = (origin, create);

    /// <inheritdoc/>
    public string Origin { get; }

    /// <summary>All tensors by name, in ordinal order.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> Tensors => _tensors.OrderBy(t => t.Key, StringComparer.Ordinal);

    /// <summary>The tensor of a name.</summary>
    /// <exception cref="ModelFormatException">There is none.</exception>
    public Tensor this[string name] => _tensors.TryGetValue(name, out Tensor? tensor) ? tensor : throw new ModelFormatException($"{Origin}: {name}: is missing.");

    /// <summary>Whether there is a tensor of a name.</summary>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <inheritdoc/>
    public float[] Read(string name, params ReadOnlySpan<long> shape)
    {
        if (!_tensors.TryGetValue(name, out Tensor? tensor))
        {
            long[] wanted = shape.ToArray();
            tensor = new Tensor(wanted, _create?.Invoke(name, wanted) ?? throw new ModelFormatException($"{Origin}: {name}: is missing."));
            _tensors.Add(name, tensor);
        }

        return tensor.Shape.AsSpan().SequenceEqual(shape)
            ? tensor.Values
            : throw new ModelFormatException($"{Origin}: {name}: has shape [{string.Join(", ", tensor.Shape)}], [{string.Join(", ", shape.ToArray())}] was expected.");
    }

    /// <summary>Adds or replaces a tensor. Graphs that were built before keep the array they have.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">Dimensions.</param>
    /// <param name="values">Row-major; used as it is.</param>
    public void Set(string name, long[] shape, float[] values) => _tensors[name] = new Tensor(shape, values);

    /// <summary>Takes over tensors of a model file whose names begin with one of <paramref name="prefixes"/>; all of them without any.</summary>
    /// <param name="file">The file.</param>
    /// <param name="prefixes">Such as <c>quantizer.</c>.</param>
    public void CopyFrom(SafetensorsFile file, params IReadOnlyList<string> prefixes)
    {
        foreach ((string name, TensorInfo info) in file.Tensors)
        {
            if (prefixes.Count == 0 || prefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal)))
            {
                Set(name, [.. info.Shape], file.ToFloat32(name));
            }
        }
    }

    /// <summary>A tensor: dimensions and row-major values.</summary>
    /// <param name="Shape">Dimensions.</param>
    /// <param name="Values">As many as the dimensions multiply to.</param>
    public sealed record Tensor(long[] Shape, float[] Values);
}
