using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>What the object code of an emitted library imports, exports, keeps and computes with.</summary>
public sealed partial class ObjectCodeTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    // Contract 2 of the design.
    private static readonly string[] AllowedImports = ["memcpy", "memmove", "memset", "getauxval"];

    private static readonly string[][] Levels = [["-O2"], ["-O3", "-march=native"]];

    public static TheoryData<string, string> Cases => CompilerMatrixTests.Cases();

    [Theory, MemberData(nameof(Cases))]
    public void Nothing_is_imported_beyond_the_four_functions_and_no_global_is_writable(string model, string compiler)
    {
        BuiltModel built = models[model];
        foreach (string level in (string[])["-O0", "-O2"])
        {
            string folder = $"nm-{compiler}{level}";
            string[] objects = Tools.Objects(compiler, built, folder, ["-std=c99", level, "-fno-pic"], built.Library);
            Symbol[] symbols = Symbols(built.InScratch(folder), ["-g", .. objects]), all = Symbols(built.InScratch(folder), objects);
            string[] defined = [.. symbols.Where(s => s.Type != 'U').Select(s => s.Name)];
            string[] imports = [.. symbols.Where(s => s.Type == 'U').Select(s => s.Name).Distinct().Except(defined)];
            Assert.Contains(built.Names.Descriptor, defined);
            Assert.Contains("q3e_decode_frame", defined);
            Assert.Contains("q3e_encode_frame", defined);
            Assert.Empty(imports.Except(AllowedImports));
            Assert.Empty(Writable(all));
            // Only names with the library's own prefix reach the linker.
            Assert.Equal([], defined.Where(name => !name.StartsWith("q3e_", StringComparison.Ordinal)));
        }
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void The_shared_library_exports_the_interface_and_keeps_nothing_writable(string model)
    {
        BuiltModel built = models[model];
        string library = built.Build.LibraryPath;
        string[] exports = [.. Symbols(built.Scratch, ["-D", "--defined-only", library]).Select(s => s.Name).Order(StringComparer.Ordinal)];
        string header = File.ReadAllText(Path.Combine(built.Build.Folder, "include", "q3e.h"));
        string[] declared = [.. DeclaredFunction().Matches(header).Select(m => m.Groups["name"].Value)];
        Assert.Contains("q3e_decode_hop", declared);
        Assert.All((string[])["q3e_encoder_init", "q3e_encoder_reset", "q3e_encode_frame", "q3e_encode_flush"], name => Assert.Contains(name, declared));
        Assert.Equal(declared.Append(built.Names.Descriptor).Order(StringComparer.Ordinal), exports);

        // What the C runtime's start files of a shared object import weakly is not the library's.
        string[] startFiles = ["__cxa_finalize", "__gmon_start__", "_ITM_deregisterTMCloneTable", "_ITM_registerTMCloneTable"];
        string[] imports = [.. Symbols(built.Scratch, ["-D", "--undefined-only", library]).Select(s => s.Name.Split('@')[0])];
        Assert.Empty(imports.Except(AllowedImports).Except(startFiles));

        // As objects that a shared library is linked from: no .data, no .bss; addresses that the loader fills in lie in .data.rel.ro alone.
        string[] objects = Tools.Objects("gcc", built, "pic", ["-std=c99", "-O3", "-fPIC", "-fvisibility=hidden"], built.Library);
        Assert.Equal([], objects.SelectMany(o => WritableSections(o, built.Scratch).Select(s => $"{Path.GetFileName(o)} {s}")));
        string segments = Tools.Run("readelf", ["-l", "-W", library], built.Scratch);
        Assert.Contains("GNU_RELRO", segments, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"GNU_STACK.*E\s", segments);
    }

    [Theory, MemberData(nameof(Cases))]
    public void No_instruction_computes_in_floating_point(string model, string compiler)
    {
        // The patterns are those of x86-64; the C source is the same everywhere.
        Assert.Equal(Architecture.X64, RuntimeInformation.ProcessArchitecture);
        BuiltModel built = models[model];
        foreach (string[] level in Levels)
        {
            string folder = $"float-{compiler}{string.Concat(level)}";
            string[] objects = Tools.Objects(compiler, built, folder, ["-std=c99", .. level], [.. built.Kernels, .. built.Networks]);
            (string Function, string Mnemonic)[] instructions = [.. Disassembly.Of(objects, built.Scratch)];
            Assert.True(instructions.Length > 2000, $"{instructions.Length} instructions are not a library.");
            Assert.Contains(instructions, i => i.Function == "q3e_decode_frame");
            Assert.Contains(instructions, i => i.Function == "q3e_encode_frame");
            Assert.Equal(built.Source.Encoder is not null, instructions.Any(i => i.Function == built.Names.Descriptor + "_encoder_frame"));
            Assert.Equal([], instructions.Where(i => Disassembly.IsFloatArithmetic(i.Mnemonic)).Select(i => $"{i.Function}: {i.Mnemonic}").Distinct());
        }
    }

    [Theory, InlineData("gcc"), InlineData("clang")]
    public void Floating_point_arithmetic_would_be_found(string compiler)
    {
        foreach (string[] level in (string[][])[.. Levels, ["-O2", "-ffp-contract=fast", "-mfma"]])
        {
            string[] objects = Tools.Objects(compiler, models.Light, $"detector-{compiler}{string.Concat(level)}", ["-std=c99", .. level], [Tools.CFile("emitted/floating_point.c")]);
            var functions = Disassembly.Of(objects, models.Light.Scratch).GroupBy(i => i.Function, i => i.Mnemonic).ToDictionary(g => g.Key, g => g.Any(Disassembly.IsFloatArithmetic));
            Assert.Equal(14, functions.Count);
            Assert.All(functions, f => Assert.True(f.Value != f.Key.StartsWith("moves_", StringComparison.Ordinal), $"{compiler} {string.Join(' ', level)}: {f.Key}"));
        }
    }

    [Theory, InlineData("gcc"), InlineData("clang")]
    public void Writable_globals_would_be_found(string compiler)
    {
        BuiltModel any = models.Meter;
        string file = Tools.CFile("emitted/writable_globals.c");
        string[] objects = Tools.Objects(compiler, any, $"writable-{compiler}", ["-std=c99", "-O0", "-fPIC"], [file]);
        string[] found = [.. Writable(Symbols(any.Scratch, objects))];
        Assert.Equal(5, found.Length);
        // Compilers decorate the name of a static variable inside a function.
        Assert.All((string[])["common", "counter", "initialised", "own", "zero"], name => Assert.Contains(found, symbol => symbol.Contains(name, StringComparison.Ordinal)));
        Assert.Equal([".bss", ".data"], WritableSections(objects[0], any.Scratch).Order(StringComparer.Ordinal));
    }

    /// <summary>Symbols that are neither code (T, t) nor constants (R, r): what B, C, D, S, V, W and their small forms name could be written or replaced.</summary>
    private static IEnumerable<string> Writable(IEnumerable<Symbol> symbols) => symbols.Where(s => !"TtRrU".Contains(s.Type)).Select(s => $"{s.Type} {s.Name}");

    private static Symbol[] Symbols(string folder, IEnumerable<string> arguments) =>
        [.. Tools.Run("nm", ["-P", .. arguments], folder).Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length >= 2 && fields[1].Length == 1).Select(fields => new Symbol(fields[0], fields[1][0]))];

    /// <summary>Allocated sections with the writable flag and at least one byte, but for those that are read-only once relocated.</summary>
    private static IEnumerable<string> WritableSections(string file, string folder)
    {
        foreach (string line in Tools.Run("readelf", ["-S", "-W", file], folder).Split('\n'))
        {
            // "  [ 3] .data PROGBITS 0000000000000000 000040 000000 00  WA  0   0  1"
            int end = line.IndexOf(']');
            if (end < 0 || line[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is not { Length: >= 10 } fields || fields[0] == "Name")
                continue;

            bool empty = Convert.ToInt64(fields[4], 16) == 0;
            if (!empty && fields[6].Contains('W') && !fields[0].StartsWith(".data.rel.ro", StringComparison.Ordinal))
                yield return fields[0];
        }
    }

    [GeneratedRegex(@"^Q3E_API [^(;]*?(?<name>q3e_\w+)\(", RegexOptions.Multiline)]
    private static partial Regex DeclaredFunction();

    private readonly record struct Symbol(string Name, char Type);
}
