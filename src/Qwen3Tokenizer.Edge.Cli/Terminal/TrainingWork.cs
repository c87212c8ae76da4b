namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>A training run on the terminal: its progress, and an end on Ctrl-C that loses nothing.</summary>
internal static class TrainingWork
{
    /// <summary>Runs, and says how it went.</summary>
    /// <param name="result">What comes of it, such as "light codec -> my.json".</param>
    /// <param name="work">The run; it stops after a step, with a checkpoint, when its token says so, and gives its steps and seconds.</param>
    /// <returns>Exit status of the program.</returns>
    public static int Run(string result, Func<WorkProgress, CancellationToken, (long Steps, double Seconds)> work)
    {
        using var request = new StopRequest();
        try
        {
            (long steps, double seconds) = WorkProgress.Run("Preparing", progress => work(progress, request.Token));
            if (!request.Token.IsCancellationRequested)
            {
                Console.WriteLine(FormattableString.Invariant($"{result} ({steps} steps, {seconds / 60:0.0} minutes)"));
                return 0;
            }

            Failure.Report($"interrupted: {steps} steps are in the checkpoint; the same command goes on from there.");
        }
        catch (OperationCanceledException) when (request.Token.IsCancellationRequested)
        {
            Failure.Report("interrupted while preparing; the same command goes on with what is prepared.");
        }

        return request.Status;
    }
}
