using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>A processor that QEMU emulates, and the toolchain of the board that has it.</summary>
/// <param name="Board">Board.</param>
/// <param name="Processor">Processor, by QEMU's name.</param>
/// <param name="BestSet">The set of kernels that a library chooses there.</param>
internal sealed record ArmTarget(string Board, string Processor, int BestSet)
{
    private readonly Board _board = Compiler.Boards.Board.Load(Board);

    /// <summary>Every processor that samples must agree on. A53 and A72 have no dot products, A76 has; a library for any of them runs on all.</summary>
    public static ArmTarget Of(string processor) => processor switch
    {
        "cortex-a53" => new("rpi3", processor, 1),
        "cortex-a72" => new("rpi4", processor, 1),
        "cortex-a76" => new("rpi5", processor, 2),
        "cortex-a7" => new("rpi2", processor, 1),
        "arm1176" => new("rpi-zero", processor, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(processor)),
    };

    private BoardEmulator Emulator => _board.Emulator!;

    private BoardToolchain Toolchain => Emulator.Toolchain ?? _board.Toolchain;

    /// <summary>Options that make a program for this processor: as strict as the others, linked statically, since there is no system to load libraries from.</summary>
    public IEnumerable<string> Options => [.. Tools.Strict, .. Toolchain.Flags, "-static"];

    /// <summary>The compiler's name.</summary>
    public string CompilerName => Toolchain.Compiler;

    /// <summary>Links a program of an emitted model.</summary>
    public string Link(BuiltModel model, string name, IEnumerable<string> options, IEnumerable<string> files) =>
        Tools.Link(CompilerName, model, $"{name}-{Board}", [.. Options, .. options], files);

    /// <summary>Runs a program under this processor, with more options of QEMU where they are given.</summary>
    public string Run(string program, IEnumerable<string> arguments, string folder, params string[] options) =>
        Tools.Run(Emulator.Program, ["-cpu", Processor, .. options, program, .. arguments], folder);

    /// <summary>Instructions that a program executes.</summary>
    public long Count(string program, IEnumerable<string> arguments, string folder)
    {
        string log = Path.Combine(folder, $"{Guid.NewGuid():N}.log");
        try
        {
            Tools.Run(Emulator.Program, ["-cpu", Processor, "-d", "in_asm,exec,nochain", "-D", log, program, .. arguments], folder);
            return InstructionLog.Count(log);
        }
        finally
        {
            File.Delete(log);
        }
    }
}
