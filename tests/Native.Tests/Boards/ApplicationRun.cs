using System.Diagnostics;
using System.Globalization;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>A write to a register of a device that QEMU does not model, as its log tells it.</summary>
/// <param name="Device">QEMU's name of the device.</param>
/// <param name="Offset">Offset of the register.</param>
/// <param name="Value">What was written.</param>
internal readonly record struct RegisterWrite(string Device, uint Offset, uint Value);

/// <summary>
/// A firmware application in an emulated STM32F405 (netduinoplus2). QEMU 7.2 models TIM2 to TIM5, the serial lines and the processor; clocks, pins, TIM1, TIM14, the converter and the watchdog
/// are not modelled: they read 0 and their writes are logged. So the clock falls back to the internal oscillator, and every pin is low. One instruction takes one count of a timer.
/// </summary>
internal sealed class ApplicationRun : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly string _log;

    private ApplicationRun(Process process, string log) => (_process, _log) = (process, log);

    /// <summary>Starts an image; its serial line is the emulator's standard input and output.</summary>
    public static ApplicationRun Start(string image, string log)
    {
        File.WriteAllText(log, "");
        var info = new ProcessStartInfo(
            "qemu-system-arm",
            ["-M", "netduinoplus2", "-display", "none", "-monitor", "none", "-serial", "stdio", "-icount", "shift=0,sleep=off", "-d", "unimp", "-D", log, "-kernel", image])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ApplicationRun(Process.Start(info)!, log);
    }

    /// <summary>Sends a line.</summary>
    public void Send(string line)
    {
        _process.StandardInput.Write(line + "\n");
        _process.StandardInput.Flush();
    }

    /// <summary>The next line that the application tells.</summary>
    public string Line()
    {
        Task<string?> line = _process.StandardOutput.ReadLineAsync();
        return line.Wait(Limit) && line.Result is { } text ? text : throw new TimeoutException("The application tells nothing more.");
    }

    /// <summary>Waits until the log of writes says so.</summary>
    public void WaitFor(Func<IReadOnlyList<RegisterWrite>, bool> seen)
    {
        var watch = Stopwatch.StartNew();
        while (!seen(Writes()))
        {
            if (watch.Elapsed > Limit)
                throw new TimeoutException("The application does not write what is expected.");
            Thread.Sleep(200);
        }
    }

    /// <summary>What was written so far, in order.</summary>
    public List<RegisterWrite> Writes()
    {
        List<RegisterWrite> writes = [];
        using var reader = new StreamReader(new FileStream(_log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        while (reader.ReadLine() is { } line)
        {
            // timer[1]: unimplemented device write (size 4, offset 0x034, value 0x00000200)
            int device = line.IndexOf(": unimplemented device write (", StringComparison.Ordinal), offset = line.IndexOf("offset 0x", StringComparison.Ordinal), value = line.IndexOf("value 0x", StringComparison.Ordinal);
            if (device > 0 && offset > 0 && value > 0 && line[^1] == ')')
                writes.Add(new RegisterWrite(line[..device], Hex(line, offset + 9), Hex(line, value + 8)));
        }

        return writes;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static uint Hex(string line, int from) => uint.Parse(line.AsSpan(from, line.AsSpan(from).IndexOfAny(',', ')')), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
