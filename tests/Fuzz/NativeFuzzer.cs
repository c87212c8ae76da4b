using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>Emits the library that the C fuzzer drives.</summary>
internal static class NativeFuzzer
{
    /// <summary>Builds edge-meter as a user would and prints the line that compiles and runs the fuzzer over it.</summary>
    public static int Emit(string folder)
    {
        BuildResult result = HostBuild.Build(EdgeModel.Load("edge-meter"), folder);
        Console.WriteLine($"{result.Folder}: {result.ModelSymbol}, conformance CRC {result.ConformanceCrc:x8}");
        Console.WriteLine($"tests/Fuzz/native/run.sh {result.Folder} 1000000 1");
        return 0;
    }
}
