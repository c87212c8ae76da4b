using Qwen3Tokenizer.Edge.Compiler.Boards;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler;

/// <summary>What a board's toolchain made of an emitted folder.</summary>
/// <param name="Compiler">First line of the compiler's version; null where it is missing.</param>
/// <param name="SharedLibrary">Full path, or null.</param>
/// <param name="Archive">Full path, or null.</param>
/// <param name="FlashBytes">The larger of both: a shared library's file, an archive's stored sections; null where nothing was compiled.</param>
/// <param name="DataBytes">Sections of the library that lie in RAM.</param>
/// <param name="CodeBytes">Sections of machine code; null where nothing was compiled to ELF.</param>
/// <param name="Sections">Sections that occupy memory, by name; of the shared library where there is one.</param>
/// <param name="VerifiedUnder">The emulator, with its arguments, in which the conformance program gave the stored checksums; null where none did.</param>
/// <param name="Notices">What is missing here, a sentence each.</param>
internal sealed record CompiledBoard(
    string? Compiler, string? SharedLibrary, string? Archive, long? FlashBytes, long DataBytes, long? CodeBytes, IReadOnlyList<ElfSection> Sections, string? VerifiedUnder, IReadOnlyList<string> Notices)
{
    /// <summary>Compiles for a board, runs the conformance program in its emulator, and says what could not be done.</summary>
    /// <param name="board">The board.</param>
    /// <param name="own">This machine's compiler.</param>
    /// <param name="work">The emitted folder.</param>
    /// <param name="source">What was emitted.</param>
    /// <param name="runLimit">Longest run.</param>
    /// <exception cref="BuildException">The compiler fails, or the board's samples are others.</exception>
    public static CompiledBoard Of(Board board, CCompiler own, string work, ModelSource source, TimeSpan runLimit)
    {
        bool host = board.System == BoardSystem.Host;
        CCompiler? compiler = host ? own : CCompiler.Named(board.Toolchain.Compiler);
        string? archiver = CCompiler.PathOf(board.Toolchain.Archiver);
        if (compiler is null || (archiver is null && board.Libraries.Contains("static")))
        {
            string missing = compiler is null ? board.Toolchain.Compiler : board.Toolchain.Archiver;
            return new CompiledBoard(null, null, null, null, 0, null, [], null, [$"The sources for board '{board.Name}' were emitted but not compiled, because {missing} is not installed: {board.Toolchain.Install}."]);
        }

        var build = new LibraryBuild(compiler, work, source.Names, Cross: !host);
        string? shared = board.Libraries.Contains("shared") ? build.Shared(board.CompilerFlags) : null;
        (string? archive, IReadOnlyList<ElfFile> objects) = board.Libraries.Contains("static") ? build.Static(archiver!, board.CompilerFlags, board.System == BoardSystem.BareMetal) : (null, []);
        if (!host)
        {
            RequireKernels(board, objects, shared);
        }

        // A library for macOS or Windows is no ELF file, and its size alone is known.
        IReadOnlyList<ElfFile> images = shared is not null && (!host || OperatingSystem.IsLinux()) ? [ElfFile.Read(shared)] : objects;
        long flash = Math.Max(shared is null ? 0 : new FileInfo(shared).Length, objects.Sum(o => o.FlashBytes));
        (string? verified, List<string> notices) = Emulate(board, work, source, runLimit);
        long? code = images.Count == 0 ? null : images.Sum(i => i.Sections.Where(s => IsCode(s.Name)).Sum(s => s.Bytes));
        return new CompiledBoard(compiler.Version, shared, archive, flash, host ? 0 : images.Sum(i => i.RamBytes), code, ByName(images), verified, notices);
    }

    // The flags may not give what the board says it has: then its kernels are empty translation units.
    private static void RequireKernels(Board board, IReadOnlyList<ElfFile> objects, string? shared)
    {
        string[] symbols = [.. objects.Count > 0 ? objects.SelectMany(o => o.Symbols) : ElfFile.Read(shared!).Symbols];
        foreach (string family in board.Kernels.Where(k => k != "portable"))
        {
            if (!symbols.Any(s => s.StartsWith("q3e_", StringComparison.Ordinal) && s.EndsWith("_" + family, StringComparison.Ordinal)))
            {
                throw new BuildException($"Board '{board.Name}' names the kernels '{family}', but {board.Toolchain.Compiler} {string.Join(' ', board.CompilerFlags)} compiles none of them: correct kernels or toolchain.flags in its board.json.");
            }
        }
    }

    private static (string? Verified, List<string> Notices) Emulate(Board board, string work, ModelSource source, TimeSpan runLimit)
    {
        // Bare-metal programs are linked with the board's start-up code and script: the firmware is what runs.
        if (board.Emulator is not { } emulator || board.System == BoardSystem.BareMetal)
        {
            return (null, []);
        }

        BoardToolchain toolchain = emulator.Toolchain ?? board.Toolchain;
        CCompiler? compiler = CCompiler.Named(toolchain.Compiler);
        string? program = CCompiler.PathOf(emulator.Program);
        if (compiler is null || program is null)
        {
            (string missing, string install) = program is null ? (emulator.Program, emulator.Install) : (toolchain.Compiler, toolchain.Install);
            return (null, [$"The library for board '{board.Name}' was compiled but not run, because {missing} is not installed: {install}."]);
        }

        string built = new LibraryBuild(compiler, work, source.Names, Cross: true).Conformance("q3e_emulated_run", [.. toolchain.Flags, "-static"]);
        try
        {
            ChildProcess.Result result = ChildProcess.Run(program, [.. emulator.Arguments, built], work, runLimit);
            string how = string.Join(' ', (string[])[emulator.Program, .. emulator.Arguments]);
            return result.ExitCode == 0
                ? (how, [])
                : throw new BuildException($"The library of '{source.Model.Name}' for board '{board.Name}' does not give the samples of this machine: under {how} its conformance program ended with status {result.ExitCode} and '{result.Output.ReplaceLineEndings(" ").Trim()}'.");
        }
        finally
        {
            File.Delete(built);
        }
    }

    private static List<ElfSection> ByName(IReadOnlyList<ElfFile> images) =>
        [.. images.SelectMany(i => i.Sections).GroupBy(s => (Name: Group(s.Name), s.Writable, s.Stored)).Select(g => new ElfSection(g.Key.Name, g.Sum(s => s.Bytes), g.Key.Writable, g.Key.Stored))
            .OrderByDescending(s => s.Bytes).ThenBy(s => s.Name, StringComparer.Ordinal)];

    // Objects have a section for each function and constant: .text.q3e_fft is .text.
    private static string Group(string name) =>
        ((string[])[".text", ".rodata", ".data.rel.ro", ".data", ".bss"]).FirstOrDefault(g => name == g || name.StartsWith(g + ".", StringComparison.Ordinal)) ?? name;

    private static bool IsCode(string name) => Group(name) == ".text";
}
