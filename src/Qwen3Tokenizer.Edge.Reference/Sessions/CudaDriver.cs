using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Reference.Sessions;

/// <summary>The NVIDIA driver, asked through the few functions of its own interface (cuda.h) that say whether there is a device at all.</summary>
internal static class CudaDriver
{
    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int Init(uint flags);

    [UnmanagedFunctionPointer(CallingConvention.Winapi)]
    private delegate int DeviceGetCount(out int count);

    /// <summary>The driver's library on this system.</summary>
    public static string LibraryName { get; } = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>How many devices the driver has.</summary>
    /// <returns>The number, 0 where the driver finds none; null where there is no driver.</returns>
    public static int? CountDevices()
    {
        if (!NativeLibrary.TryLoad(LibraryName, out nint driver))
            return null;

        // The driver stays loaded: it does not survive being unloaded, and CUDA will want it anyway.
        if (!NativeLibrary.TryGetExport(driver, "cuInit", out nint init) || !NativeLibrary.TryGetExport(driver, "cuDeviceGetCount", out nint getCount))
            return null;
        return Marshal.GetDelegateForFunctionPointer<Init>(init)(0) == 0
            && Marshal.GetDelegateForFunctionPointer<DeviceGetCount>(getCount)(out int count) == 0 ? count : 0;
    }
}
