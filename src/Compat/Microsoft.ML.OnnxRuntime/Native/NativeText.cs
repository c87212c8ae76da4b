using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.OnnxRuntime.Native;

/// <summary>Text as the C interface takes and gives it, with a zero at its end.</summary>
internal static unsafe class NativeText
{
    /// <summary>UTF-8.</summary>
    public static byte[] Utf8(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Encoding.UTF8.GetBytes(text + '\0');
    }

    /// <summary>ORTCHAR_T: UTF-16 on Windows, UTF-8 elsewhere.</summary>
    public static byte[] Path(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return (OperatingSystem.IsWindows() ? Encoding.Unicode : Encoding.UTF8).GetBytes(path + '\0');
    }

    /// <summary>Reads text that the library keeps.</summary>
    public static string Read(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    /// <summary>Reads text that the library allocated for us, and frees it.</summary>
    public static string Take(byte* text)
    {
        try
        {
            return Read(text);
        }
        finally
        {
            OrtApi api = OrtApi.Instance;
            api.Check(api.AllocatorFree(api.DefaultAllocator(), text));
        }
    }
}
