namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>A cross toolchain: GNU programs with a common prefix.</summary>
/// <param name="Prefix">What stands before <c>gcc</c> and <c>ar</c>, such as <c>aarch64-linux-gnu-</c>; empty for this machine's own compiler.</param>
/// <param name="Flags">Flags of the C compiler.</param>
/// <param name="Packages">Debian packages that bring it; empty for this machine's own.</param>
public sealed record BoardToolchain(string Prefix, IReadOnlyList<string> Flags, IReadOnlyList<string> Packages)
{
    /// <summary>The compiler's name, without folder.</summary>
    public string Compiler => Prefix + "gcc";

    /// <summary>The archiver's name, without folder.</summary>
    public string Archiver => Prefix + "ar";

    /// <summary>The line that installs it on Debian.</summary>
    public string Install => $"apt-get install {string.Join(' ', Packages)}";
}

/// <summary>A program that runs this board's programs on another machine.</summary>
/// <param name="Program">Name, such as <c>qemu-aarch64</c>.</param>
/// <param name="Arguments">Arguments before the program's path.</param>
/// <param name="Packages">Debian packages that bring it.</param>
/// <param name="ClockHz">Clock of the emulated processor, Hz, where it is not the board's.</param>
/// <param name="Toolchain">The toolchain of what is run, where that is not the board's own: one whose C library the emulated processor can run.</param>
public sealed record BoardEmulator(string Program, IReadOnlyList<string> Arguments, IReadOnlyList<string> Packages, long? ClockHz, BoardToolchain? Toolchain)
{
    /// <summary>The line that installs it on Debian.</summary>
    public string Install => $"apt-get install {string.Join(' ', Packages)}";
}

/// <summary>What surrounds the library on a board.</summary>
public enum BoardSystem
{
    /// <summary>This machine.</summary>
    Host,

    /// <summary>Linux on another processor.</summary>
    Linux,

    /// <summary>No operating system, or one that is linked with the program: firmware.</summary>
    BareMetal,
}

/// <summary>How a board makes sound.</summary>
public enum AudioOutput
{
    /// <summary>Not at all, or as the system does.</summary>
    None,

    /// <summary>A timer's pulse width behind a low-pass filter.</summary>
    PwmDac,

    /// <summary>A digital-to-analogue converter.</summary>
    Dac,

    /// <summary>Inter-IC sound.</summary>
    I2s,
}

/// <summary>Frequencies of a buzzer.</summary>
/// <param name="LowHz">Lowest.</param>
/// <param name="HighHz">Highest.</param>
public readonly record struct BuzzerRange(int LowHz, int HighHz);
