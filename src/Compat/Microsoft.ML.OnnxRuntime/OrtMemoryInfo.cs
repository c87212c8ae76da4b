using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.OnnxRuntime.Native;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Says which device memory belongs to.</summary>
public unsafe class OrtMemoryInfo : SafeHandle
{
    /// <summary>The processor's allocator, as the C interface names it.</summary>
    public static readonly byte[] allocatorCPU = Encoding.UTF8.GetBytes("Cpu\0");

    /// <summary>A CUDA device's allocator.</summary>
    public static readonly byte[] allocatorCUDA = Encoding.UTF8.GetBytes("Cuda\0");

    /// <summary>The allocator of processor memory that a CUDA device reads directly.</summary>
    public static readonly byte[] allocatorCUDA_PINNED = Encoding.UTF8.GetBytes("CudaPinned\0");

    private static readonly Lazy<OrtMemoryInfo> Default = new(CreateCpu, LazyThreadSafetyMode.PublicationOnly);

    /// <summary>Describes memory.</summary>
    /// <param name="utf8AllocatorName">One of the names above, with a zero at its end.</param>
    /// <param name="allocatorType">The kind of allocator.</param>
    /// <param name="deviceId">The device's index, from 0.</param>
    /// <param name="memoryType">What the memory is for.</param>
    /// <exception cref="OnnxRuntimeException">The library knows no such allocator.</exception>
    public OrtMemoryInfo(byte[] utf8AllocatorName, OrtAllocatorType allocatorType, int deviceId, OrtMemType memoryType)
        : base(0, ownsHandle: true)
    {
        ArgumentNullException.ThrowIfNull(utf8AllocatorName);
        if (!utf8AllocatorName.AsSpan().Contains((byte)0))
            throw new ArgumentException("The allocator's name has no zero at its end.", nameof(utf8AllocatorName));

        OrtApi api = OrtApi.Instance;
        nint info;
        fixed (byte* name = utf8AllocatorName)
            api.Check(api.CreateMemoryInfo(name, (int)allocatorType, deviceId, (int)memoryType, &info));

        SetHandle(info);
    }

    /// <inheritdoc cref="OrtMemoryInfo(byte[], OrtAllocatorType, int, OrtMemType)"/>
    /// <param name="allocatorName">One of the names above.</param>
    /// <param name="allocatorType">The kind of allocator.</param>
    /// <param name="deviceId">The device's index, from 0.</param>
    /// <param name="memoryType">What the memory is for.</param>
    public OrtMemoryInfo(string allocatorName, OrtAllocatorType allocatorType, int deviceId, OrtMemType memoryType)
        : this(NativeText.Utf8(allocatorName), allocatorType, deviceId, memoryType)
    {
    }

    private OrtMemoryInfo(nint info)
        : base(0, ownsHandle: true) => SetHandle(info);

    /// <summary>The processor's memory.</summary>
    /// <exception cref="DllNotFoundException">There is no native library that can be loaded.</exception>
    public static OrtMemoryInfo DefaultInstance => Default.Value;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>The allocator's name.</summary>
    public string Name
    {
        get
        {
            using var info = new Lease(this);
            byte* name;
            OrtApi.Instance.Check(OrtApi.Instance.MemoryInfoGetName(info.Pointer, &name));
            return NativeText.Read(name);
        }
    }

    /// <summary>The device's index, from 0.</summary>
    public int Id
    {
        get
        {
            using var info = new Lease(this);
            int id;
            OrtApi.Instance.Check(OrtApi.Instance.MemoryInfoGetId(info.Pointer, &id));
            return id;
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OrtApi.Instance.ReleaseMemoryInfo(handle);
        return true;
    }

    private static OrtMemoryInfo CreateCpu()
    {
        OrtApi api = OrtApi.Instance;
        nint info;
        api.Check(api.CreateCpuMemoryInfo((int)OrtAllocatorType.DeviceAllocator, (int)OrtMemType.Cpu, &info));
        return new OrtMemoryInfo(info);
    }
}
