namespace Qwen3Tokenizer.Edge.Reference.Onnx;

/// <summary>Takes the weights of a model that is being written.</summary>
internal interface IWeightSink
{
    /// <summary>Stores the bytes of <paramref name="tensor"/>, or says in it where they are. The tensor has its name, type and dimensions already.</summary>
    void Store(TensorProto tensor, ReadOnlySpan<byte> bytes);
}
