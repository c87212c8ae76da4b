namespace Microsoft.ML.OnnxRuntime;

/// <summary>The native library refused a call, or a name or type does not fit; the message begins with the error code's name.</summary>
public class OnnxRuntimeException : Exception
{
    internal OnnxRuntimeException(ErrorCode code, string message)
        : base($"[ErrorCode:{code}] {message}")
    {
    }
}

/// <summary>OrtErrorCode of the C interface.</summary>
internal enum ErrorCode
{
    Ok = 0,
    Fail = 1,
    InvalidArgument = 2,
    NoSuchFile = 3,
    NoModel = 4,
    EngineError = 5,
    RuntimeException = 6,
    InvalidProtobuf = 7,
    ModelLoaded = 8,
    NotImplemented = 9,
    InvalidGraph = 10,
    ExecutionProviderFailed = 11,
    ModelLoadCanceled = 12,
}
