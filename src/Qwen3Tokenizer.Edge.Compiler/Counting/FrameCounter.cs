using System.Globalization;
using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Counting;

/// <summary>
/// Counts the instructions of every operation of an emitted library in the board's emulator. The program is compiled with the board's own flags and line numbers, which change no instruction; a
/// plugin of the emulator adds up what runs between the operations of the network.
/// </summary>
/// <param name="Board">A board with an emulator.</param>
/// <param name="Own">This machine's compiler.</param>
/// <param name="Work">The emitted folder.</param>
/// <param name="Source">What was emitted.</param>
/// <param name="Limit">Longest run.</param>
public sealed record FrameCounter(Board Board, CCompiler Own, string Work, ModelSource Source, TimeSpan Limit)
{
    private const string BareMetalMain = "decode_main.c", HostedMain = "conformance.c", Input = "count.in", Output = "count.out";

    // Processors that the cycle model was made for; of others nothing better is known than an instruction a cycle.
    private const string CortexM3 = "cortex-m3", CortexM4 = "cortex-m4";

    private static readonly string[] DecoderEntries = ["q3e_decode_frame", "q3e_decode_frames"], EncoderEntries = ["q3e_encode_frame", "q3e_encode_flush"];

    private bool BareMetal => Board.System == BoardSystem.BareMetal;

    private BoardToolchain Toolchain => Board.Emulator?.Toolchain ?? Board.Toolchain;

    private static string Native => Path.Combine(AppContext.BaseDirectory, "native", "firmware");

    /// <summary>Whether the board has an emulator whose plugins can count, and whether this machine has it with the board's compiler.</summary>
    public bool Possible => OperatingSystem.IsLinux() && Board.Emulator is { } emulator && emulator.Program.StartsWith("qemu-", StringComparison.Ordinal) && (!BareMetal || Board.LinkerScript is not null)
        && CCompiler.PathOf(emulator.Program) is not null && CCompiler.PathOf(Toolchain.Compiler) is not null && CCompiler.PathOf(Toolchain.Prefix + "objdump") is not null;

    /// <summary>Counts the decoder, and the encoder where there is one and the board runs it.</summary>
    /// <param name="tokens">What is decoded, as one stream.</param>
    /// <param name="decoder">The decoder's program.</param>
    /// <exception cref="BuildException">It cannot be counted; the message says why.</exception>
    public (InstructionCount Decoder, InstructionCount? Encoder) Count(IReadOnlyList<TokenClip> tokens, IntegerProgram decoder)
    {
        string scratch = Directory.CreateTempSubdirectory("q3edge-count-").FullName;
        try
        {
            string program = Link(scratch);
            ChildProcess.Result dump = ChildProcess.Run(Toolchain.Prefix + "objdump", ["-d", "-l", "--no-show-raw-insn", program], scratch, Limit);
            List<Instruction> code = dump.ExitCode == 0 ? Disassembly.Parse(dump.Output) : throw new BuildException($"{Toolchain.Prefix}objdump ended with status {dump.ExitCode}: {dump.Error.Split('\n')[0]}");
            var run = new CountedRun(CCompiler.PathOf(Board.Emulator!.Program)!, Arguments(), CountingPlugin.Build(Own, scratch), scratch);

            int layers = tokens[0].Layers;
            File.WriteAllBytes(Path.Combine(scratch, Input), [.. tokens.SelectMany(t => MemoryMarshal.AsBytes(t.Codes).ToArray())]);
            InstructionCount decoded = Count(run, Command(program, "decode", layers), code, Source.Names.Stem + ".c", Source.Source, decoder, DecoderEntries, tokens.Sum(t => t.Frames));
            if (BareMetal || Source.Encoder is not { } encoder)
            {
                return (decoded, null);
            }

            // What was decoded is speech, at the rate that the encoder takes.
            File.Move(Path.Combine(scratch, Output), Path.Combine(scratch, Input), overwrite: true);
            int frames = (int)((new FileInfo(Path.Combine(scratch, Input)).Length / sizeof(short) + encoder.DelaySamples + encoder.FrameSamples - 1) / encoder.FrameSamples);
            return (decoded, Count(run, Command(program, "encode", encoder.Layers), code, Source.Names.Stem + "_encoder.c", Source.EncoderSource!, encoder.Program, EncoderEntries, frames));
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private InstructionCount Count(CountedRun run, IReadOnlyList<string> command, List<Instruction> code, string file, string source, IntegerProgram program, string[] entries, int frames)
    {
        bool modelled = Board.Processor is CortexM3 or CortexM4;
        var zones = CodeZones.Of(code, file, NetworkLines.Of(program, source), BareMetal ? BareMetalMain : HostedMain, entries);
        CountedRun.Result result = run.Run(command, code, zones, modelled, Limit);
        InstructionCount.Cost Of(int zone)
        {
            long instructions = result.Zones.GetValueOrDefault(zone);
            return new InstructionCount.Cost(instructions, modelled && result.Profiles.TryGetValue(zone, out Dictionary<ulong, long>? profile) ? CycleModel.Of(code, profile, Board.Processor == CortexM3).Sum(f => f.Cycles) : instructions);
        }

        string how = string.Join(' ', (string[])[Board.Emulator!.Program, .. Board.Emulator.Arguments]);
        string cycles = modelled ? "loads, stores, branches, multiplications and divisions after Arm's table for this processor, no wait states of the flash; good to about 25 %" : "an instruction a cycle";
        var count = new InstructionCount(how, cycles, result.Frames.Count, result.Frames.DefaultIfEmpty().Max(), Of(CodeZones.Interface), [.. program.Operations.Select((_, i) => Of(CodeZones.FirstOperation + i))]);
        return count.Frames == frames && count.Instructions == result.Frames.Sum()
            ? count
            : throw new BuildException($"the emulator counted {count.Frames} frames of {frames}, {count.Instructions} instructions by operation and {result.Frames.Sum()} by frame");
    }

    private string Link(string scratch)
    {
        string output = Path.Combine(scratch, "count.elf");
        CCompiler compiler = CCompiler.Named(Toolchain.Compiler)!;
        var build = new LibraryBuild(compiler, Work, Source.Names, Cross: true);
        if (!BareMetal)
        {
            compiler.Run(Work, [.. LibraryBuild.Strict, "-Iconformance", .. Toolchain.Flags, "-g", "-static", .. build.Sources(), "conformance/" + HostedMain, "-o", output]);
            return output;
        }

        CNames names = Source.Names;
        string[] model = [$"-DMODEL_HEADER=\"{names.Stem}.h\"", $"-DMODEL={names.Descriptor}", $"-DARENA_BYTES={names.ArenaMacro}"];
        string[] link = ["-ffunction-sections", "-fdata-sections", "-nostartfiles", "-Wl,--gc-sections", "-Wl,--defsym=stack_bytes=" + Board.StackBytes.ToString(CultureInfo.InvariantCulture), "-L" + Native, "-T", Board.LinkerScript!];
        string[] own = [.. ((string[])[BareMetalMain, "startup.c", "semihosting.c"]).Select(f => Path.Combine(Native, f))];
        compiler.Run(Work, [.. LibraryBuild.Strict, "-Iconformance", "-I" + Native, .. model, .. Toolchain.Flags, "-g", .. link, .. build.Sources(), .. own, "-o", output]);
        return output;
    }

    // Under qemu-system-* time is counted by instructions, which makes every run the same.
    private string[] Arguments() => BareMetal ? [.. Board.Emulator!.Arguments.Where(a => a != "-kernel"), "-icount", "shift=0"] : [.. Board.Emulator!.Arguments];

    private string[] Command(string program, string what, int layers)
    {
        string count = layers.ToString(CultureInfo.InvariantCulture);
        return BareMetal ? ["-kernel", program, "-append", $"{Input} {count}"] : what == "decode" ? [program, what, Input, count, Output] : [program, what, Input, count, "count.codes"];
    }
}
