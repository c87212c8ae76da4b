using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>A board: how its library is compiled and what it may cost. One folder with a board.json (boards/board.schema.json says what it holds) and the files that it names.</summary>
public sealed record Board
{
    /// <summary>File in a board's folder.</summary>
    public const string FileName = "board.json";

    /// <summary>Families of kernels that a board may name, after the endings of the kernels' files.</summary>
    public static IReadOnlyList<string> KernelFamilies { get; } = ["portable", "avx2", "vnni", "neon", "dot", "armv6", "m4"];

    /// <summary>Name, that of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>One sentence.</summary>
    public required string Description { get; init; }

    /// <summary>What surrounds the library.</summary>
    public required BoardSystem System { get; init; }

    /// <summary>Processor core, such as <c>cortex-a72</c>.</summary>
    public required string Processor { get; init; }

    /// <summary>Clock of the processor, Hz; null where it is not known (this machine).</summary>
    public long? ClockHz { get; init; }

    /// <summary>Largest library, code and weights.</summary>
    public required long FlashBytes { get; init; }

    /// <summary>Memory for a decoder or an encoder: arena, stack and the library's own data.</summary>
    public required long RamBytes { get; init; }

    /// <summary>The part of <see cref="RamBytes"/> that is kept for the stack.</summary>
    public required long StackBytes { get; init; }

    /// <summary>Longest time that a frame (80 ms) may take, ms.</summary>
    public required double FrameMilliseconds { get; init; }

    /// <summary>What a full-size model may cost instead; null where the board runs none.</summary>
    public FullModelBudget? FullModel { get; init; }

    /// <summary>Where the budgets stand in board.json: nothing before them, or the section's name and a dot.</summary>
    public string BudgetSection { get; private init; } = "";

    /// <summary>Instructions for each kind of work, from which the time of a frame is estimated where no emulator counts; null where nothing is known.</summary>
    public InstructionModel? InstructionModel { get; init; }

    /// <summary>The toolchain.</summary>
    public required BoardToolchain Toolchain { get; init; }

    /// <summary>What is made: <c>shared</c>, <c>static</c> or both.</summary>
    public required IReadOnlyList<string> Libraries { get; init; }

    /// <summary>CMake toolchain file in the board's folder, copied into the output; null where there is none.</summary>
    public string? CMakeToolchain { get; init; }

    /// <summary>Linker script in the board's folder; null where there is none.</summary>
    public string? LinkerScript { get; init; }

    /// <summary>What runs its programs here; null where they run as they are or not at all.</summary>
    public BoardEmulator? Emulator { get; init; }

    /// <summary>What its firmware application listens to; null where it has none.</summary>
    public BoardApplication? Application { get; init; }

    /// <summary>How it makes sound.</summary>
    public AudioOutput AudioOutput { get; init; }

    /// <summary>Range of its buzzer; null where it has none.</summary>
    public BuzzerRange? Buzzer { get; init; }

    /// <summary>Model that is built when none is named; null for a board that plays tones only.</summary>
    public string? DefaultModel { get; init; }

    /// <summary>Order of the matrices' weights in memory: <c>rows</c> or <c>blocked</c>, for kernels that compute 16 outputs side by side.</summary>
    public WeightLayout WeightLayout { get; init; }

    /// <summary>Families of kernels that a build for it must contain.</summary>
    public required IReadOnlyList<string> Kernels { get; init; }

    /// <summary>The board's folder, full path.</summary>
    public required string Folder { get; init; }

    /// <summary>Flags of the C compiler for this board.</summary>
    public IReadOnlyList<string> CompilerFlags => Toolchain.Flags;

    /// <summary>Names of the boards that come with the tool.</summary>
    public static IReadOnlyList<string> Names =>
        Directory.Exists(OwnFolder)
            ? [.. Directory.EnumerateDirectories(OwnFolder).Where(d => File.Exists(Path.Combine(d, FileName))).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)]
            : [];

    /// <summary>This board with the budgets of full-size models in place of the others.</summary>
    /// <returns>Null where it has none.</returns>
    public Board? ForFullModels() => FullModel is not { } budget ? null : this with
    {
        FlashBytes = budget.FlashBytes,
        RamBytes = budget.RamBytes,
        FrameMilliseconds = budget.FrameMilliseconds,
        BudgetSection = BoardFile.FullModelSection + ".",
    };

    private static string OwnFolder => Path.Combine(AppContext.BaseDirectory, "boards");

    /// <summary>Loads a board that comes with the tool, by name, or any other, by the path of its folder.</summary>
    /// <param name="nameOrPath">One of <see cref="Names"/>, or a folder with a board.json.</param>
    /// <exception cref="BuildException">It is unknown, or its file is wrong.</exception>
    public static Board Load(string nameOrPath)
    {
        if (Names.Contains(nameOrPath, StringComparer.Ordinal))
        {
            return BoardFile.Read(Path.Combine(OwnFolder, nameOrPath));
        }

        return nameOrPath.AsSpan().IndexOfAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar) >= 0 && File.Exists(Path.Combine(nameOrPath, FileName))
            ? BoardFile.Read(Path.GetFullPath(Path.TrimEndingDirectorySeparator(nameOrPath)))
            : throw new BuildException($"Board '{nameOrPath}' is unknown: it is neither one of {string.Join(", ", Names)} nor the path of a folder with a {FileName} (./NAME for one in the current folder).");
    }
}
