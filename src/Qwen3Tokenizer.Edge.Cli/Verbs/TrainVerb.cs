using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Distillation.Losses;
using Qwen3Tokenizer.Edge.Distillation.Training;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge train</c>: a new edge codec from recordings.</summary>
internal static class TrainVerb
{
    public static Command Create()
    {
        var config = new Option<string>("--config") { HelpName = "TIER", Description = "Tier with an encoder (light), or a configuration file in the form of an edge model's.", DefaultValueFactory = _ => "light" };
        var corpus = new Option<string>("--corpus", "-c") { HelpName = "DIR", Description = "Folder of a prepared corpus: see q3edge corpus.", Required = true };
        Option<string> output = CommonOptions.Output("FILE", "The model's .json file; its weights are written beside it. A run that was interrupted goes on with the same command.");
        var minutes = new Option<double>("--minutes") { HelpName = "N", Description = "Minutes of training on this machine.", DefaultValueFactory = _ => 75 };
        var steps = new Option<int>("--steps") { HelpName = "N", Description = "Steps, instead of minutes: with a seed and a number of threads the same model anywhere." };
        var threads = new Option<int>("--threads") { HelpName = "N", Description = "Threads.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var seed = new Option<ulong>("--seed") { HelpName = "N", Description = "Seed of everything random.", DefaultValueFactory = _ => 1 };
        var gpl = new Option<bool>("--include-gpl") { Description = "Learn from recordings under the GNU GPL too." };
        var from = new Option<string?>("--from") { HelpName = "FILE", Description = "A codec that train made: begin with its weights in place of fresh ones, and make it better. It has new tokens then." };
        var pitchWeight = new Option<double>("--pitch-weight") { HelpName = "W", Description = "What the pitch counts in the loss.", DefaultValueFactory = _ => PitchLoss.DefaultPitchWeight };
        var sequences = new Option<int>("--sequences") { HelpName = "N", Description = "Sequences of a batch.", DefaultValueFactory = _ => 12 };
        var frames = new Option<int>("--frames") { HelpName = "N", Description = "Token frames (80 ms) of a sequence.", DefaultValueFactory = _ => 16 };
        var verb = new Verb("train", "Train a new edge codec, encoder, codebooks and decoder, from recordings.",
            "q3edge corpus debian --install -o corpus",
            "q3edge train --corpus corpus -o my-codec.json",
            "q3edge train --corpus corpus --minutes 600 --seed 2 -o long.json",
            "q3edge train --corpus corpus --from my-codec.json -o better.json")
        {
            config, from, corpus, output, minutes, steps, threads, seed, gpl, sequences, frames, pitchWeight,
        };
        verb.SetAction(parsed =>
        {
            if (parsed.GetValue(from) is not null && parsed.GetResult(config) is { Implicit: false })
                throw new CliException("--config: the configuration is that of the codec given with --from.");
            var options = new TrainOptions(parsed.GetValue(config)!, parsed.GetValue(corpus)!, parsed.GetValue(output)!)
            {
                Minutes = parsed.GetValue(minutes), Steps = parsed.GetValue(steps), Threads = parsed.GetValue(threads), Seed = parsed.GetValue(seed), IncludeGpl = parsed.GetValue(gpl),
                Sequences = parsed.GetValue(sequences), Frames = parsed.GetValue(frames), From = parsed.GetValue(from), PitchWeight = parsed.GetValue(pitchWeight),
            };
            return TrainingWork.Run($"{(options.From is null ? $"{options.Config} codec" : $"codec from {options.From}")} -> {options.Output}", (progress, cancel) =>
                TrainRun.Train(options, progress, status => TrainingProgress.Tell(status, progress), cancel));
        });
        return verb;
    }
}
