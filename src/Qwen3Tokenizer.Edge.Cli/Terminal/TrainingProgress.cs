using Qwen3Tokenizer.Edge.Distillation.Training;

namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>What a training run says while it lasts: in the bar on a terminal, else line by line on standard error.</summary>
internal static class TrainingProgress
{
    public static void Tell(RunStatus status, WorkProgress progress)
    {
        string figures = status.Loss.CodeBits != 0
            ? FormattableString.Invariant($"{status.Loss.CodeBits:0.000} bits a code, likeliest code right {100 * status.Loss.CodeAgreement:0.0} %")
            : FormattableString.Invariant($"distance {status.Loss.Distance:0.000}, pitch {1200 * status.Loss.Octaves:0} cents, voicing {100 * status.Loss.VoicingAgreement:0.0} %");
        string line = FormattableString.Invariant($"{status.Stage}: step {status.Step} of {status.Steps}, {status.Seconds / 60:0.0} min: loss {status.Loss.Total:0.000}, {figures}");
        progress.Report((line, (double)status.Step / status.Steps));
        if (Console.IsErrorRedirected)
            Console.Error.WriteLine(line);
    }
}
