using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>Which engine runs a model, and where.</summary>
internal static class ExecutorChoice
{
    /// <summary>The engine of a full-size model.</summary>
    /// <exception cref="ArgumentException">The engine is unknown, or cannot use the device.</exception>
    /// <exception cref="DeviceException">ONNX Runtime or the device was asked for and cannot be used.</exception>
    public static IExecutorSource For(Qwen3Tts12Hz model, string deviceMap, TokenizerOptions options)
    {
        var device = Device.Parse(deviceMap);
        switch (options.Engine)
        {
            case Engines.Float:
                return device.Kind != DeviceKind.Cuda
                    ? new FloatExecutors()
                    : throw new ArgumentException($"Engine '{Engines.Float}' runs on the CPU; device '{deviceMap}' needs '{Engines.OnnxRuntime}'.", nameof(options));
            case Engines.OnnxRuntime:
                return OnnxRuntime(model, device, options);
            case null when device.Kind == DeviceKind.Cuda:
                return OnnxRuntime(model, device, options);
            case null:
                try
                {
                    return OnnxRuntime(model, device, options);
                }
                catch (DeviceException e)
                {
                    options.Note?.Invoke($"{e.Message} Running the graph in C# instead, which is slower.");
                    return new FloatExecutors();
                }

            default:
                throw new ArgumentException($"Engine '{options.Engine}' is neither '{Engines.OnnxRuntime}' nor '{Engines.Float}'.", nameof(options));
        }
    }

    /// <summary>Refuses an engine or a device that an edge model does not have here.</summary>
    /// <returns>The model.</returns>
    /// <exception cref="ArgumentException">It has not.</exception>
    public static EdgeModel RequireFloat(EdgeModel model, string deviceMap, TokenizerOptions options)
    {
        if (options.Engine is not (null or Engines.Float))
        {
            throw new ArgumentException($"Engine '{options.Engine}': edge models are run by '{Engines.Float}' here.", nameof(options));
        }

        return Device.Parse(deviceMap).Kind != DeviceKind.Cuda ? model : throw new ArgumentException($"Device '{deviceMap}': edge models run on the CPU.", nameof(deviceMap));
    }

    private static OrtExecutors OnnxRuntime(Qwen3Tts12Hz model, Device device, TokenizerOptions options)
    {
        var settings = new SessionSettings
        {
            Threads = options.Threads == 0 ? null : options.Threads,
            CudaMemoryLimit = options.GpuMemoryLimit == 0 ? null : options.GpuMemoryLimit,
        };
        var selected = SelectedDevice.Select(device, settings);

        // Where there is no such device nobody waits for it.
        if (selected.Note is { } note && CudaDriver.CountDevices() > 0)
        {
            options.Note?.Invoke(note);
        }

        return new OrtExecutors(model.Checkpoint.Path, selected);
    }
}
