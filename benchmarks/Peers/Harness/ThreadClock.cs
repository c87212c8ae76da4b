using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Benchmarks.Peers.Harness;

/// <summary>Processor time of the calling thread: what other programs take on a shared machine is not in it.</summary>
internal static unsafe partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>Seconds of processor time that this thread has used.</summary>
    public static double Seconds
    {
        get
        {
            long* time = stackalloc long[2];
            if (GetTime(ThreadCpuTime, time) != 0)
            {
                throw new Win32Exception(Marshal.GetLastPInvokeError());
            }

            return time[0] + (time[1] * 1e-9);
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, long* time);
}
