using System.Globalization;
using Microsoft.ML.OnnxRuntime;

namespace Qwen3Tokenizer.Edge.Reference.Sessions;

/// <summary>The device that sessions run on, known to work, and the options of sessions there.</summary>
public sealed class SelectedDevice
{
    private readonly SessionSettings _settings;

    private SelectedDevice(Device device, SessionSettings settings, string? note) => (Device, _settings, Note) = (device, settings, note);

    /// <summary>The device; never <see cref="DeviceKind.Auto"/>.</summary>
    public Device Device { get; }

    /// <summary>Why the processor was taken where <c>auto</c> was asked for, as a sentence; null otherwise.</summary>
    public string? Note { get; }

    /// <summary>Finds the device that was asked for. A CUDA device is tried by running a kernel on it.</summary>
    /// <param name="asked">The device.</param>
    /// <param name="settings">What else is chosen about the sessions; null for the defaults.</param>
    /// <exception cref="DeviceException">ONNX Runtime or the CUDA device cannot be used; the message says why and what to do.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is not positive.</exception>
    public static SelectedDevice Select(Device asked, SessionSettings? settings = null)
    {
        settings ??= new SessionSettings();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.Threads ?? 1, nameof(settings));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(settings.CudaMemoryLimit ?? 1, nameof(settings));
        OnnxRuntimeLibrary.Open();
        if (asked.Kind == DeviceKind.Cpu)
            return new SelectedDevice(asked, settings, null);

        string? problem = CudaCheck.Problem(asked.Index, settings);
        if (problem is null)
            return new SelectedDevice(Device.Cuda(asked.Index), settings, null);
        return asked.Kind == DeviceKind.Auto ? new SelectedDevice(Device.Cpu, settings, $"The processor is used: {problem}.")
            : throw new DeviceException($"{asked} cannot be used: {problem}; or use the processor (cpu).");
    }

    /// <summary>Options for a session on the device, to which more can be added; the caller disposes them.</summary>
    public SessionOptions CreateOptions() => Options(Device, _settings);

    /// <summary>
    /// Options for a session: everything optimized, memory planned from the first run on, as many threads as asked for, none of which spins while
    /// it waits (what is gained by spinning is lost again to whoever else uses the machine, and on a laptop to the battery).
    /// </summary>
    /// <exception cref="OnnxRuntimeException">The CUDA provider cannot be used.</exception>
    internal static SessionOptions Options(Device device, SessionSettings settings)
    {
        var options = new SessionOptions();
        try
        {
            options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
            options.ExecutionMode = ExecutionMode.ORT_SEQUENTIAL;
            options.EnableMemoryPattern = true;
            options.IntraOpNumThreads = settings.Threads ?? PhysicalCores.Count;
            options.InterOpNumThreads = 1;
            options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
            options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
            if (device.Kind == DeviceKind.Cuda)
            {
                using var cuda = new OrtCUDAProviderOptions();
                cuda.UpdateOptions(CudaEntries(device.Index, settings));
                options.AppendExecutionProvider_CUDA(cuda);
            }

            return options;
        }
        catch
        {
            options.Dispose();
            throw;
        }
    }

    /// <summary>The CUDA provider's options by the names that it has for them.</summary>
    internal static Dictionary<string, string> CudaEntries(int index, SessionSettings settings)
    {
        var entries = new Dictionary<string, string>
        {
            ["device_id"] = index.ToString(CultureInfo.InvariantCulture),
            ["cudnn_conv_algo_search"] = settings.CudnnSearch.ToString().ToUpperInvariant(),
        };
        if (settings.CudaMemoryLimit is { } limit)
        {
            entries["gpu_mem_limit"] = limit.ToString(CultureInfo.InvariantCulture);
            // Without this the arena doubles, and asks for more than the limit leaves long before it is reached.
            entries["arena_extend_strategy"] = "kSameAsRequested";
        }

        return entries;
    }
}
