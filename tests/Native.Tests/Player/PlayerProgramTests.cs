using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Player;

/// <summary>The C player by itself: strict C99 with both compilers, clean under sanitizers, small, and without a decoder.</summary>
public sealed class PlayerProgramTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("gcc"), InlineData("clang")]
    public void The_self_test_passes_under_sanitizers(string compiler)
    {
        string program = PlayerFiles.Link(compiler, _folder.Path, "selftest", PlayerFiles.Sanitizers, [.. PlayerFiles.SelfTest, .. PlayerFiles.Sources]);
        Assert.Matches("^ok [0-9]{5,} checks\n$", Tools.Run(program, [], _folder.Path));
    }

    [Theory, InlineData("gcc"), InlineData("clang")]
    public void It_compiles_without_a_warning_that_either_compiler_knows(string compiler)
    {
        string[] more = ["-O2", "-Wconversion", "-Wshadow", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wcast-qual", "-Wundef"];
        Tools.Run(compiler, ["-c", .. Tools.Strict, .. more, .. PlayerFiles.IncludeOptions, .. PlayerFiles.Sources], _folder.Path);
        Assert.Equal(PlayerFiles.Sources.Count(), Directory.GetFiles(_folder.Path, "*.o").Length);
    }

    /// <summary>A buzzer needs no decoder in its flash: nothing of the library is asked for, and of the C library only what copies structures.</summary>
    [Theory, InlineData("gcc"), InlineData("clang")]
    public void It_imports_no_decoder_and_keeps_nothing_in_writable_memory(string compiler)
    {
        Tools.Run(compiler, ["-c", "-Os", "-fno-stack-protector", "-ffreestanding", .. Tools.Strict, .. PlayerFiles.IncludeOptions, .. PlayerFiles.Sources], _folder.Path);
        string[] objects = Directory.GetFiles(_folder.Path, "*.o");
        HashSet<string> defined = [.. Symbols(objects, "--defined-only")], undefined = [.. Symbols(objects, "--undefined-only")];
        Assert.Contains("q3e_player_step", defined);
        undefined.ExceptWith(defined);
        undefined.ExceptWith(["memcpy", "memmove", "memset", "_GLOBAL_OFFSET_TABLE_"]);
        Assert.Empty(undefined);
        Assert.DoesNotMatch(" [bBdDcC] ", Tools.Run("nm", objects, _folder.Path));
    }

    private IEnumerable<string> Symbols(string[] objects, string which) =>
        Tools.Run("nm", [which, .. objects], _folder.Path).Split('\n').Select(l => l.Trim().Split(' ')).Where(w => w.Length >= 2).Select(w => w[^1]);

    [Fact]
    public void The_headers_are_also_Cpp()
    {
        string source = Path.Combine(_folder.Path, "probe.cpp");
        File.WriteAllText(source, "#include \"q3e_buzzer.h\"\nint main() { q3e_player player; return sizeof player == 0; }\n");
        Tools.Run("g++", ["-std=c++11", "-Wall", "-Wextra", "-Werror", "-pedantic", "-c", .. PlayerFiles.IncludeOptions, source], _folder.Path);
        Assert.True(File.Exists(Path.Combine(_folder.Path, "probe.o")));
    }
}
