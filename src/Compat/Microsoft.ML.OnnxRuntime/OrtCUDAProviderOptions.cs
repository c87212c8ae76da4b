using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Options of the CUDA execution provider.</summary>
public unsafe class OrtCUDAProviderOptions : SafeHandle
{
    /// <summary>The provider's defaults.</summary>
    /// <exception cref="OnnxRuntimeException">The provider's own library is not there or cannot be loaded, or the native library was built without CUDA.</exception>
    /// <exception cref="DllNotFoundException">There is no native library that can be loaded.</exception>
    public OrtCUDAProviderOptions()
        : base(0, ownsHandle: true)
    {
        nint options;
        OrtApi.Instance.Check(OrtApi.Instance.CreateCudaProviderOptions(&options));
        SetHandle(options);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The options as <c>name=value;...</c>.</summary>
    public string GetOptions()
    {
        OrtApi api = OrtApi.Instance;
        using var options = new Lease(this);
        byte* text;
        api.Check(api.GetCudaProviderOptionsAsString(options.Pointer, api.DefaultAllocator(), &text));
        return NativeText.Take(text);
    }

    /// <summary>Sets options by name: <c>device_id</c>, <c>gpu_mem_limit</c> in bytes, <c>cudnn_conv_algo_search</c>, <c>arena_extend_strategy</c> and so on.</summary>
    /// <exception cref="OnnxRuntimeException">There is no such option, or the value is not one of its values.</exception>
    public void UpdateOptions(Dictionary<string, string> providerOptions)
    {
        ArgumentNullException.ThrowIfNull(providerOptions);
        OrtApi api = OrtApi.Instance;
        using var options = new Lease(this);
        byte*[] texts = new byte*[2 * providerOptions.Count];
        int count = 0;
        try
        {
            foreach ((string name, string value) in providerOptions)
            {
                texts[count] = (byte*)Marshal.StringToCoTaskMemUTF8(name);
                texts[providerOptions.Count + count++] = (byte*)Marshal.StringToCoTaskMemUTF8(value);
            }

            fixed (byte** names = texts)
                api.Check(api.UpdateCudaProviderOptions(options.Pointer, names, names + count, (nuint)count));
        }
        finally
        {
            foreach (byte* text in texts)
                Marshal.FreeCoTaskMem((nint)text);
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtApi.Instance.ReleaseCudaProviderOptions(handle);
        return true;
    }
}
