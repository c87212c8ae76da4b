using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Reference.Sessions;
using Spectre.Console;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge doctor</c>: what this machine has, what is missing, and the line that installs it.</summary>
internal static class DoctorVerb
{
    private const string OnnxRuntime = "onnxruntime";

    public static Command Create()
    {
        Option<bool> json = CommonOptions.Json();
        var install = new Option<string?>("--install")
        {
            HelpName = "PART",
            Description = $"Get a part that is missing: {OnnxRuntime}, the native library from the npm package {OnnxRuntimeInstall.Package} (114 MB), into the cache folder.",
        };
        install.AcceptOnlyFromAmong(OnnxRuntime);
        var verb = new Verb("doctor", "Say what this machine has, what is missing, and how to install it.",
            "q3edge doctor", "q3edge doctor --json", $"q3edge doctor --install {OnnxRuntime}") { json, install };
        verb.SetAction(parsed => parsed.GetValue(install) is null ? Examine(parsed.GetValue(json)) : Install(parsed.GetValue(json)));
        return verb;
    }

    private static int Examine(bool json)
    {
        IReadOnlyList<Finding> findings = Machine.Examine();
        bool fit = findings.All(f => f.Found || !f.Essential);
        if (json)
            Json.Print(new { Ok = fit, Checks = findings });
        else
            Print(findings, fit);
        return fit ? 0 : Failure.Status;
    }

    private static int Install(bool json)
    {
        (string sha256, string path) = OnnxRuntimeInstall.Run();
        // What was put there is what will be used, unless the user's own choice stands before it.
        var library = OnnxRuntimeLibrary.Open();
        if (json)
        {
            Json.Print(new { Package = OnnxRuntimeInstall.Package, Sha256 = sha256, Library = path, library.Version, InUse = library.FilePath });
            return 0;
        }

        Console.WriteLine($"{OnnxRuntimeInstall.Package}: SHA-256 {sha256}");
        Console.WriteLine($"kept: {path}");
        Console.WriteLine($"in use: ONNX Runtime {library.Version}, {library.FilePath}");
        return 0;
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
