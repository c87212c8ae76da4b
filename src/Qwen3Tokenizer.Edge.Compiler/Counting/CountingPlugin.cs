using System.Globalization;

namespace Qwen3Tokenizer.Edge.Compiler.Counting;

/// <summary>QEMU's plugin that counts instructions (native/emulator/count_insns.c), compiled with this machine's compiler.</summary>
public static class CountingPlugin
{
    private const string File = "libcount_insns.so";

    /// <summary>Compiles it into a folder.</summary>
    /// <returns>Full path, without the arguments that it takes.</returns>
    /// <exception cref="BuildException">The compiler fails, or the source that comes with the tool is missing.</exception>
    public static string Build(CCompiler compiler, string folder)
    {
        string output = Path.Combine(folder, File);
        compiler.Run(folder, "-O2", "-std=gnu99", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-fvisibility=hidden", Path.Combine(AppContext.BaseDirectory, "native", "emulator", "count_insns.c"), "-o", output);
        return output;
    }

    /// <summary>An address as the plugin's arguments have it.</summary>
    internal static string Hex(ulong address) => "0x" + address.ToString("x", CultureInfo.InvariantCulture);
}
