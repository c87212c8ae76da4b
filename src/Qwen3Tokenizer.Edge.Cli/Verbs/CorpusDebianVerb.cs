using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge corpus debian</c>: the speech packages of Debian, listed or prepared.</summary>
internal static class CorpusDebianVerb
{
    public static Command Create()
    {
        var output = new Option<string>("--output", "-o") { HelpName = "DIR", Description = "Folder of the corpus.", DefaultValueFactory = _ => "corpus" };
        var install = new Option<bool>("--install") { Description = "Get the packages (apt-get download; nothing is installed, no rights are needed) and prepare the corpus." };
        var includeGpl = new Option<bool>("--include-gpl") { Description = "Packages under the GNU GPL too. Training leaves their recordings out unless it is told otherwise as well." };
        var synthesise = new Option<bool>("--synthesise") { Description = "Add synthesised voices of the installed engines for variety." };
        var packages = new Option<string[]>("--packages") { HelpName = "NAME", Description = "Only these packages.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        Option<bool> json = CommonOptions.Json();
        var verb = new Verb("debian", "List Debian's freely licensed speech packages, or make a corpus of them.",
            "q3edge corpus debian",
            "q3edge corpus debian --install -o corpus",
            "q3edge corpus debian --install --include-gpl --synthesise -o corpus",
            "q3edge corpus debian --install --packages festvox-ru asterisk-core-sounds-en-g722 -o small")
        {
            output, install, includeGpl, synthesise, packages, json,
        };
        verb.SetAction(parsed =>
        {
            string[] names = parsed.GetValue(packages)!;
            bool chosen = names.Length > 0, list = !parsed.GetValue(install);
            IReadOnlyList<SpeechPackage> wanted = chosen ? [.. names.Select(DebianSpeech.Find)] : list || parsed.GetValue(includeGpl) ? DebianSpeech.Packages : DebianSpeech.Default;
            if (list)
                List(wanted, parsed.GetValue(json));
            else
                Install(parsed.GetValue(output)!, wanted, !chosen, parsed.GetValue(synthesise));
            return 0;
        });
        return verb;
    }

    private static void List(IReadOnlyList<SpeechPackage> packages, bool json)
    {
        if (json)
        {
            Json.Print(packages.Select(p => new { p.Name, p.Licence, p.Authors, Role = RoleOf(p), p.Minutes, p.Speakers }));
            return;
        }

        Console.WriteLine($"{"package",-34}{"role",-16}{"minutes",8}  {"licence",-44}speakers");
        foreach (SpeechPackage p in packages)
            Console.WriteLine($"{p.Name,-34}{RoleOf(p),-16}{p.Minutes,8:0.0}  {p.Licence,-44}{p.Speakers}");
        Console.WriteLine("Prepare them with --install; those under the GPL only with --include-gpl.");
    }

    private static void Install(string folder, IReadOnlyList<SpeechPackage> packages, bool chinese, bool synthesise)
    {
        IReadOnlyList<SynthesisVoice> wanted = [.. chinese ? SynthesisVoice.ChineseHeldOut : [], .. synthesise ? SynthesisVoice.Variety : []];
        IReadOnlyList<SynthesisVoice> voices = SpeechSynthesis.Installed(wanted);
        foreach (string engine in wanted.Except(voices).Select(v => v.Engine).Distinct())
            Failure.Warn($"{engine} was not found, so that its synthesised voices are left out{(engine == "espeak-ng" && chinese ? ", the Chinese held-out line among them" : "")}; install it with: apt-get install {engine}.");
        CorpusBuildResult result = WorkProgress.Run("Getting packages", progress => DebianCorpus.Prepare(folder, packages, voices, progress));
        CorpusVerb.Report(folder, result);
    }

    private static string RoleOf(SpeechPackage package) => package.Role switch
    {
        SpeechRole.Training => "training",
        SpeechRole.GplTraining => "training (GPL)",
        _ => "evaluation",
    };
}
