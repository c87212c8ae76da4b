namespace Qwen3Tokenizer.Edge.Reference.Onnx;

/// <summary>Takes the weights of a model that is being exported.</summary>
internal interface IWeightSink
{
    /// <summary>Stores the values of <paramref name="tensor"/>, or says in it where they are. The tensor has its name, type and dimensions already.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="stored">Values as a graph's node has them.</param>
    /// <param name="arrange">Makes of them what the tensor holds; null where they are it.</param>
    void Store(TensorProto tensor, ReadOnlyMemory<float> stored, Func<ReadOnlyMemory<float>, float[]>? arrange);
}
