namespace Qwen3Tokenizer.Edge.Tests.Audio;

/// <summary>Deterministic test signals and the files under tests/data/audio. The noise is the one of anchors.py there.</summary>
internal static class Signals
{
    public static string PathOf(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Qwen3Tokenizer.Edge.sln")))
                return Path.Combine(folder.FullName, "tests", "data", "audio", name);
        }

        throw new InvalidOperationException("The tests run outside the repository.");
    }

    /// <summary>Uniform noise in [-1, 1).</summary>
    public static double[] Noise(int n, uint seed)
    {
        var x = new double[n];
        for (int i = 0; i < n; i++)
        {
            seed = (seed * 1664525) + 1013904223;
            x[i] = (int)seed / 2147483648.0;
        }

        return x;
    }

    /// <summary>Noise under a triangular envelope with a silent fifth in the middle: modulated() of anchors.py.</summary>
    public static float[] Modulated(int n, int period, uint seed)
    {
        double[] noise = Noise(n, seed);
        var x = new float[n];
        for (int i = 0; i < n; i++)
        {
            if (i < 2 * n / 5 || i >= 3 * n / 5)
                x[i] = (float)(noise[i] * Math.Abs((i % period) - (period / 2)) / (period / 2) * 0.5);
        }

        return x;
    }

    public static float[] Sine(int n, double hertz, int rate, double amplitude = 1, double phase = 0)
    {
        var x = new float[n];
        for (int i = 0; i < n; i++)
            x[i] = (float)(amplitude * Math.Sin((2 * Math.PI * hertz * i / rate) + phase));

        return x;
    }

    public static double Rms(ReadOnlySpan<float> x)
    {
        double sum = 0;
        foreach (float v in x)
            sum += (double)v * v;

        return Math.Sqrt(sum / x.Length);
    }
}
