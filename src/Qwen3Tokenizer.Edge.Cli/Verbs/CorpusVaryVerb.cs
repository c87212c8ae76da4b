using System.CommandLine;
using System.Globalization;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Distillation.Corpora;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge corpus vary</c>: more voices out of the recordings of a corpus.</summary>
internal static class CorpusVaryVerb
{
    public static Command Create()
    {
        var input = new Argument<string>("DIR") { Description = "Folder of a prepared corpus." };
        Option<string> output = CommonOptions.Output("DIR", "Folder of the new corpus.");
        var speeds = new Option<decimal[]>("--speeds")
        {
            HelpName = "X", Description = "Speeds, 0.5 to 2 in steps of 0.01; at 0.85 a voice is lower and slower.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [0.85m, 1.15m],
        };
        var includeGpl = new Option<bool>("--include-gpl") { Description = "Copies of recordings under the GNU GPL too." };
        var verb = new Verb("vary", "Add copies of the training recordings at other speeds, as further voices; what is held out stays as it is.",
            "q3edge corpus vary corpus -o varied",
            "q3edge corpus vary corpus --speeds 0.8 0.9 1.1 1.25 --include-gpl -o varied")
        {
            input, speeds, includeGpl, output,
        };
        verb.SetAction(parsed =>
        {
            (string from, string folder) = (parsed.GetValue(input)!, parsed.GetValue(output)!);
            int[] percents = [.. parsed.GetValue(speeds)!.Select(Percent)];
            using UnfinishedFolders unfinished = UnfinishedFolders.Watch(folder, ".vary");
            CorpusBuildResult result = WorkProgress.Run("Varying", progress => SpeedVariation.Create(from, folder, percents, parsed.GetValue(includeGpl), progress));
            CorpusVerb.Report(folder, result);
            return 0;
        });
        return verb;
    }

    private static int Percent(decimal speed) => speed is >= 0.5m and <= 2 && speed * 100 == decimal.Truncate(speed * 100)
        ? (int)(speed * 100)
        : throw new CliException($"--speeds: {speed.ToString(CultureInfo.InvariantCulture)} is not between 0.5 and 2 in steps of 0.01.");
}
