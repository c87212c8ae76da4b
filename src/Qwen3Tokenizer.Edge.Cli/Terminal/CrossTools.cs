using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Boards;

namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>The cross toolchains and emulators of the boards that come with the tool.</summary>
internal static class CrossTools
{
    /// <summary>One finding for each program, with the boards that want it.</summary>
    public static IEnumerable<Finding> Examine()
    {
        Board[] boards = [.. Board.Names.Select(Board.Load).Where(b => b.System != BoardSystem.Host)];
        var toolchains = boards.Select(b => (Board: b.Name, b.Toolchain))
            .Concat(boards.Where(b => b.Emulator?.Toolchain is not null).Select(b => (Board: b.Name, Toolchain: b.Emulator!.Toolchain!)))
            .GroupBy(b => b.Toolchain.Compiler);
        foreach (var users in toolchains)
        {
            string who = string.Join(", ", users.Select(u => u.Board).Distinct());
            yield return CCompiler.Named(users.Key) is { } compiler
                ? new Finding($"compiler for {who}", true, false, $"{compiler.Version}, {compiler.Path}")
                : new Finding($"compiler for {who}", false, false, $"{users.Key} is not installed: build emits sources and compiles nothing", users.First().Toolchain.Install);
        }

        foreach (var users in boards.Where(b => b.Emulator is not null).GroupBy(b => b.Emulator!.Program))
        {
            string who = string.Join(", ", users.Select(u => u.Name));
            yield return CCompiler.PathOf(users.Key) is { } path
                ? new Finding($"emulator for {who}", true, false, path)
                : new Finding($"emulator for {who}", false, false, $"{users.Key} is not installed: what build compiles is not run", users.First().Emulator!.Install);
        }
    }
}
