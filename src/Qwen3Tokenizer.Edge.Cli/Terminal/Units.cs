namespace Qwen3Tokenizer.Edge.Cli.Terminal;

/// <summary>Quantities as people read them.</summary>
internal static class Units
{
    /// <summary>Bytes, with thousands in kB (1000 bytes) from 10,000 on.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        1 => "1 byte",
        < 10_000 => $"{bytes} bytes",
        < 1_000_000 => $"{bytes / 1e3:0.0} kB",
        _ => $"{bytes / 1e6:0.0} MB",
    };

    /// <summary>A length of time in seconds, from a minute on as minutes and seconds.</summary>
    public static string Duration(double seconds)
    {
        if (seconds < 60)
            return $"{seconds:0.00} s";
        var rounded = (long)Math.Round(seconds);
        return $"{rounded / 60} min {rounded % 60:00} s";
    }

    /// <summary>A bit rate.</summary>
    public static string BitRate(double bitsPerSecond) =>
        bitsPerSecond < 1000 ? $"{bitsPerSecond:0} bit/s" : $"{bitsPerSecond / 1000:0.0##} kbit/s";

    /// <summary>A sample rate.</summary>
    public static string Rate(double hertz) => $"{hertz / 1000:0.###} kHz";
}
