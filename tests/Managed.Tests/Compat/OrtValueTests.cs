using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Qwen3Tokenizer.Edge.Tests.Compat;

public sealed class OrtValueTests
{
    [OnnxRuntimeFact]
    public void A_tensor_over_memory_is_that_memory()
    {
        float[] data = [1, 2, 3, 4, 5, 6];
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, data.AsMemory(2), [2, 2]);

        value.GetTensorMutableDataAsSpan<float>()[0] = 30;

        Assert.Equal([1, 2, 30, 4, 5, 6], data);
        Assert.Equal([30, 4, 5, 6], value.GetTensorDataAsSpan<float>().ToArray());
        Assert.True(value.IsTensor);
        Assert.Equal(OnnxValueType.ONNX_TYPE_TENSOR, value.OnnxType);
        Assert.Equal(16, value.GetTensorMutableRawData().Length);
    }

    [OnnxRuntimeFact]
    public void Memory_stays_in_its_place_while_a_tensor_lies_over_it()
    {
        var values = new List<OrtValue>();
        for (int i = 0; i < 100; i++)
            values.Add(OrtValue.CreateTensorValueFromMemory([i, i + 1], [2]));
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);

        Assert.All(values.Select((value, i) => (value, i)), pair => Assert.Equal([pair.i, pair.i + 1], pair.value.GetTensorDataAsSpan<int>().ToArray()));
        values.ForEach(value => value.Dispose());
    }

    [OnnxRuntimeFact]
    public void The_library_allocates_tensors_too()
    {
        using OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Int64, [2, 3]);

        value.GetTensorMutableDataAsSpan<long>().Fill(7);

        Assert.Equal([7, 7, 7, 7, 7, 7], value.GetTensorDataAsSpan<long>().ToArray());
        Assert.Equal([2L, 3L], value.GetTensorTypeAndShape().Shape);
    }

    [OnnxRuntimeFact]
    public unsafe void A_tensor_over_native_memory_is_that_memory()
    {
        int* data = stackalloc int[3] { 1, 2, 3 };
        using OrtValue value = OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.Int32, [3], (nint)data, 3 * sizeof(int));

        data[1] = 20;

        Assert.Equal([1, 20, 3], value.GetTensorDataAsSpan<int>().ToArray());
    }

    [OnnxRuntimeFact]
    public void A_scalar_has_one_element_and_an_empty_tensor_none()
    {
        using OrtValue scalar = OrtValue.CreateTensorValueFromMemory([3.5f], []);
        using OrtValue empty = OrtValue.CreateTensorValueFromMemory(new float[1], [0, 4]);

        Assert.Equal(0, scalar.GetTensorTypeAndShape().DimensionsCount);
        Assert.Equal(3.5f, scalar.GetTensorDataAsSpan<float>()[0]);
        Assert.Equal(0, empty.GetTensorTypeAndShape().ElementCount);
        Assert.True(empty.GetTensorDataAsSpan<float>().IsEmpty);
    }

    [OnnxRuntimeFact]
    public void Memory_and_types_that_do_not_fit_are_refused()
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(new float[4], [4]);

        Assert.Throws<OnnxRuntimeException>(() => OrtValue.CreateTensorValueFromMemory(new float[3], [2, 2]));
        Assert.Throws<OnnxRuntimeException>(() => OrtValue.CreateTensorValueFromMemory(new Guid[4], [4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => OrtValue.CreateTensorValueFromMemory(new float[4], [-1, 4]));
        Assert.Throws<OnnxRuntimeException>(() => OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.Float, [4], 0, 8));
        Assert.Throws<OnnxRuntimeException>(() => OrtValue.CreateTensorValueWithData(OrtMemoryInfo.DefaultInstance, TensorElementType.String, [4], 0, 8));
        Assert.Throws<OnnxRuntimeException>(() => value.GetTensorDataAsSpan<int>().Length);
        Assert.Throws<OnnxRuntimeException>(() => OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, TensorElementType.Float, [-1]));
    }

    [OnnxRuntimeFact]
    public void Memory_information_tells_whose_memory_it_is()
    {
        using var info = new OrtMemoryInfo(OrtMemoryInfo.allocatorCPU, OrtAllocatorType.ArenaAllocator, 0, OrtMemType.Default);

        Assert.Equal(("Cpu", 0), (info.Name, info.Id));
        Assert.Throws<OnnxRuntimeException>(() => new OrtMemoryInfo("NoSuchDevice", OrtAllocatorType.DeviceAllocator, 0, OrtMemType.Default));
    }
}
