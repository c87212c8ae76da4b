using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Tests;

/// <summary>A test that runs ONNX Runtime. Where its native library is not installed the test is skipped, and says how to install it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnnxRuntimeFactAttribute : FactAttribute
{
    public OnnxRuntimeFactAttribute() => Skip = OnnxRuntimeInstallation.Missing;
}

/// <inheritdoc cref="OnnxRuntimeFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnnxRuntimeTheoryAttribute : TheoryAttribute
{
    public OnnxRuntimeTheoryAttribute() => Skip = OnnxRuntimeInstallation.Missing;
}

/// <summary>Whether ONNX Runtime can be run here, found out once.</summary>
internal static class OnnxRuntimeInstallation
{
    private static readonly Lazy<string?> Problem = new(Find);

    /// <summary>Why not, and what to do; null where it can.</summary>
    public static string? Missing => Problem.Value;

    private static string? Find()
    {
        try
        {
            OnnxRuntimeLibrary.Open();
            return null;
        }
        catch (DeviceException e)
        {
            return e.Message;
        }
    }
}
