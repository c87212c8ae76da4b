using Microsoft.ML.OnnxRuntime;
using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Tests.Reference;

public sealed class CudaCheckTests : IDisposable
{
    private static readonly string[] WithCuda = ["CUDAExecutionProvider", "CPUExecutionProvider"];
    private static readonly string[] WithoutCuda = ["CPUExecutionProvider"];
    private readonly string _folder = Directory.CreateTempSubdirectory("ort-cuda-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_a_driver_the_drivers_library_is_named()
    {
        string? problem = CudaCheck.Missing("1.30.0", WithCuda, null, devices: null, index: 0);

        Assert.Equal($"there is no NVIDIA driver here ({(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1")} cannot be loaded)", problem);
    }

    [Fact]
    public void A_driver_without_a_device_and_a_device_too_many_are_told_apart()
    {
        Assert.Equal("the NVIDIA driver finds no device", CudaCheck.Missing("1.30.0", WithCuda, null, devices: 0, index: 0));
        Assert.Equal("there is no CUDA device 2: the driver has 2, counted from 0", CudaCheck.Missing("1.30.0", WithCuda, null, devices: 2, index: 2));
    }

    [Fact]
    public void A_library_without_cuda_is_named_with_both_ways_out()
    {
        string? problem = CudaCheck.Missing("1.30.0", WithoutCuda, null, devices: 1, index: 0);

        Assert.Equal("this ONNX Runtime (1.30.0) was built without CUDA: build with -p:EdgeCuda=true, or name a library that has it in Q3E_ONNXRUNTIME", problem);
    }

    [Fact]
    public void The_providers_file_that_is_missing_beside_the_library_is_named()
    {
        (string before, string after) = OperatingSystem.IsWindows() ? ("", ".dll") : ("lib", ".so");
        string shared = Path.Combine(_folder, $"{before}onnxruntime_providers_shared{after}"), cuda = Path.Combine(_folder, $"{before}onnxruntime_providers_cuda{after}");
        string library = Path.Combine(_folder, "libonnxruntime.so.1");

        Assert.Equal($"ONNX Runtime's CUDA provider is not installed: '{shared}' is not there", CudaCheck.Missing("1.30.0", WithCuda, library, devices: 1, index: 0));
        File.WriteAllBytes(shared, []);
        Assert.Equal($"ONNX Runtime's CUDA provider is not installed: '{cuda}' is not there", CudaCheck.Missing("1.30.0", WithCuda, library, devices: 1, index: 0));
        File.WriteAllBytes(cuda, []);
        Assert.Null(CudaCheck.Missing("1.30.0", WithCuda, library, devices: 1, index: 0));
        Assert.StartsWith($"ONNX Runtime's CUDA provider cannot be loaded (", CudaCheck.LoadProblem(library), StringComparison.Ordinal);
        Assert.Contains(shared, CudaCheck.LoadProblem(library), StringComparison.Ordinal);
    }

    [OnnxRuntimeFact]
    public void The_model_of_the_trial_doubles()
    {
        using var session = new InferenceSession(CudaCheck.Doubling);
        using OrtValue x = OrtValue.CreateTensorValueFromMemory([1.25f], [1]);
        using var run = new RunOptions();

        using IDisposableReadOnlyCollection<OrtValue> y = session.Run(run, session.InputNames, [x], session.OutputNames);

        Assert.Equal(2.5f, y[0].GetTensorDataAsSpan<float>()[0]);
    }

    [Fact]
    public void The_providers_options_are_named_as_the_provider_names_them()
    {
        Assert.Equal(
            new Dictionary<string, string> { ["device_id"] = "1", ["cudnn_conv_algo_search"] = "HEURISTIC" },
            SelectedDevice.CudaEntries(1, new SessionSettings()));
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["device_id"] = "0", ["cudnn_conv_algo_search"] = "EXHAUSTIVE", ["gpu_mem_limit"] = "1073741824", ["arena_extend_strategy"] = "kSameAsRequested",
            },
            SelectedDevice.CudaEntries(0, new SessionSettings { CudaMemoryLimit = 1L << 30, CudnnSearch = CudnnSearch.Exhaustive }));
    }
}
