namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>While one exists, the first Ctrl-C or request to terminate does not end the program but cancels a token: for work that then stops at a place from which it can go on.</summary>
internal sealed class StopRequest : IDisposable
{
    // What shells report for a program that a signal ended: 128 + the signal's number.
    private const int SignalBase = 128;
    private static StopRequest? _listening;
    private readonly CancellationTokenSource _source = new();
    private int _signal;

    /// <summary>Listens from now on; there is one at a time.</summary>
    public StopRequest() => Interlocked.Exchange(ref _listening, this);

    /// <summary>Cancelled by the signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Exit status of a program that stopped because of it.</summary>
    public int Status => StatusOf(Volatile.Read(ref _signal));

    /// <summary>Exit status of a program that a signal ended.</summary>
    /// <param name="signal">The signal's number.</param>
    public static int StatusOf(int signal) => SignalBase + signal;

    /// <summary>Asks the work that listens to stop.</summary>
    /// <param name="signal">The signal's number.</param>
    /// <returns>False when none listens, or it was asked before.</returns>
    public static bool TryMake(int signal)
    {
        if (Interlocked.Exchange(ref _listening, null) is not { } request)
            return false;
        Volatile.Write(ref request._signal, signal);
        request._source.Cancel();
        return true;
    }

    // The source has no timer and no handle, and a signal that comes just now may still cancel it.
    public void Dispose() => Interlocked.CompareExchange(ref _listening, null, this);
}
