using Microsoft.ML.OnnxRuntime;
using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Tests.Reference;

public sealed class SessionSettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ort-cores-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [OnnxRuntimeFact]
    public void Sessions_on_the_processor_take_its_physical_cores_unless_told()
    {
        using SessionOptions options = SelectedDevice.Select(Device.Cpu).CreateOptions(), told = SelectedDevice.Select(Device.Cpu, new SessionSettings { Threads = 3 }).CreateOptions();

        Assert.Equal(3, told.IntraOpNumThreads);
        Assert.InRange(options.IntraOpNumThreads, OperatingSystem.IsLinux() ? 1 : 0, Environment.ProcessorCount);
        Assert.Equal((1, GraphOptimizationLevel.ORT_ENABLE_ALL, ExecutionMode.ORT_SEQUENTIAL, true),
            (options.InterOpNumThreads, options.GraphOptimizationLevel, options.ExecutionMode, options.EnableMemoryPattern));
    }

    [OnnxRuntimeFact]
    public void Settings_that_are_not_positive_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => SelectedDevice.Select(Device.Cpu, new SessionSettings { Threads = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => SelectedDevice.Select(Device.Cpu, new SessionSettings { CudaMemoryLimit = -1 }));
    }

    [Fact]
    public void Processors_that_share_a_core_count_once()
    {
        // Two packages of two cores, of which the first package's run two threads each.
        (string Package, string Core)[] processors = [("0", "0"), ("0", "1"), ("0", "0"), ("0", "1"), ("1", "0"), ("1", "1")];
        for (int i = 0; i < processors.Length; i++)
        {
            string topology = Directory.CreateDirectory(Path.Combine(_folder, $"cpu{i}", "topology")).FullName;
            File.WriteAllText(Path.Combine(topology, "physical_package_id"), processors[i].Package + "\n");
            File.WriteAllText(Path.Combine(topology, "core_id"), processors[i].Core + "\n");
        }

        Directory.CreateDirectory(Path.Combine(_folder, "cpufreq"));

        Assert.Equal(4, PhysicalCores.Cores(_folder));
        Assert.Equal(0, PhysicalCores.Cores(Path.Combine(_folder, "nosuch")));
    }
}
