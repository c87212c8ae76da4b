using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>Entries of a configuration: a key and a value, both text.</summary>
internal static unsafe class ConfigEntry
{
    /// <summary>Sets one; a later value replaces an earlier one.</summary>
    /// <param name="options">What has the configuration.</param>
    /// <param name="function">The library's function for it.</param>
    /// <param name="key">The entry's key.</param>
    /// <param name="value">Its value.</param>
    public static void Set(SafeHandle options, delegate* unmanaged<nint, byte*, byte*, nint> function, string key, string value)
    {
        using var lease = new Lease(options);
        fixed (byte* keyText = NativeText.Utf8(key), valueText = NativeText.Utf8(value))
            OrtApi.Instance.Check(function(lease.Pointer, keyText, valueText));
    }
}
