using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Tests.Reference;

public sealed class DeviceTests
{
    [Theory]
    [InlineData("auto", DeviceKind.Auto, 0, "auto")]
    [InlineData("cpu", DeviceKind.Cpu, 0, "cpu")]
    [InlineData("cuda", DeviceKind.Cuda, 0, "cuda:0")]
    [InlineData("cuda:0", DeviceKind.Cuda, 0, "cuda:0")]
    [InlineData("CUDA:12", DeviceKind.Cuda, 12, "cuda:12")]
    public void A_device_is_read_and_written(string text, DeviceKind kind, int index, string written)
    {
        var device = Device.Parse(text);

        Assert.Equal(new Device(kind, index), device);
        Assert.Equal(written, device.ToString());
        Assert.Equal(device, Device.Parse(written));
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda: 1")]
    [InlineData("cuda:1x")]
    [InlineData("cuda:99999999999")]
    [InlineData("cpu:0")]
    [InlineData("auto ")]
    public void What_is_no_device_is_named_along_with_what_there_is(string text)
    {
        var e = Assert.Throws<DeviceException>(() => Device.Parse(text));

        Assert.Equal($"'{text}' is not a device: it can be auto, cpu, cuda or cuda:INDEX, for example cuda:1.", e.Message);
    }

    [OnnxRuntimeFact]
    public void The_processor_is_always_there()
    {
        var device = SelectedDevice.Select(Device.Cpu);

        Assert.Equal(Device.Cpu, device.Device);
        Assert.Null(device.Note);
    }

    [OnnxRuntimeFact]
    public void Auto_takes_what_works_and_says_why_it_is_not_cuda()
    {
        var device = SelectedDevice.Select(Device.Auto);

        if (device.Device.Kind == DeviceKind.Cuda)
            Assert.Null(device.Note);
        else
            Assert.Matches(@"^The processor is used: .+[^.]\.$", device.Note);
    }

    [OnnxRuntimeFact]
    public void Cuda_that_is_not_there_is_one_sentence()
    {
        const int index = 999;

        var e = Assert.Throws<DeviceException>(() => SelectedDevice.Select(Device.Cuda(index)));

        Assert.StartsWith("cuda:999 cannot be used: ", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("; or use the processor (cpu).", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [OnnxRuntimeFact]
    public void The_library_tells_what_it_is()
    {
        var library = OnnxRuntimeLibrary.Open();

        Assert.Matches(@"^1\.\d+\.\d+", library.Version);
        Assert.Contains("CPUExecutionProvider", library.Providers);
        Assert.True(File.Exists(library.FilePath), library.FilePath);
        Assert.Contains(OnnxRuntimeLibrary.Binding, new[] { "real", "compat" });
    }
}
