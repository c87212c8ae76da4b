using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>Where a graph builder takes named weights from: a model file, or a model in training.</summary>
public interface IWeightSource
{
    /// <summary>Where errors say that the weights are, such as a file's path.</summary>
    string Origin { get; }

    /// <summary>The weights of a name as float32, row-major. The node that gets the array computes with it as it is: whoever trains changes it in place.</summary>
    /// <param name="name">Name of the tensor, such as <c>decoder.head.weight</c>.</param>
    /// <param name="shape">The shape that the graph needs.</param>
    /// <exception cref="ModelFormatException">There is no such tensor, or it has another shape or a value that is not finite.</exception>
    float[] Read(string name, params ReadOnlySpan<long> shape);
}
