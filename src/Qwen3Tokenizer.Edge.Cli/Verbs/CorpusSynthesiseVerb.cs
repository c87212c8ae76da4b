using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge corpus synthesise</c>: a corpus of synthesised voices.</summary>
internal static class CorpusSynthesiseVerb
{
    public static Command Create()
    {
        Option<string> output = CommonOptions.Output("DIR", "Folder of the corpus.");
        var verb = new Verb("synthesise", "Make a corpus of the voices of espeak-ng, flite and festival, as far as they are installed; all of it is marked as synthetic.",
            "q3edge corpus synthesise -o voices")
        {
            output,
        };
        verb.SetAction(parsed =>
        {
            string folder = parsed.GetValue(output)!;
            IReadOnlyList<SynthesisVoice> voices = SpeechSynthesis.Installed([.. SynthesisVoice.Variety, .. SynthesisVoice.ChineseHeldOut]);
            if (voices.Count == 0)
                throw new CliException("no synthesiser was found; install one, on Debian with: apt-get install espeak-ng flite.");
            CorpusVerb.Report(folder, WorkProgress.Run("Synthesising", progress => DebianCorpus.Prepare(folder, [], voices, progress)));
            return 0;
        });
        return verb;
    }
}
