using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Qwen3Tokenizer.Edge.Tests.Compat;

/// <summary>Sessions as this repository uses them; the same tests hold for the package and for its stand-in.</summary>
public sealed class SessionTests
{
    [OnnxRuntimeFact]
    public void A_model_computes_what_it_says()
    {
        using var session = new InferenceSession(TinyModels.Product);
        using OrtValue x = OrtValue.CreateTensorValueFromMemory(new float[] { 1, 1, 2, 0 }, [2, 2]);
        using var options = new RunOptions();

        using IDisposableReadOnlyCollection<OrtValue> y = session.Run(options, session.InputNames, [x], session.OutputNames);

        OrtValue value = Assert.Single(y);
        Assert.Equal([5, 7, 9, 2, 4, 6], value.GetTensorDataAsSpan<float>().ToArray());
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        Assert.Equal([2L, 3L], info.Shape);
        Assert.Equal((6L, 2, TensorElementType.Float), (info.ElementCount, info.DimensionsCount, info.ElementDataType));
    }

    [OnnxRuntimeFact]
    public void A_session_tells_names_types_and_open_dimensions()
    {
        using var session = new InferenceSession(TinyModels.Product);

        Assert.Equal(["x"], session.InputNames);
        Assert.Equal(["y"], session.OutputNames);
        NodeMetadata x = session.InputMetadata["x"], y = session.OutputMetadata["y"];
        Assert.Equal([-1, 2], x.Dimensions);
        Assert.Equal(["T", ""], x.SymbolicDimensions);
        Assert.Equal([-1, 3], y.Dimensions);
        Assert.Equal((TensorElementType.Float, typeof(float), OnnxValueType.ONNX_TYPE_TENSOR), (x.ElementDataType, x.ElementType, x.OnnxValueType));
        Assert.True(x.IsTensor);
        Assert.False(x.IsString);
    }

    [OnnxRuntimeFact]
    public void A_model_is_read_from_a_file_of_any_name()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("ort-ü-").FullName, "modèle 1.onnx");
        try
        {
            File.WriteAllBytes(path, TinyModels.Product);
            using var options = new SessionOptions();
            using var session = new InferenceSession(path, options);

            Assert.Equal(["x"], session.InputNames);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [OnnxRuntimeFact]
    public void Every_number_type_comes_back_as_it_went_in()
    {
        Check(OnnxBytes.Float, TensorElementType.Float, [1.5f, -2f], [0.25f, 8f], [1.75f, 6f], [1.25f, -10f]);
        Check(OnnxBytes.Double, TensorElementType.Double, [1.5, 1e300], [0.25, 1], [1.75, 1e300], [1.25, 1e300]);
        Check(OnnxBytes.Int32, TensorElementType.Int32, [1, int.MaxValue], [2, 0], [3, int.MaxValue], [-1, int.MaxValue]);
        Check(OnnxBytes.Int64, TensorElementType.Int64, [1L, 1L << 40], [2L, 1L], [3L, (1L << 40) + 1], [-1L, (1L << 40) - 1]);
        Check<sbyte>(OnnxBytes.Int8, TensorElementType.Int8, [1, -100], [2, 1], [3, -99], [-1, -101]);
        Check<byte>(OnnxBytes.UInt8, TensorElementType.UInt8, [5, 200], [2, 1], [7, 201], [3, 199]);
    }

    [OnnxRuntimeFact]
    public void Outputs_come_in_the_order_asked_for_and_only_those()
    {
        using var session = new InferenceSession(TinyModels.SumAndDifference(OnnxBytes.Float));
        using OrtValue a = OrtValue.CreateTensorValueFromMemory([5f], [1]), b = OrtValue.CreateTensorValueFromMemory([3f], [1]);
        using var options = new RunOptions();

        using IDisposableReadOnlyCollection<OrtValue> both = session.Run(options, ["b", "a"], [b, a], ["difference", "sum"]);
        using IDisposableReadOnlyCollection<OrtValue> one = session.Run(options, new Dictionary<string, OrtValue> { ["a"] = a, ["b"] = b }, ["difference"]);

        Assert.Equal([2f, 8f], both.Select(v => v.GetTensorDataAsSpan<float>()[0]));
        Assert.Equal(2f, Assert.Single(one).GetTensorDataAsSpan<float>()[0]);
    }

    [OnnxRuntimeFact]
    public void Outputs_go_into_the_callers_memory()
    {
        using var session = new InferenceSession(TinyModels.Product);
        float[] result = new float[3];
        using OrtValue x = OrtValue.CreateTensorValueFromMemory([1f, 10f], [1, 2]), y = OrtValue.CreateTensorValueFromMemory(result, [1, 3]);
        using var options = new RunOptions();

        session.Run(options, ["x"], [x], ["y"], [y]);
        Assert.Equal([41, 52, 63], result);

        x.GetTensorMutableDataAsSpan<float>()[1] = 0;
        session.Run(null!, ["x"], [x], ["y"], [y]);
        Assert.Equal([1, 2, 3], result);
    }

    [OnnxRuntimeFact]
    public void What_does_not_fit_the_model_is_refused_and_the_session_goes_on()
    {
        using var session = new InferenceSession(TinyModels.Product);
        using OrtValue x = OrtValue.CreateTensorValueFromMemory(new float[6], [2, 3]), integers = OrtValue.CreateTensorValueFromMemory(new long[2], [1, 2]),
            flat = OrtValue.CreateTensorValueFromMemory(new float[2], [2]), right = OrtValue.CreateTensorValueFromMemory(new float[2], [1, 2]), wide = OrtValue.CreateTensorValueFromMemory(new float[4], [1, 4]);
        using var options = new RunOptions();

        Assert.Throws<OnnxRuntimeException>(() => session.Run(options, ["nosuch"], [right], ["y"]));
        Assert.Throws<OnnxRuntimeException>(() => session.Run(options, ["x"], [right], ["nosuch"]));
        Assert.Throws<OnnxRuntimeException>(() => session.Run(options, ["x"], [x], ["y"]));
        Assert.Throws<OnnxRuntimeException>(() => session.Run(options, ["x"], [flat], ["y"]));
        Assert.Throws<OnnxRuntimeException>(() => session.Run(options, ["x"], [integers], ["y"]));
        Assert.Throws<OnnxRuntimeException>(() => session.Run(options, [], [], ["y"]));
        Assert.Throws<OnnxRuntimeException>(() => session.Run(options, ["x"], [right], ["y"], [wide]));
        Assert.Throws<ArgumentException>(() => session.Run(options, ["x"], [], ["y"]));
        Assert.Throws<ArgumentException>(() => session.Run(options, ["x"], [right], ["y"], []));

        using IDisposableReadOnlyCollection<OrtValue> y = session.Run(options, ["x"], [right], ["y"]);
        Assert.Equal([0, 0, 0], y[0].GetTensorDataAsSpan<float>().ToArray());
    }

    [OnnxRuntimeFact]
    public void What_is_not_a_model_is_refused()
    {
        Assert.Throws<OnnxRuntimeException>(() => new InferenceSession("there is no such file.onnx"));
        Assert.Throws<OnnxRuntimeException>(() => new InferenceSession([1, 2, 3, 4]));
        Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(OnnxBytes.Model(
            [OnnxBytes.Node("NoSuchOperator", ["x"], ["y"])], [OnnxBytes.Value("x", OnnxBytes.Float, 1)], [OnnxBytes.Value("y", OnnxBytes.Float, 1)])));
    }

    [OnnxRuntimeFact]
    public void Several_threads_run_one_session()
    {
        using var options = new SessionOptions { IntraOpNumThreads = 2 };
        using var session = new InferenceSession(TinyModels.Product, options);
        bool[] right = new bool[8];

        Parallel.For(0, right.Length, i =>
        {
            using var run = new RunOptions();
            bool all = true;
            for (int turn = 0; turn < 200; turn++)
            {
                float a = (i * 1000) + turn;
                using OrtValue x = OrtValue.CreateTensorValueFromMemory([a, 1f], [1, 2]);
                using IDisposableReadOnlyCollection<OrtValue> y = session.Run(run, ["x"], [x], ["y"]);
                all &= y[0].GetTensorDataAsSpan<float>() is [var first, var second, var third] && (first, second, third) == (a + 4, (2 * a) + 5, (3 * a) + 6);
            }

            right[i] = all;
        });

        Assert.DoesNotContain(false, right);
    }

    [OnnxRuntimeFact]
    public void A_run_is_ended_from_another_thread_and_the_session_goes_on()
    {
        using var session = new InferenceSession(TinyModels.Counting);
        using OrtValue forever = OrtValue.CreateTensorValueFromMemory([1L << 60], []), few = OrtValue.CreateTensorValueFromMemory([5L], []), x = OrtValue.CreateTensorValueFromMemory([1f], [1]);
        using var options = new RunOptions();
        Task<IDisposableReadOnlyCollection<OrtValue>> run = Task.Run(() => session.Run(options, ["count", "x"], [forever, x], ["y"]));
        Thread.Sleep(20);
        Assert.False(run.IsCompleted);

        options.Terminate = true;

        Assert.Throws<OnnxRuntimeException>(() => run.GetAwaiter().GetResult());
        Assert.Throws<OnnxRuntimeException>(() => session.Run(options, ["count", "x"], [few, x], ["y"]));
        options.Terminate = false;
        using IDisposableReadOnlyCollection<OrtValue> y = session.Run(options, ["count", "x"], [few, x], ["y"]);
        Assert.Equal(6f, y[0].GetTensorDataAsSpan<float>()[0]);
    }

    [OnnxRuntimeFact]
    public void Disposing_twice_does_no_more_than_once()
    {
        var options = new SessionOptions();
        var session = new InferenceSession(TinyModels.Product, options);
        options.Dispose();
        options.Dispose();
        var run = new RunOptions();
        OrtValue x = OrtValue.CreateTensorValueFromMemory(new float[2], [1, 2]);
        IDisposableReadOnlyCollection<OrtValue> y = session.Run(run, ["x"], [x], ["y"]);
        Assert.Single(y);

        y.Dispose();
        y.Dispose();
        x.Dispose();
        x.Dispose();
        run.Dispose();
        run.Dispose();
        session.Dispose();
        session.Dispose();
    }

    [OnnxRuntimeFact]
    public void The_environment_tells_version_and_providers()
    {
        OrtEnv env = OrtEnv.Instance();

        Assert.Same(env, OrtEnv.Instance());
        Assert.True(OrtEnv.IsCreated);
        Assert.Matches(@"^1\.\d+\.\d+", env.GetVersionString());
        Assert.Contains("CPUExecutionProvider", env.GetAvailableProviders());
    }

    private static void Check<T>(int type, TensorElementType element, T[] a, T[] b, T[] sum, T[] difference)
        where T : unmanaged
    {
        using var session = new InferenceSession(TinyModels.SumAndDifference(type));
        using OrtValue left = OrtValue.CreateTensorValueFromMemory(a, [2]), right = OrtValue.CreateTensorValueFromMemory(b, [2]);
        using var options = new RunOptions();

        using IDisposableReadOnlyCollection<OrtValue> results = session.Run(options, ["a", "b"], [left, right], ["sum", "difference"]);

        Assert.Equal(typeof(T), session.InputMetadata["a"].ElementType);
        Assert.Equal(element, results[0].GetTensorTypeAndShape().ElementDataType);
        Assert.Equal(sum, results[0].GetTensorDataAsSpan<T>().ToArray());
        Assert.Equal(difference, results[1].GetTensorDataAsSpan<T>().ToArray());
    }
}
