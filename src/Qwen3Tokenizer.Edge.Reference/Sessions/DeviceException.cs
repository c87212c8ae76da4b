namespace Qwen3Tokenizer.Edge.Reference.Sessions;

/// <summary>ONNX Runtime, or the device that was asked for, cannot be used here. The message is one sentence that says why and what to do.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>As this code found.</summary>
    /// <param name="message">One sentence that names what is missing and what to do.</param>
    public DeviceException(string message)
        : base(message)
    {
    }

    /// <summary>As another exception shows.</summary>
    /// <param name="message">One sentence that names what is missing and what to do.</param>
    /// <param name="innerException">What ONNX Runtime or the system said.</param>
    public DeviceException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
