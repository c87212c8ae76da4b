using System.Globalization;

namespace Qwen3Tokenizer.Edge.Reference.Sessions;

/// <summary>What kind of device a session runs on.</summary>
public enum DeviceKind
{
    /// <summary>The first CUDA device where it works, else the processor.</summary>
    Auto,

    /// <summary>The processor.</summary>
    Cpu,

    /// <summary>An NVIDIA device.</summary>
    Cuda,
}

/// <summary>The device that a user asks for: <c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:INDEX</c>.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Index">Which CUDA device, from 0; 0 for the other kinds.</param>
public readonly record struct Device(DeviceKind Kind, int Index = 0)
{
    private const string CudaName = "cuda";

    /// <summary>The first CUDA device where it works, else the processor.</summary>
    public static Device Auto => new(DeviceKind.Auto);

    /// <summary>The processor.</summary>
    public static Device Cpu => new(DeviceKind.Cpu);

    /// <summary>A CUDA device.</summary>
    /// <param name="index">Which, from 0.</param>
    public static Device Cuda(int index = 0) => new(DeviceKind.Cuda, index);

    /// <summary>Reads a device's name; capitals do not matter.</summary>
    /// <param name="text">As <see cref="ToString"/> writes it; <c>cuda</c> is <c>cuda:0</c>.</param>
    /// <exception cref="DeviceException">There is no device of that name.</exception>
    public static Device Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = text.ToLowerInvariant();
        if (name == "auto")
            return Auto;
        if (name == "cpu")
            return Cpu;
        if (name == CudaName)
            return Cuda();
        if (name.StartsWith(CudaName + ":", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(CudaName.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            return Cuda(index);

        throw new DeviceException($"'{text}' is not a device: it can be auto, cpu, cuda or cuda:INDEX, for example cuda:1.");
    }

    /// <summary>The name that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        DeviceKind.Auto => "auto",
        DeviceKind.Cpu => "cpu",
        _ => FormattableString.Invariant($"{CudaName}:{Index}"),
    };
}
