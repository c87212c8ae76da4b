using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>Ends the program cleanly on Ctrl-C or a request to terminate: nothing half-written stays, and the cursor is visible again.</summary>
internal sealed class Interruption : IDisposable
{
    // What shells report for a program that a signal ended: 128 + the signal's number.
    private const int SignalBase = 128;
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
        ChildProcess.Abandon();
        OutputFile.Abandon();
        UnfinishedFolders.Abandon();
        if (!Console.IsErrorRedirected)
            Console.Error.Write("\u001b[?25h\r\u001b[K");
        Failure.Release();
        Failure.Report("interrupted.");
        Environment.Exit(SignalBase + number);
    }
}
