using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;

namespace Qwen3Tokenizer.Edge.Reference.Sessions;

/// <summary>Says in a sentence why a CUDA device cannot be used: what can be seen to be missing is named before ONNX Runtime is asked, whose errors name little.</summary>
internal static class CudaCheck
{
    private const string Provider = "CUDAExecutionProvider";

    /// <summary>
    /// y = x + x for one float32, as an ONNX model: the smallest that makes the device run a kernel of its own.
    /// ModelProto { ir_version 8, graph { node { input x, x; output y; op_type Add }, name g, input x, output y: float[1] }, opset 13 }.
    /// </summary>
    internal static readonly byte[] Doubling = Convert.FromHexString("0808" + "3A35" + "0A0E" + "0A0178" + "0A0178" + "120179" + "2203416464"
        + "120167" + "5A0F" + "0A0178" + "120A" + "0A08080112040A020801" + "620F" + "0A0179" + "120A" + "0A08080112040A020801" + "4202100D");

    /// <summary>What keeps a device from being used, without the full stop; null where a kernel ran on it.</summary>
    public static string? Problem(int index, SessionSettings settings)
    {
        OnnxRuntimeLibrary library = OnnxRuntimeLibrary.Open();
        return Missing(library.Version, library.Providers, library.FilePath, CudaDriver.CountDevices(), index)
            ?? LoadProblem(library.FilePath) ?? Trial(index, settings);
    }

    /// <summary>What is missing as far as the system shows it.</summary>
    /// <param name="version">The native library's version.</param>
    /// <param name="providers">The providers that it was built with.</param>
    /// <param name="libraryPath">Its file; null where that is not known.</param>
    /// <param name="devices">How many devices the driver has; null where there is no driver.</param>
    /// <param name="index">The device that is asked for.</param>
    internal static string? Missing(string version, IReadOnlyList<string> providers, string? libraryPath, int? devices, int index)
    {
        if (devices is null)
            return $"there is no NVIDIA driver here ({CudaDriver.LibraryName} cannot be loaded)";
        if (devices == 0)
            return "the NVIDIA driver finds no device";
        if (index >= devices)
            return FormattableString.Invariant($"there is no CUDA device {index}: the driver has {devices}, counted from 0");
        if (!providers.Contains(Provider))
            return $"this ONNX Runtime ({version}) was built without CUDA: build with -p:EdgeCuda=true, or name a library that has it in Q3E_ONNXRUNTIME";
        return ProviderFiles(libraryPath).FirstOrDefault(file => !File.Exists(file)) is { } missing
            ? $"ONNX Runtime's CUDA provider is not installed: '{missing}' is not there" : null;
    }

    /// <summary>The provider's own libraries, which lie beside the main one, in the order in which they are loaded.</summary>
    private static IEnumerable<string> ProviderFiles(string? libraryPath)
    {
        if (Path.GetDirectoryName(libraryPath) is not { Length: > 0 } folder)
            return [];
        (string before, string after) = OperatingSystem.IsWindows() ? ("", ".dll") : ("lib", ".so");
        return [Path.Combine(folder, $"{before}onnxruntime_providers_shared{after}"), Path.Combine(folder, $"{before}onnxruntime_providers_cuda{after}")];
    }

    // The loader names the library that is missing (cuBLAS, cuDNN, ...); ONNX Runtime's exception does not.
    internal static string? LoadProblem(string? libraryPath)
    {
        try
        {
            foreach (string file in ProviderFiles(libraryPath))
                NativeLibrary.Load(file);
            return null;
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            return $"ONNX Runtime's CUDA provider cannot be loaded ({OneLine(e.Message)}): install the CUDA and cuDNN libraries that it names";
        }
    }

    private static string? Trial(int index, SessionSettings settings)
    {
        try
        {
            using SessionOptions options = SelectedDevice.Options(Device.Cuda(index), settings);
            using var session = new InferenceSession(Doubling, options);
            using OrtValue x = OrtValue.CreateTensorValueFromMemory([1.5f], [1]);
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> y = session.Run(run, session.InputNames, [x], session.OutputNames);
            return y[0].GetTensorDataAsSpan<float>()[0] == 3f ? null : $"CUDA device {index} computes wrongly";
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException)
        {
            return $"ONNX Runtime cannot use CUDA device {index}: {OneLine(e.Message).TrimEnd('.')}";
        }
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ").Trim();
}
