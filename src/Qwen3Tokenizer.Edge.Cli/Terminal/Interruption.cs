using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>
/// Ends the program cleanly on Ctrl-C or a request to terminate: nothing half-written stays, and the cursor is visible again. Work that can stop by itself and lose nothing is asked to
/// (<see cref="StopRequest"/>), and ended at once by the second signal only.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly PosixSignalRegistration _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => End(context, 2));
    private readonly PosixSignalRegistration _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => End(context, 15));

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private static void End(PosixSignalContext context, int number)
    {
        context.Cancel = true;
        if (StopRequest.TryMake(number))
            return;

        ChildProcess.Abandon();
        OutputFile.Abandon();
        UnfinishedFolders.Abandon();
        if (!Console.IsErrorRedirected)
            Console.Error.Write("\u001b[?25h\r\u001b[K");
        Failure.Release();
        Failure.Report("interrupted.");
        Environment.Exit(StopRequest.StatusOf(number));
    }
}
