namespace Qwen3Tokenizer.Edge.Distillation.Engine;

/// <summary>
/// Threads that run one piece of work each and wait for one another. Which piece runs on which thread is fixed, so that a step gives the same bits in every run with as many threads.
/// </summary>
public sealed class Workers : IDisposable
{
    private readonly Barrier _barrier;
    private readonly Thread[] _threads;
    private readonly Exception?[] _errors;
    private Action<int>? _work;
    private bool _stop;

    /// <summary>Starts the threads; the caller's is one of them.</summary>
    /// <param name="count">Number of threads, at least 1.</param>
    public Workers(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        (Count, _barrier, _errors) = (count, new Barrier(count), new Exception?[count]);
        _threads = [.. Enumerable.Range(1, count - 1).Select(i => new Thread(() => Loop(i)) { IsBackground = true, Name = $"training {i}" })];
        foreach (Thread thread in _threads)
        {
            thread.Start();
        }
    }

    /// <summary>Number of threads.</summary>
    public int Count { get; }

    /// <summary>Runs <paramref name="work"/> with 0..<see cref="Count"/>-1, each on its thread, and waits for all.</summary>
    /// <exception cref="AggregateException">One of them failed.</exception>
    public void Run(Action<int> work)
    {
        _work = work;
        _barrier.SignalAndWait();
        Try(0);
        _barrier.SignalAndWait();
        _work = null;
        if (_errors.Any(e => e is not null))
        {
            Exception[] errors = [.. _errors.OfType<Exception>()];
            Array.Clear(_errors);
            throw new AggregateException(errors);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_stop)
        {
            return;
        }

        _stop = true;
        _barrier.SignalAndWait();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        _barrier.Dispose();
    }

    private void Loop(int index)
    {
        while (true)
        {
            _barrier.SignalAndWait();
            if (_stop)
            {
                return;
            }

            Try(index);
            _barrier.SignalAndWait();
        }
    }

    private void Try(int index)
    {
        try
        {
            _work!(index);
        }
#pragma warning disable CA1031 // The thread that called Run rethrows it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _errors[index] = e;
        }
    }
}
