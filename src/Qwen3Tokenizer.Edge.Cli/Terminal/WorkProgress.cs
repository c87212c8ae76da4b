using Spectre.Console;

namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>Work with a progress bar on standard error, which appears only on a terminal and only when the work lasts over two seconds.</summary>
internal sealed class WorkProgress : IProgress<double>, IProgress<(string Stage, double Done)>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(100);
    private volatile string _stage;
    private double _done;

    private WorkProgress(string stage) => _stage = stage;

    /// <summary>Does some work.</summary>
    /// <param name="stage">What is being done, for the bar.</param>
    /// <param name="work">The work; it reports to what it is given.</param>
    public static T Run<T>(string stage, Func<WorkProgress, T> work)
    {
        var progress = new WorkProgress(stage);
        if (Console.IsErrorRedirected)
            return work(progress);

        Task<T> task = Task.Run(() => work(progress));
        if (!Ended(task, Patience))
        {
            Failure.Hold();
            try
            {
                progress.Show(task);
            }
            finally
            {
                Failure.Release();
            }
        }

        return task.GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Run{T}"/>
    public static void Run(string stage, Action<WorkProgress> work) => Run(stage, progress =>
    {
        work(progress);
        return true;
    });

    /// <inheritdoc/>
    public void Report(double value) => Volatile.Write(ref _done, value);

    /// <inheritdoc/>
    public void Report((string Stage, double Done) value)
    {
        _stage = value.Stage;
        Report(value.Done);
    }

    private void Show(Task task)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        console.Progress().AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context =>
            {
                ProgressTask bar = context.AddTask(Markup.Escape(_stage), maxValue: 1);
                while (!Ended(task, Refresh))
                {
                    bar.Description = Markup.Escape(_stage);
                    bar.Value = Volatile.Read(ref _done);
                }
            });
    }

    // Does not throw what the task threw: the caller gets that unwrapped from its result.
    private static bool Ended(Task task, TimeSpan limit) => ((IAsyncResult)task).AsyncWaitHandle.WaitOne(limit);
}
