using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge tonemap score</c>: how well a table follows speech that it was not learned from.</summary>
internal static class ToneMapScoreVerb
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Recorded speech that the table was not learned from." };
        Option<string?> table = ToneOptions.Table();
        Option<bool> json = CommonOptions.Json();
        var verb = new Verb("score", "Rank correlation (Spearman) of tone and pitch over voiced frames, beside shuffled tables.",
            "q3edge tonemap score tests/data/heldout",
            "q3edge tonemap score recordings/ --table tones.csv --json")
        {
            folder, table, json,
        };
        verb.SetAction(parsed =>
        {
            ToneTable tones = ToneOptions.Read(parsed.GetValue(table));
            IReadOnlyList<string> files = SpeechFolder.Files(parsed.GetValue(folder)!);
            var model = EdgeModel.Load(BuiltInModels.Default);
            if (model.Config.Space != tones.Space)
                throw new CliException($"{parsed.GetValue(table)}: token_space: is {tones.Space}, but {model.Name} makes tokens of {model.Config.Space}.");
            IReadOnlyList<SpeechFrame[]> clips = WorkProgress.Run("Listening", progress => SpeechFolder.Frames(model, files, progress));
            var score = ToneScore.Of(tones, clips);
            if (parsed.GetValue(json))
            {
                Json.Print(new
                {
                    files = files.Count,
                    voiced_frames = score.Frames,
                    spearman = Json.Finite(score.Correlation),
                    shuffled_mean = Json.Finite(score.Shuffled),
                    shuffled_max = Json.Finite(score.ShuffledMax),
                    gain = Json.Finite(score.Gain),
                    within_clips = Json.Finite(score.WithinClips),
                    voicing_agreement = score.VoicingAgreement,
                });
                return 0;
            }

            Console.WriteLine($"{files.Count} files, {score.Frames} voiced frames");
            Console.WriteLine($"  rank correlation of tone and pitch   {score.Correlation:0.000}");
            Console.WriteLine($"  of {ToneScore.Shuffles} shuffled tables                {score.Shuffled:0.000} in the mean, {score.ShuffledMax:0.000} at most");
            Console.WriteLine($"  above shuffled                       {score.Gain:0.000}");
            Console.WriteLine($"  inside a clip, mean                  {score.WithinClips:0.000}");
            Console.WriteLine($"  sounds exactly where voiced          {score.VoicingAgreement:0.0%} of all frames");
            return 0;
        });
        return verb;
    }
}
