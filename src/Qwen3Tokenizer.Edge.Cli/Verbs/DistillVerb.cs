using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge distill</c>: a student that fits a board, out of a teacher.</summary>
internal static class DistillVerb
{
    private const double FreshRate = 2e-3, FocusRate = 1e-3;

    public static Command Create()
    {
        var teacher = new Option<string>("--teacher", "-t") { HelpName = "M", Description = "Model whose tokens the student learns: a built-in name, an edge model's .json file, or a Qwen3-TTS-Tokenizer-12Hz folder.", DefaultValueFactory = _ => BuiltInModels.Default };
        var student = new Option<string>("--student", "-s") { HelpName = "TIER", Description = $"Tier of the student ({string.Join(", ", Student.Tiers)}), or a configuration file in the form of an edge model's.", Required = true };
        var corpus = new Option<string>("--corpus", "-c") { HelpName = "DIR", Description = "Folder of a prepared corpus: see q3edge corpus.", Required = true };
        Option<string> output = CommonOptions.Output("FILE", "The student's .json file; its weights are written beside it. A run that was interrupted goes on with the same command.");
        var minutes = new Option<double>("--minutes") { HelpName = "N", Description = "Minutes of training on this machine.", DefaultValueFactory = _ => 45 };
        var steps = new Option<int>("--steps") { HelpName = "N", Description = "Steps, instead of minutes: with a seed and a number of threads the same student anywhere." };
        var threads = new Option<int>("--threads") { HelpName = "N", Description = "Threads.", DefaultValueFactory = _ => Environment.ProcessorCount };
        var seed = new Option<ulong>("--seed") { HelpName = "N", Description = "Seed of everything random.", DefaultValueFactory = _ => 1 };
        var gpl = new Option<bool>("--include-gpl") { Description = "Learn from recordings under the GNU GPL too." };
        var voices = new Option<string[]>("--voices") { HelpName = "NAME", Description = "Only voices whose names begin so.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var start = new Option<string?>("--start") { HelpName = "M", Description = "A model of the same shape to begin with, instead of fresh weights." };
        var quantize = new Option<bool>("--quantize") { Description = "Learn through the integers of the INT8 library: in the last fifth of the run, or, with --start, in all of it; at a tenth of the learning rate." };
        var rate = new Option<double?>("--learning-rate") { HelpName = "X", Description = FormattableString.Invariant($"Peak learning rate; else {FreshRate}, or {FocusRate} where a model is specialised to alerts.") };
        var sequences = new Option<int>("--sequences") { HelpName = "N", Description = "Sequences of a batch.", DefaultValueFactory = _ => 16 };
        var frames = new Option<int>("--frames") { HelpName = "N", Description = "Token frames (80 ms) of a sequence.", DefaultValueFactory = _ => 16 };
        var alerts = new Option<string?>("--alerts") { HelpName = "FILE", Description = "Specialise the student to an alert file: it learns from the alerts (15 %), more speech of their voice (50 %) and the corpus." };
        Option<string> device = CommonOptions.Device();
        var voiceCorpus = new Option<string?>("--voice-corpus") { HelpName = "DIR", Description = "A prepared corpus of the alerts' voice; else the synthesised voices that the alert file names say more." };
        var exclude = new Option<string[]>("--exclude") { HelpName = "FILE", Description = "Phrases, one a line, that those voices must not say, because something is to be tested with them.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var verb = new Verb("distill", "Train a student that fits a board to speak, and with an encoder of its own to write, a teacher's tokens.",
            "q3edge distill --student meter --corpus corpus -o my-meter.json",
            "q3edge distill --teacher edge-light --student lib --corpus corpus --minutes 60 -o my-lib.json",
            "q3edge distill --teacher Qwen3-TTS-Tokenizer-12Hz --student light --corpus corpus --minutes 60 -o my-codec.json",
            "q3edge distill --student meter --start edge-meter --alerts alerts.json --corpus corpus --minutes 15 -o my-voice.json")
        {
            teacher, student, corpus, output, minutes, steps, threads, seed, gpl, voices, start, quantize, rate, sequences, frames, alerts, voiceCorpus, exclude, device,
        };
        verb.SetAction(parsed =>
        {
            AlertFocus? focus = parsed.GetValue(alerts) is { } file ? new AlertFocus(file) { VoiceCorpus = parsed.GetValue(voiceCorpus), Excluded = parsed.GetValue(exclude)! } : null;
            if (focus is null && new Option[] { voiceCorpus, exclude }.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } lonely)
                throw new CliException($"{lonely.Name}: is for a student that is specialised to alerts; name their file with --alerts.");
            var options = new DistillOptions(parsed.GetValue(teacher)!, parsed.GetValue(student)!, parsed.GetValue(corpus)!, parsed.GetValue(output)!)
            {
                Minutes = parsed.GetValue(minutes), Steps = parsed.GetValue(steps), Threads = parsed.GetValue(threads), Seed = parsed.GetValue(seed), IncludeGpl = parsed.GetValue(gpl),
                Voices = parsed.GetValue(voices)!, Start = parsed.GetValue(start), Quantize = parsed.GetValue(quantize), LearningRate = parsed.GetValue(rate) ?? (focus is null || parsed.GetValue(start) is null ? FreshRate : FocusRate),
                Focus = focus, Device = parsed.GetValue(device)!, Note = Failure.Warn, Sequences = parsed.GetValue(sequences), Frames = parsed.GetValue(frames),
            };
            return TrainingWork.Run($"{options.Student} student of {options.Teacher} -> {options.Output}", (progress, cancel) =>
                DistillRun.Train(options, progress, status => TrainingProgress.Tell(status, progress), cancel));
        });
        return verb;
    }
}
