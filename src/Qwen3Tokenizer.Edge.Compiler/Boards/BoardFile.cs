using System.Text.Json;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>Reads board.json: the checks of boards/board.schema.json, and those that a schema cannot say.</summary>
internal static class BoardFile
{
    /// <summary>Name of the section with the budgets of full-size models.</summary>
    public const string FullModelSection = "full_model";

    private const int MaxBytes = 65536;
    private const double FrameMilliseconds = 80;
    private const double LongestFullModelFrame = 60_000;
    private const long MaxMemory = 1L << 40;

    /// <summary>Reads the board of a folder.</summary>
    /// <exception cref="BuildException">The file cannot be read or is wrong; the message names the line.</exception>
    public static Board Read(string folder)
    {
        string file = Path.Combine(folder, Board.FileName);
        byte[] json;
        try
        {
            long length = new FileInfo(file).Length;
            json = length <= MaxBytes ? File.ReadAllBytes(file) : throw new BuildException($"{file}: is {length} bytes long; a board needs at most {MaxBytes}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BuildException($"{file}: cannot be read: {e.Message}", e);
        }

        BoardSection section = BoardSection.Parse(file, json);
        Board board = Fields(section, folder);
        section.RequireNothingElse();
        RequireSense(section, board);
        return board;
    }

    private static Board Fields(BoardSection s, string folder) => new()
    {
        Name = s.Text("name"),
        Description = s.Text("description"),
        System = Named<BoardSystem>(s, "system"),
        Processor = s.Text("processor"),
        ClockHz = s.Has("clock_hz") ? s.Whole("clock_hz", 1_000, 100_000_000_000) : null,
        FlashBytes = s.Whole("flash_bytes", 1024, MaxMemory),
        RamBytes = s.Whole("ram_bytes", 1024, MaxMemory),
        StackBytes = s.Whole("stack_bytes", 256, MaxMemory),
        FrameMilliseconds = s.Number("frame_milliseconds", 0.001, FrameMilliseconds),
        FullModel = s.Section(FullModelSection) is { } full ? FullModel(full) : null,
        InstructionModel = s.Section("instruction_model") is { } model ? Instructions(model) : null,
        Toolchain = Toolchain(s.Section("toolchain") ?? throw s.Wrong("toolchain", "is needed")),
        Libraries = s.Texts("libraries", ["shared", "static"]),
        CMakeToolchain = FileIn(s, "cmake_toolchain", folder),
        LinkerScript = FileIn(s, "linker_script", folder),
        Emulator = s.Section("emulator") is { } emulator ? Emulator(emulator) : null,
        Application = s.Section("application") is { } application ? BoardApplicationFile.Read(application) : null,
        AudioOutput = Named<AudioOutput>(s, "audio_output"),
        Buzzer = s.Has("buzzer_hz") ? Range(s, "buzzer_hz") : null,
        DefaultModel = s.OptionalText("default_model"),
        WeightLayout = Named<WeightLayout>(s, "weight_layout"),
        Kernels = s.Texts("kernels", Board.KernelFamilies),
        Folder = folder,
    };

    private static BuzzerRange Range(BoardSection s, string name)
    {
        (int low, int high) = s.Range(name, 20, 20_000);
        return new BuzzerRange(low, high);
    }

    private static FullModelBudget FullModel(BoardSection s)
    {
        var budget = new FullModelBudget(s.Whole("flash_bytes", 1024, MaxMemory), s.Whole("ram_bytes", 1024, MaxMemory), s.Number("frame_milliseconds", 0.001, LongestFullModelFrame));
        s.RequireNothingElse();
        return budget;
    }

    private static InstructionModel Instructions(BoardSection s)
    {
        double Number(string name) => s.Number(name, 0.001, 100_000);
        var model = new InstructionModel(
            Number("linear_int8"), Number("linear_int16"), Number("depthwise"), Number("embedding"), Number("value"), Number("sample"), s.Has("cycles") ? Number("cycles") : 1);
        s.RequireNothingElse();
        return model;
    }

    private static BoardToolchain Toolchain(BoardSection s)
    {
        string prefix = s.Has("prefix") ? s.Text("prefix") : "";
        var toolchain = new BoardToolchain(prefix, s.Texts("flags"), prefix.Length > 0 ? s.Texts("packages") : []);
        if (prefix.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
        {
            throw s.Wrong("prefix", "is not made of letters, digits, '-', '_' and '.'");
        }

        RequirePackages(s, toolchain.Packages);
        s.RequireNothingElse();
        return toolchain;
    }

    private static BoardEmulator Emulator(BoardSection s)
    {
        string program = s.Text("program");
        if (program.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
        {
            throw s.Wrong("program", "is not made of letters, digits, '-', '_' and '.'");
        }

        var emulator = new BoardEmulator(program, s.Texts("arguments"), s.Texts("packages"), s.Has("clock_hz") ? s.Whole("clock_hz", 1_000, 100_000_000_000) : null, s.Section("toolchain") is { } own ? Toolchain(own) : null);
        RequirePackages(s, emulator.Packages);
        s.RequireNothingElse();
        return emulator;
    }

    // What a schema cannot say: the fields against one another.
    private static void RequireSense(BoardSection s, Board board)
    {
        if (board.Name != Path.GetFileName(board.Folder))
        {
            throw s.Wrong("name", $"is not the name of its folder, '{Path.GetFileName(board.Folder)}'");
        }

        if (board.StackBytes >= board.RamBytes)
        {
            throw s.Wrong("stack_bytes", $"leaves nothing of the {board.RamBytes} bytes of ram_bytes");
        }

        if (board.FullModel is { } full && board.StackBytes >= full.RamBytes)
        {
            throw s.Wrong("stack_bytes", $"leaves nothing of the {full.RamBytes} bytes of {FullModelSection}.ram_bytes");
        }

        if (board.Libraries.Count == 0 || board.Libraries.Distinct(StringComparer.Ordinal).Count() != board.Libraries.Count)
        {
            throw s.Wrong("libraries", "does not name 'shared', 'static' or both, each once");
        }

        if (!board.Kernels.Contains("portable", StringComparer.Ordinal))
        {
            throw s.Wrong("kernels", "lacks 'portable', which every build has");
        }

        if (board.System == BoardSystem.Host != (board.Toolchain.Prefix.Length == 0))
        {
            throw s.Wrong("system", board.System == BoardSystem.Host ? "has the compiler of this machine and no toolchain.prefix" : "needs a toolchain.prefix");
        }

        if (board.System == BoardSystem.BareMetal && board.Libraries.Contains("shared", StringComparer.Ordinal))
        {
            throw s.Wrong("libraries", "names a shared library, which a board without an operating system cannot load");
        }

        if (board.InstructionModel is not null && board.ClockHz is null)
        {
            throw s.Wrong("instruction_model", "says nothing about time without clock_hz");
        }

        if (board.Application is { } application)
        {
            BoardApplicationFile.RequireFits(s, board, application);
        }
    }

    // The names are put into a line that people paste into a shell.
    private static void RequirePackages(BoardSection s, IReadOnlyList<string> packages)
    {
        if (packages.Any(p => p.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c is not ('-' or '+' or '.'))))
        {
            throw s.Wrong("packages", "has an entry that is not the name of a Debian package");
        }
    }

    private static string? FileIn(BoardSection s, string name, string folder)
    {
        return s.OptionalText(name) is not { } file ? null
            : file == Path.GetFileName(file) && File.Exists(Path.Combine(folder, file)) ? file
            : throw s.Wrong(name, "is not a file in the board's folder");
    }

    private static T Named<T>(BoardSection s, string name)
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
        return Enum.GetValues<T>()[Array.IndexOf(names, s.Choice(name, names))];
    }
}
