using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>Emits the libraries that the C fuzzer drives.</summary>
internal static class NativeFuzzer
{
    /// <summary>Builds edge-meter and edge-light as a user would and prints the line that compiles and runs the fuzzer over them.</summary>
    public static int Emit(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (string name in (string[])["edge-meter", "edge-light"])
        {
            BuildResult result = HostBuild.Build(EdgeModel.Load(name), Path.Combine(folder, name));
            Console.WriteLine($"{result.Folder}: {result.ModelSymbol}, conformance CRC {result.ConformanceCrc:x8}");
        }

        Console.WriteLine($"tests/Fuzz/native/run.sh {folder} 1000000 1");
        return 0;
    }
}
