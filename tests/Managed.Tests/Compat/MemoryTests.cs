using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace Qwen3Tokenizer.Edge.Tests.Compat;

/// <summary>Nothing stays behind. The process's memory is what is looked at, so nothing else may run meanwhile.</summary>
[Collection("alone")]
public sealed class MemoryTests
{
    // The .NET heap and the compiler of hot methods add up to 3 MB by themselves, as measured over several rounds.
    private const long Allowed = 20_000_000;

    [OnnxRuntimeFact]
    public void Ten_thousand_runs_leave_no_memory_behind()
    {
        using var session = new InferenceSession(TinyModels.Product);
        float[] data = new float[2 * 4096];

        // A run's output is 48 kB, 480 MB in all; what is allowed is 2 kB for each.
        AssertSteady(10_000, () =>
        {
            using var options = new RunOptions();
            using OrtValue x = OrtValue.CreateTensorValueFromMemory(data, [4096, 2]);
            using IDisposableReadOnlyCollection<OrtValue> y = session.Run(options, ["x"], [x], ["y"]);
        });
    }

    [OnnxRuntimeFact]
    public void Failed_runs_leave_no_memory_behind()
    {
        using var session = new InferenceSession(TinyModels.Product);
        using OrtValue wrong = OrtValue.CreateTensorValueFromMemory(new float[3], [1, 3]);
        using var options = new RunOptions();

        // A status holds its message, which is longer than the 100 bytes that are allowed for each.
        AssertSteady(200_000, () =>
        {
            try
            {
                session.Run(options, ["x"], [wrong], ["y"]).Dispose();
            }
            catch (OnnxRuntimeException)
            {
                return;
            }

            Assert.Fail("The shape does not fit.");
        });
    }

    [OnnxRuntimeFact]
    public void Small_objects_leave_no_memory_behind()
    {
        // 100 bytes are allowed for each turn, which makes a tensor, its description and options.
        AssertSteady(200_000, () =>
        {
            using var options = new RunOptions { LogId = "a name that is too long to be kept inside of the string that holds it" };
            using OrtValue value = OrtValue.CreateTensorValueFromMemory([1f, 2f], [2]);
            _ = value.GetTensorTypeAndShape();
        });
    }

    private static void AssertSteady(int turns, Action turn)
    {
        Repeat(turns / 2, turn);
        long before = Resident();
        Repeat(turns, turn);
        long grown = Resident() - before;

        Assert.True(grown < Allowed, $"resident memory grew by {grown} bytes over {turns} turns");
    }

    private static void Repeat(int turns, Action turn)
    {
        for (int i = 0; i < turns; i++)
            turn();
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var self = Process.GetCurrentProcess();
        return self.WorkingSet64;
    }
}

/// <summary>Tests that run after all the others, one after the other.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class AloneCollection;
