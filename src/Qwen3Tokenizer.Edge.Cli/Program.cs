using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Cli.Verbs;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var interruption = new Interruption();
var root = new RootCommand("Speech to tokens at 12.5 frames a second, tokens to speech, and INT8 libraries for boards.")
{
    QuickstartVerb.Create(),
    EncodeVerb.Create(),
    DecodeVerb.Create(),
    CompareVerb.Create(),
    InfoVerb.Create(),
    BuildVerb.Create(),
    ToneMapVerb.Create(),
    DistillVerb.Create(),
    TrainVerb.Create(),
    CorpusVerb.Create(),
    DoctorVerb.Create(),
};
HelpOption help = root.Options.OfType<HelpOption>().Single();
help.Action = new HelpWithExamples((HelpAction)help.Action!);
root.Options.OfType<VersionOption>().Single().Action = new VersionText();
try
{
    // "@" begins no response file: a file may be called so.
    ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
    if (parsed.Errors.Count > 0 && parsed.Action is not (HelpWithExamples or VersionText))
    {
        string verb = parsed.CommandResult.Command is RootCommand ? "" : " " + parsed.CommandResult.Command.Name;
        // An unknown option can stand where an input should, and push that out: it is the one to name.
        string? stranger = parsed.UnmatchedTokens.Count == 0 ? null
            : parsed.Tokens.FirstOrDefault(token => token.Type == TokenType.Argument && token.Value.StartsWith('-') && token.Value.Length > 1)?.Value ?? parsed.UnmatchedTokens[0];
        string what = stranger is null ? parsed.Errors[0].Message : $"'{stranger}' is not a verb, option or input here.";
        Failure.Report($"{what} See q3edge{verb} --help.");
        return Failure.Status;
    }

    return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
#pragma warning disable CA1031 // The last resort: whatever went wrong, the user gets one sentence and no stack trace.
catch (Exception e)
#pragma warning restore CA1031
{
    Failure.Report(Failure.Describe(e));
    return Failure.Status;
}
