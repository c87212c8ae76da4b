using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>Reads named weights as float32 and checks their shapes and that they are finite.</summary>
internal sealed class WeightSource(SafetensorsFile file) : IWeightSource
{
    /// <inheritdoc/>
    public string Origin => file.Path;

    /// <inheritdoc/>
    public float[] Read(string name, params ReadOnlySpan<long> shape)
    {
        CheckShape(name, shape);
        float[] values = file.ToFloat32(name);
        CheckFinite(name, values);
        return values;
    }

    /// <summary>The same without a copy where the tensor is stored as float32: valid while the file is open.</summary>
    public ReadOnlyMemory<float> Map(string name, params ReadOnlySpan<long> shape)
    {
        CheckShape(name, shape);
        ReadOnlyMemory<float> values = file.Memory(name);
        CheckFinite(name, values.Span);
        return values;
    }

    private void CheckShape(string name, ReadOnlySpan<long> shape)
    {
        TensorInfo info = file.Info(name);
        if (!info.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new ModelFormatException($"{file.Path}: {name}: has shape {info.ShapeText}, [{string.Join(", ", shape.ToArray())}] was expected.");
        }
    }

    /// <summary>Refuses values that are not finite.</summary>
    public void CheckFinite(string name, ReadOnlySpan<float> values)
    {
        if (TensorPrimitives.IsFiniteAll(values))
        {
            return;
        }

        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new ModelFormatException(FormattableString.Invariant($"{file.Path}: {name}: value {i} is {values[i]}, a finite number was expected."));
            }
        }
    }
}
