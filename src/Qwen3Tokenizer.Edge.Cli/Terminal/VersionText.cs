using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;

namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>The answer to --version.</summary>
internal sealed class VersionText : SynchronousCommandLineAction
{
    /// <summary>The tool's version, without the build's commit.</summary>
    public static string Value { get; } =
        typeof(VersionText).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.WriteLine($"q3edge {Value}");
        return 0;
    }
}
