using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>Reads named weights as float32 and checks their shapes and that they are finite.</summary>
internal sealed class WeightSource(SafetensorsFile file)
{
    public float[] Read(string name, params ReadOnlySpan<long> shape)
    {
        TensorInfo info = file.Info(name);
        if (!info.Shape.AsSpan().SequenceEqual(shape))
        {
            throw new ModelFormatException($"{file.Path}: {name}: has shape {info.ShapeText}, [{string.Join(", ", shape.ToArray())}] was expected.");
        }

        float[] values = file.ToFloat32(name);
        for (int i = 0; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]))
            {
                throw new ModelFormatException(FormattableString.Invariant($"{file.Path}: {name}: value {i} is {values[i]}, a finite number was expected."));
            }
        }

        return values;
    }

    /// <summary>Reads divisors: none may be so small that its reciprocal overflows.</summary>
    public float[] ReadPositive(string name, params ReadOnlySpan<long> shape)
    {
        float[] values = Read(name, shape);
        for (int i = 0; i < values.Length; i++)
        {
            if (!(values[i] > 0 && float.IsFinite(1 / values[i])))
            {
                throw new ModelFormatException(FormattableString.Invariant($"{file.Path}: {name}: value {i} is {values[i]}, a positive number was expected."));
            }
        }

        return values;
    }
}
