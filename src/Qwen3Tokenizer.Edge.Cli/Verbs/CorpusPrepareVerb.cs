using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge corpus prepare</c>: a corpus of any folder of recordings.</summary>
internal static class CorpusPrepareVerb
{
    public static Command Create()
    {
        var input = new Argument<string>("FOLDER") { Description = "Recordings; what lies in a folder below it is one speaker." };
        Option<string> output = CommonOptions.Output("DIR", "Folder of the corpus.");
        var language = new Option<string>("--language") { HelpName = "TAG", Description = "Language of the recordings, as a BCP 47 tag.", DefaultValueFactory = _ => "und" };
        var licence = new Option<string>("--licence") { HelpName = "ID", Description = "Licence of the recordings, as an SPDX identifier; it goes into the card of whatever is trained on them.", DefaultValueFactory = _ => "unknown" };
        var authors = new Option<string>("--authors") { HelpName = "NAMES", Description = "Who is to be named.", DefaultValueFactory = _ => "" };
        var verb = new Verb("prepare", "Make a corpus of a folder of recordings; a fixed twentieth is held out.",
            "q3edge corpus prepare recordings/ -o corpus --language de --licence CC-BY-4.0",
            "q3edge corpus prepare recordings/ -o corpus --licence CC0-1.0 --authors \"Jane Doe\"")
        {
            input, output, language, licence, authors,
        };
        verb.SetAction(parsed =>
        {
            (string from, string folder) = (parsed.GetValue(input)!, parsed.GetValue(output)!);
            CorpusBuilder.RequireNone(folder);
            IReadOnlyList<SpeechFile> files = FolderSpeech.Find(from, parsed.GetValue(language)!, parsed.GetValue(licence)!);
            CorpusBuildResult result = WorkProgress.Run("Preparing", progress => CorpusBuilder.Build(folder, files, [FolderSpeech.Source(from, parsed.GetValue(authors)!)], progress));
            CorpusVerb.Report(folder, result);
            return 0;
        });
        return verb;
    }
}
