using System.Globalization;
using Qwen3Tokenizer.Edge.Benchmarks.Peers;
using Qwen3Tokenizer.Edge.Benchmarks.Peers.Ort;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Safetensors;

// dotnet run -c Release --project benchmarks/Peers -- --onnxruntime PATH [--rounds N] [--model NAME]: see README.md of this folder.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string folder = Directory.CreateTempSubdirectory("q3e-peers-").FullName;
try
{
    Options options = Options.Parse(args);
    string library = OrtLibrary.Find(options.OnnxRuntime);
    string[] disturbing = [.. ((string[])["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"]).Where(v => Environment.GetEnvironmentVariable(v) is not null)];
    if (disturbing.Length > 0)
    {
        throw new InvalidOperationException($"{string.Join(", ", disturbing)}: unset for measurements.");
    }

    using var run = new PeerRun(options, library, folder);
    run.Print(Console.Out);
    return 0;
}
catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException or InvalidOperationException or NotSupportedException or OrtException or BuildException or ModelFormatException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
