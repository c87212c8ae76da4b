using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Tests.Compat;

public sealed class SessionOptionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ort-options-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [OnnxRuntimeFact]
    public void Options_keep_what_they_are_set_to()
    {
        using var options = new SessionOptions();
        Assert.Equal((0, 0, true, true, GraphOptimizationLevel.ORT_ENABLE_ALL, ExecutionMode.ORT_SEQUENTIAL),
            (options.IntraOpNumThreads, options.InterOpNumThreads, options.EnableMemoryPattern, options.EnableCpuMemArena, options.GraphOptimizationLevel, options.ExecutionMode));

        options.IntraOpNumThreads = 3;
        options.InterOpNumThreads = 2;
        options.EnableMemoryPattern = false;
        options.EnableCpuMemArena = false;
        options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_BASIC;
        options.ExecutionMode = ExecutionMode.ORT_PARALLEL;
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        options.LogVerbosityLevel = 1;
        options.LogId = "tests";
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");

        Assert.Equal((3, 2, false, false, GraphOptimizationLevel.ORT_ENABLE_BASIC, ExecutionMode.ORT_PARALLEL),
            (options.IntraOpNumThreads, options.InterOpNumThreads, options.EnableMemoryPattern, options.EnableCpuMemArena, options.GraphOptimizationLevel, options.ExecutionMode));
        Assert.Equal((OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, 1, "tests"), (options.LogSeverityLevel, options.LogVerbosityLevel, options.LogId));
        using var session = new InferenceSession(TinyModels.Product, options);
        Assert.Equal(["x"], session.InputNames);
    }

    [OnnxRuntimeFact]
    public void The_optimized_model_is_written_and_smaller_by_what_was_folded()
    {
        string path = Path.Combine(_folder, "optimized.onnx"), asIs = Path.Combine(_folder, "as-is.onnx");
        Write(path, GraphOptimizationLevel.ORT_ENABLE_BASIC);
        Write(asIs, GraphOptimizationLevel.ORT_DISABLE_ALL);

        Assert.Equal(["Add"], OperatorsOf(path));
        Assert.Equal(["Mul", "Identity", "Add"], OperatorsOf(asIs));
        using var session = new InferenceSession(path);
        Assert.Equal(8.5f, RunOne(session, 2.5f));
    }

    [OnnxRuntimeFact]
    public void A_profile_names_the_nodes_that_ran()
    {
        using var options = new SessionOptions { ProfileOutputPathPrefix = Path.Combine(_folder, "profile"), EnableProfiling = true };
        using var session = new InferenceSession(TinyModels.Product, options);
        using OrtValue x = OrtValue.CreateTensorValueFromMemory(new float[2], [1, 2]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> y = session.Run(run, ["x"], [x], ["y"]);

        string profile = session.EndProfiling();

        Assert.StartsWith(Path.Combine(_folder, "profile"), profile, StringComparison.Ordinal);
        using var events = JsonDocument.Parse(File.ReadAllBytes(profile));
        Assert.Contains(events.RootElement.EnumerateArray(), e => e.GetProperty("name").GetString()!.StartsWith("y_node", StringComparison.Ordinal));
    }

    [OnnxRuntimeFact]
    public void An_initializer_of_the_callers_takes_the_place_of_the_models()
    {
        using OrtValue weight = OrtValue.CreateTensorValueFromMemory(new float[] { 10, 20, 30, 0, 0, 0 }, [2, 3]);
        using var options = new SessionOptions();
        options.AddInitializer("w", weight);
        using var session = new InferenceSession(TinyModels.Product, options);
        using OrtValue x = OrtValue.CreateTensorValueFromMemory([1f, 1f], [1, 2]);
        using var run = new RunOptions();

        using IDisposableReadOnlyCollection<OrtValue> y = session.Run(run, ["x"], [x], ["y"]);

        Assert.Equal([10, 20, 30], y[0].GetTensorDataAsSpan<float>().ToArray());
    }

    [OnnxRuntimeFact]
    public void An_open_dimension_can_be_fixed()
    {
        using var options = new SessionOptions();
        options.AddFreeDimensionOverrideByName("T", 4);
        using var session = new InferenceSession(TinyModels.Product, options);
        using OrtValue other = OrtValue.CreateTensorValueFromMemory(new float[2], [1, 2]);
        using var run = new RunOptions();

        Assert.Equal([4, 2], session.InputMetadata["x"].Dimensions);
        Assert.Throws<OnnxRuntimeException>(() => session.Run(run, ["x"], [other], ["y"]));
    }

    [OnnxRuntimeFact]
    public void What_cannot_be_set_is_refused()
    {
        using var options = new SessionOptions();

        Assert.Throws<OnnxRuntimeException>(() => options.AddSessionConfigEntry("", "1"));
        Assert.Throws<OnnxRuntimeException>(() => options.GraphOptimizationLevel = (GraphOptimizationLevel)(-1));
    }

    [OnnxRuntimeFact]
    public void Cuda_where_there_is_none_is_an_exception_of_the_runtime()
    {
        using var options = new SessionOptions();

        Exception? error = Record.Exception(() =>
        {
            using var cuda = new OrtCUDAProviderOptions();
            cuda.UpdateOptions(new Dictionary<string, string> { ["device_id"] = "0" });
            options.AppendExecutionProvider_CUDA(cuda);
        });

        if (SelectedDevice.Select(Device.Auto).Device.Kind == DeviceKind.Cuda)
            Assert.Null(error);
        else
            Assert.IsType<OnnxRuntimeException>(error);
    }

    private static void Write(string path, GraphOptimizationLevel level)
    {
        using var options = new SessionOptions { GraphOptimizationLevel = level, OptimizedModelFilePath = path };
        using var session = new InferenceSession(TinyModels.Foldable, options);
        Assert.Equal(path, options.OptimizedModelFilePath);
        Assert.Equal(8.5f, RunOne(session, 2.5f));
    }

    private static float RunOne(InferenceSession session, float value)
    {
        using OrtValue x = OrtValue.CreateTensorValueFromMemory([value], [1]);
        using var run = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> y = session.Run(run, ["x"], [x], ["y"]);
        return y[0].GetTensorDataAsSpan<float>()[0];
    }

    private static IEnumerable<string> OperatorsOf(string path) => OnnxBytes.Operators(File.ReadAllBytes(path));
}
