namespace Microsoft.ML.OnnxRuntime;

/// <summary>How far a session rewrites the graph before it runs it.</summary>
public enum GraphOptimizationLevel
{
    /// <summary>Not at all.</summary>
    ORT_DISABLE_ALL = 0,

    /// <summary>Rewrites that keep the meaning on every provider: constants folded, dead nodes removed.</summary>
    ORT_ENABLE_BASIC = 1,

    /// <summary>Also fusions that a provider has kernels for.</summary>
    ORT_ENABLE_EXTENDED = 2,

    /// <summary>Also changes of layout.</summary>
    ORT_ENABLE_LAYOUT = 3,

    /// <summary>Everything; the default.</summary>
    ORT_ENABLE_ALL = 99,
}

/// <summary>Whether independent nodes run at the same time.</summary>
public enum ExecutionMode
{
    /// <summary>One node after the other; the default.</summary>
    ORT_SEQUENTIAL = 0,

    /// <summary>Independent nodes at once, on the inter-op threads.</summary>
    ORT_PARALLEL = 1,
}

/// <summary>From which severity on something is written to standard error.</summary>
public enum OrtLoggingLevel
{
    /// <summary>Everything.</summary>
    ORT_LOGGING_LEVEL_VERBOSE = 0,

    /// <summary>Information.</summary>
    ORT_LOGGING_LEVEL_INFO = 1,

    /// <summary>Warnings; the default.</summary>
    ORT_LOGGING_LEVEL_WARNING = 2,

    /// <summary>Errors.</summary>
    ORT_LOGGING_LEVEL_ERROR = 3,

    /// <summary>What ends the process.</summary>
    ORT_LOGGING_LEVEL_FATAL = 4,
}

/// <summary>What kind of value an <see cref="OrtValue"/>, input or output is.</summary>
public enum OnnxValueType
{
    /// <summary>Not set.</summary>
    ONNX_TYPE_UNKNOWN = 0,

    /// <summary>A tensor.</summary>
    ONNX_TYPE_TENSOR = 1,

    /// <summary>A sequence of values.</summary>
    ONNX_TYPE_SEQUENCE = 2,

    /// <summary>A map of values.</summary>
    ONNX_TYPE_MAP = 3,

    /// <summary>Something known to a custom operator only.</summary>
    ONNX_TYPE_OPAQUE = 4,

    /// <summary>A sparse tensor.</summary>
    ONNX_TYPE_SPARSETENSOR = 5,

    /// <summary>A value that may be absent.</summary>
    ONNX_TYPE_OPTIONAL = 6,
}

/// <summary>What kind of allocator an <see cref="OrtMemoryInfo"/> describes.</summary>
public enum OrtAllocatorType
{
    /// <summary>The device's own allocator.</summary>
    DeviceAllocator = 0,

    /// <summary>An arena on top of it.</summary>
    ArenaAllocator = 1,
}

/// <summary>What memory is for.</summary>
public enum OrtMemType
{
    /// <summary>Inputs that the processor reads, on any provider.</summary>
    CpuInput = -2,

    /// <summary>Outputs that the processor reads, on any provider.</summary>
    CpuOutput = -1,

    /// <summary>Memory that the processor reads, outside its own provider.</summary>
    Cpu = CpuOutput,

    /// <summary>The provider's own memory.</summary>
    Default = 0,
}
