using System.Globalization;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>Kernels for Arm processors, run under QEMU.</summary>
public sealed class ArmKernelTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    [Theory, InlineData("cortex-a53"), InlineData("cortex-a76"), InlineData("cortex-a7"), InlineData("arm1176")]
    public void Every_kernel_equals_the_portable_one_bit_for_bit(string processor)
    {
        const int Cases = 1000;
        ArmTarget target = ArmTarget.Of(processor);
        string kernels = Tools.RepositoryPath("native/kernels"), program = models.Light.InScratch($"sets-selftest-{processor}");
        // The self test compares the sets that a build has, whatever they are.
        string[] files = [.. Directory.GetFiles(Tools.CFile("x86"), "*.c"), .. Directory.GetFiles(kernels, "*.c")];
        Tools.Run(target.CompilerName, [.. target.Options, "-I", Tools.RepositoryPath("native/include"), "-I", kernels, .. files, "-o", program], models.Light.Scratch);

        string[] lines = target.Run(program, [Cases.ToString(CultureInfo.InvariantCulture)], models.Light.Scratch).TrimEnd().Split('\n');

        Assert.Equal($"best set of this processor: {target.BestSet}", lines[0]);
        Assert.Equal(21, lines.Length - 1);
        Assert.All(lines[1..], line => Assert.True(long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) >= Cases * target.BestSet, line));
    }

    [Theory, InlineData("cortex-a76", "/usr/aarch64-linux-gnu"), InlineData("cortex-a7", "/usr/arm-linux-gnueabihf")]
    public void No_kernel_reads_or_writes_beyond_its_arrays_or_does_what_C_leaves_undefined(string processor, string system)
    {
        ArmTarget target = ArmTarget.Of(processor);
        string kernels = Tools.RepositoryPath("native/kernels"), program = models.Light.InScratch($"sets-sanitized-{processor}");
        string[] files = [Tools.CFile("arm/sanitizer_options.c"), .. Directory.GetFiles(Tools.CFile("x86"), "*.c"), .. Directory.GetFiles(kernels, "*.c")];
        string[] options = [.. target.Options.Where(o => o is not ("-static" or "-O3")), "-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
        Tools.Run(target.CompilerName, [.. options, "-I", Tools.RepositoryPath("native/include"), "-I", kernels, .. files, "-o", program], models.Light.Scratch);

        // The sanitizers' libraries are not linked statically.
        string output = target.Run(program, ["60"], models.Light.Scratch, "-L", system);

        Assert.Equal(22, output.TrimEnd().Split('\n').Length);
    }

    [Theory]
    [InlineData("edge-light", "cortex-a53"), InlineData("edge-light", "cortex-a72"), InlineData("edge-light", "cortex-a76"), InlineData("edge-light", "cortex-a7"), InlineData("edge-light", "arm1176")]
    [InlineData("edge-meter", "cortex-a53"), InlineData("edge-meter", "cortex-a72"), InlineData("edge-meter", "cortex-a76"), InlineData("edge-meter", "cortex-a7"), InlineData("edge-meter", "arm1176")]
    public void The_same_tokens_give_the_same_samples_and_the_same_samples_the_same_tokens(string model, string processor)
    {
        BuiltModel built = models[model];
        ArmTarget target = ArmTarget.Of(processor);
        string program = target.Link(built, "conformance", [], [.. built.Library, built.ConformanceProgram]);

        // The program fails by itself when a checksum is not the stored one; what it prints begins with all layers' twice.
        string[] words = target.Run(program, [], built.Scratch).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);

        (uint all, _, _, uint? encoder) = built.StoredChecksums();
        Assert.Equal([model, $"{all:x8}", $"{all:x8}"], words[..3]);
        Assert.Equal(encoder is not null, words.Contains("encoder"));
    }

    [Theory, InlineData("cortex-a53"), InlineData("cortex-a76"), InlineData("cortex-a7"), InlineData("arm1176")]
    public void Every_set_of_kernels_gives_the_stored_checksum_also_when_it_changes_from_frame_to_frame(string processor)
    {
        BuiltModel built = models.Meter;
        ArmTarget target = ArmTarget.Of(processor);
        string program = target.Link(built, "kernel-sets", built.ModelOptions, [.. built.Library, Tools.CFile("x86/emitted/kernel_sets.c")]);

        string[] lines = target.Run(program, [], built.Scratch).TrimEnd().Split('\n');

        // The set, then its checksum.
        Assert.Equal(Enumerable.Range(0, target.BestSet + 2).Select(set => $"{set} {built.StoredChecksums().All:x8}"), lines.Select(line => string.Join(' ', line.Split(' ').Take(2))));
    }

    [Theory, InlineData("rpi3"), InlineData("rpi5"), InlineData("rpi2"), InlineData("rpi-zero")]
    public void Nothing_is_imported_beyond_the_four_functions(string name)
    {
        BuiltModel built = models.Light;
        var board = Compiler.Boards.Board.Load(name);
        string[] objects = Tools.Objects(board.Toolchain.Compiler, built, $"imports-{name}", ["-std=c99", .. board.CompilerFlags, "-fno-pic"], built.Library);
        string[][] symbols = [.. Tools.Run(board.Toolchain.Prefix + "nm", ["-P", "-g", .. objects], built.Scratch).Split('\n').Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(f => f.Length >= 2 && f[1].Length == 1)];
        string[] defined = [.. symbols.Where(f => f[1] != "U").Select(f => f[0])];

        Assert.Contains("q3e_decode_frame", defined);
        Assert.Empty(symbols.Where(f => f[1] == "U").Select(f => f[0]).Except(defined).Except(["memcpy", "memmove", "memset", "getauxval"]));
    }
}
