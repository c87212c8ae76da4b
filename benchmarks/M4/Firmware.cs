using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Benchmarks.M4;

/// <summary>Builds bare-metal programs for the metering board with arm-none-eabi-gcc.</summary>
/// <param name="Repository">Root of the checkout.</param>
/// <param name="Folder">Where programs go; absolute.</param>
public sealed record Firmware(string Repository, string Folder)
{
    private const string Compiler = "arm-none-eabi-gcc";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private static readonly string[] Strict = ["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"];

    /// <summary>Cortex-M4 without its floating-point unit, which nothing here needs.</summary>
    public static readonly string[] CortexM4 = ["-mcpu=cortex-m4", "-mthumb"];

    /// <summary>Cortex-M3: no DSP extension, so its kernels are the portable ones.</summary>
    public static readonly string[] CortexM3 = ["-mcpu=cortex-m3", "-mthumb"];

    /// <summary>What an image needs, from `size`.</summary>
    /// <param name="Flash">Code, constants and the initial values of variables, bytes.</param>
    /// <param name="Ram">Variables and stack, bytes.</param>
    public sealed record Footprint(long Flash, long Ram);

    /// <summary>The linker script of the board.</summary>
    public string LinkerScript => Path.Combine(Repository, "boards", "meter-m4", "stm32f405.ld");

    /// <summary>The decoder of an emitted folder under native/firmware/decode_main.c; returns the program's path.</summary>
    /// <param name="name">File name of the program.</param>
    /// <param name="emitted">The emitted folder, with conformance/vectors.h.</param>
    /// <param name="names">Names of the model in it.</param>
    /// <param name="options">Processor, optimisation and other options.</param>
    public string Decoder(string name, string emitted, CNames names, params IEnumerable<string> options)
    {
        string In(string path) => Path.Combine(emitted, path);
        return Link(
            name,
            [.. options, "-I" + In("include"), "-I" + In("src"), "-I" + In("src/kernels"), "-I" + In("conformance"), $"-DMODEL_HEADER=\"{names.Stem}.h\"", $"-DMODEL={names.Descriptor}", $"-DARENA_BYTES={names.ArenaMacro}"],
            [.. Directory.GetFiles(In("src/kernels"), "*.c"), In($"src/{names.Stem}.c"), In($"src/{names.Stem}_weights.S"), Own("decode_main.c")]);
    }

    /// <summary>A program of C files with the kernels of the checkout; returns its path.</summary>
    public string WithKernels(string name, IEnumerable<string> options, IEnumerable<string> files)
    {
        string kernels = Path.Combine(Repository, "native", "kernels");
        return Link(name, [.. options, "-I" + kernels, "-I" + Path.Combine(Repository, "native", "include")], [.. Directory.GetFiles(kernels, "*.c"), .. files]);
    }

    /// <summary>Flash and RAM of a program.</summary>
    public Footprint Size(string program)
    {
        string[] numbers = Tool("arm-none-eabi-size", [program]).Split('\n')[1].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        long Number(int column) => long.Parse(numbers[column], CultureInfo.InvariantCulture);
        return new Footprint(Number(0) + Number(1), Number(1) + Number(2));
    }

    /// <summary>Output of a tool that succeeds.</summary>
    /// <exception cref="BuildException">It does not; the message is what it said.</exception>
    public string Tool(string program, IEnumerable<string> arguments)
    {
        ChildProcess.Result result = ChildProcess.Run(program, arguments, Folder, Limit);
        return result.ExitCode == 0 ? result.Output : throw new BuildException($"{program} ended with status {result.ExitCode}: {result.Error.Trim()}");
    }

    private string Link(string name, IEnumerable<string> options, IEnumerable<string> files)
    {
        Directory.CreateDirectory(Folder);
        string output = Path.Combine(Folder, name);
        Tool(
            Compiler,
            [.. Strict, .. options, "-ffunction-sections", "-fdata-sections", "-nostartfiles", "-Wl,--gc-sections", "-L", Path.GetDirectoryName(Own("cortex-m.ld"))!, "-T", LinkerScript, "-I" + Path.GetDirectoryName(Own("firmware.h")), .. files, Own("startup.c"), Own("semihosting.c"), "-o", output]);
        return output;
    }

    private string Own(string file) => Path.Combine(Repository, "native", "firmware", file);
}
