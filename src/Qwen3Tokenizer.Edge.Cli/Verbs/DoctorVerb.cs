using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Spectre.Console;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge doctor</c>: what this machine has, what is missing, and the line that installs it.</summary>
internal static class DoctorVerb
{
    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        var verb = new Verb("doctor", "Say what this machine has, what is missing, and how to install it.", "q3edge doctor", "q3edge doctor --json") { json };
        verb.SetAction(parsed =>
        {
            IReadOnlyList<Finding> findings = Machine.Examine();
            bool fit = findings.All(f => f.Found || !f.Essential);
            if (parsed.GetValue(json))
                Json.Print(new { Ok = fit, Checks = findings });
            else
                Print(findings, fit);
            return fit ? 0 : Failure.Status;
        });
        return verb;
    }

    private static void Print(IReadOnlyList<Finding> findings, bool fit)
    {
        bool colour = !Console.IsOutputRedirected;
        foreach (Finding finding in findings)
        {
            (string word, string style) = finding.Found ? ("ok", "green") : finding.Essential ? ("MISSING", "red") : ("missing", "yellow");
            string padded = word.PadRight(8);
            // Only the word is given to Spectre: it would wrap whole lines.
            if (colour)
                AnsiConsole.Markup($"[{style}]{padded}[/]");
            else
                Console.Write(padded);
            Console.WriteLine($"{finding.Name}: {finding.Detail}");
            if (!finding.Found && finding.Install is not null)
                Console.WriteLine($"        install: {finding.Install}");
        }

        if (!fit)
            Failure.Report($"essential parts are missing: {string.Join(", ", findings.Where(f => f.Essential && !f.Found).Select(f => f.Name))}.");
    }
}
