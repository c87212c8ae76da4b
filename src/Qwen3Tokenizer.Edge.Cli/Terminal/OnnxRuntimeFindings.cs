using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>What the machine has of ONNX Runtime: how the tool binds it, its native library, and CUDA.</summary>
internal static class OnnxRuntimeFindings
{
    private const string Package = "Microsoft.ML.OnnxRuntime";
    private const string ManagedPackage = Package + ".Managed";
    private static readonly TimeSpan FeedLimit = TimeSpan.FromSeconds(20);

    public static IEnumerable<Finding> Examine()
    {
        yield return Binding();
        Finding library = Library();
        yield return library;
        if (library.Found)
            yield return Cuda();
    }

    private static Finding Binding()
    {
        const string name = "ONNX Runtime binding";
        if (OnnxRuntimeLibrary.Binding != "compat")
            return new Finding(name, true, false, $"{OnnxRuntimeLibrary.Binding}: the package {Package} {OnnxRuntimeLibrary.PackageVersion}");

        string stand = $"compat: the stand-in for {Package} {OnnxRuntimeLibrary.PackageVersion}";
        return FeedHasPackage() switch
        {
            true => new Finding(name, true, false, $"{stand}; the package can be had: dotnet package download {Package}@{OnnxRuntimeLibrary.PackageVersion} --output ~/.nuget/packages, then dotnet build"),
            false => new Finding(name, true, false, $"{stand}; the feed here lacks the package"),
            null => new Finding(name, true, false, $"{stand}; no .NET SDK here to ask for the package"),
        };
    }

    // The managed package is small, and goes into a folder that is thrown away: looking must change nothing.
    private static bool? FeedHasPackage()
    {
        if (CCompiler.PathOf("dotnet") is not { } dotnet)
            return null;
        DirectoryInfo scratch = Directory.CreateTempSubdirectory("q3edge-feed-");
        try
        {
            return ChildProcess.Run(dotnet, ["package", "download", $"{ManagedPackage}@{OnnxRuntimeLibrary.PackageVersion}", "--output", scratch.FullName],
                Environment.CurrentDirectory, FeedLimit).ExitCode == 0;
        }
        catch (BuildException)
        {
            return null;
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    private static Finding Library()
    {
        const string name = "ONNX Runtime";
        try
        {
            OnnxRuntimeLibrary library = OnnxRuntimeLibrary.Open();
            return new Finding(name, true, false, $"{library.Version}, {string.Join(", ", library.Providers)}, {library.FilePath ?? "file unknown"}");
        }
        catch (DeviceException e)
        {
            return new Finding(name, false, false, $"the ort engine cannot be used: {Failure.Describe(e)}", "q3edge doctor --install onnxruntime");
        }
    }

    private static Finding Cuda()
    {
        const string name = "CUDA";
        try
        {
            SelectedDevice device = SelectedDevice.Select(Device.Auto);
            return device.Note is null ? new Finding(name, true, false, $"{device.Device} works") : new Finding(name, false, false, device.Note);
        }
        catch (DeviceException e)
        {
            return new Finding(name, false, false, Failure.Describe(e));
        }
    }
}
