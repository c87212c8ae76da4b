using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>A command with examples below its help text.</summary>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Command lines to copy.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;
}

/// <summary>The help text of System.CommandLine, followed by the verb's examples.</summary>
internal sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int status = inner.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not Verb { Examples.Count: > 0 } verb)
            return status;

        TextWriter writer = parseResult.InvocationConfiguration.Output;
        writer.WriteLine("Examples:");
        foreach (string example in verb.Examples)
            writer.WriteLine($"  {example}");
        writer.WriteLine();
        return status;
    }
}
