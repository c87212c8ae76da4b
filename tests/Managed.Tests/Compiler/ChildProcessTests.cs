using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

public class ChildProcessTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public void Much_output_on_both_streams_arrives_whole()
    {
        ChildProcess.Result result = Shell("head -c 3000000 /dev/zero >&2; head -c 3000000 /dev/zero; exit 7", Long);

        Assert.Equal((7, 3000000, 3000000), (result.ExitCode, result.Output.Length, result.Error.Length));
    }

    [Fact]
    public void Arguments_are_passed_as_they_are()
    {
        ChildProcess.Result result = ChildProcess.Run("sh", ["-c", "printf '%s|' \"$@\"", "sh", "a b", "", "-x", "\"q\"", "$HOME;", "*"], Path.GetTempPath(), Long);

        Assert.Equal("a b||-x|\"q\"|$HOME;|*|", result.Output);
    }

    [Fact]
    public void A_program_that_waits_for_input_finds_none() => Assert.Equal("end", Shell("cat; printf end", Long).Output);

    [Fact]
    public void Messages_come_in_the_C_locale() => Assert.Equal("C", Shell("printf %s \"$LC_ALL\"", Long).Output);

    [Fact]
    public void A_program_that_does_not_end_is_stopped() =>
        Assert.Contains("did not end within", Assert.Throws<BuildException>(() => Shell("sleep 60", TimeSpan.FromMilliseconds(300))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_process_left_behind_that_holds_the_output_does_not_stop_the_build() =>
        Assert.Contains("did not end within", Assert.Throws<BuildException>(() => Shell("sleep 5 & exit 0", TimeSpan.FromMilliseconds(500))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_program_that_is_not_there_is_a_clear_error() =>
        Assert.Contains("could not be started", Assert.Throws<BuildException>(() => ChildProcess.Run("/no/such/program", [], Path.GetTempPath(), Long)).Message, StringComparison.Ordinal);

    private static ChildProcess.Result Shell(string script, TimeSpan limit) => ChildProcess.Run("sh", ["-c", script], Path.GetTempPath(), limit);
}
