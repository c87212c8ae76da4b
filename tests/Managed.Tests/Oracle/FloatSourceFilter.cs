using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>
/// The source-filter head in doubles with direct Fourier sums, as the model's specification describes it: pitch in Hz, phases wrapped to
/// [-0.5, 0.5), the Dirichlet kernel with its guard, natural exponentials, a real inverse transform of the whole spectrum. It takes the
/// integer head rows (their real values) and the knot weights as stored; no other rounding.
/// </summary>
internal sealed class FloatSourceFilter(SyntheticVoice voice, SourceFilterConstants constants)
{
    /// <summary>Both excitations of a clip, a hop per row.</summary>
    public (double[] Harmonic, double[] Noise) Excite(int[][] rows)
    {
        int hop = voice.Hop;
        double[] harmonic = new double[rows.Length * hop], noise = new double[rows.Length * hop];
        double phase = 0;
        uint state = constants.NoiseSeed;
        for (int t = 0; t < rows.Length; t++)
        {
            int[] previous = rows[Math.Max(t - 1, 0)];
            bool before = Voiced(previous), now = Voiced(rows[t]);
            double left = before ? Pitch(previous) : Pitch(rows[t]), right = now ? Pitch(rows[t]) : left;
            for (int i = 0; i < hop; i++)
            {
                state = unchecked(state * 1664525 + 1013904223);
                noise[t * hop + i] = unchecked((int)state) / 2147483648.0 * Math.Sqrt(3);
                if (!before && !now)
                    continue;

                double f = left + (right - left) * i / hop;
                phase += f / voice.SampleRate;
                phase -= Math.Round(phase);
                double count = Math.Floor(voice.HarmonicLimit / f), sine = Math.Sin(Math.PI * phase);
                double kernel = Math.Abs(sine) < 1e-4 ? 2 * count + 1 : Math.Sin((2 * count + 1) * Math.PI * phase) / sine;
                harmonic[t * hop + i] = Math.Sqrt(2 / count) * 0.5 * (kernel - 1);
            }
        }

        return (harmonic, noise);
    }

    /// <summary>The samples of a clip, full scale 1, delayed by one hop like those of the integer head.</summary>
    public double[] Filter(int[][] rows, double[] harmonic, double[] noise)
    {
        int hop = voice.Hop;
        var output = new double[(rows.Length + 1) * hop];
        for (int t = 0; t < rows.Length - 1; t++)
        {
            double[] frame = Frame(rows[t], harmonic.AsSpan(t * hop, 2 * hop), noise.AsSpan(t * hop, 2 * hop));
            for (int n = 0; n < 2 * hop; n++)
                output[(t + 1) * hop + n] += frame[n] * voice.Window(n);
        }

        return output[..(rows.Length * hop)];
    }

    private double[] Frame(int[] row, ReadOnlySpan<double> harmonic, ReadOnlySpan<double> noise)
    {
        int points = 1 << constants.Log2Fft, half = points / 2, win = 2 * voice.Hop, offset = (points - win) / 2, knots = voice.Knots;
        double[] yr = new double[half + 1], yi = new double[half + 1];
        for (int k = 0; k <= half; k++)
        {
            (double er, double ei) = Bin(harmonic, k, points, offset);
            (double nr, double ni) = Bin(noise, k, points, offset);
            double a = Math.Exp(Clip(Mix(row, 0, k) / 1024 * Math.Log(2))), b = Math.Exp(Clip(Mix(row, knots, k) / 1024 * Math.Log(2)));
            (double sin, double cos) = Math.SinCos(Mix(row, 2 * knots, k) / 2048 * 2 * Math.PI);
            double voiced = Voiced(row) ? a : 0;
            yr[k] = voiced * (er * cos - ei * sin) + b * nr;
            yi[k] = k == 0 || k == half ? 0 : voiced * (er * sin + ei * cos) + b * ni;
        }

        var y = new double[win];
        for (int n = 0; n < win; n++)
        {
            for (int k = 0; k <= half; k++)
            {
                (double sin, double cos) = Math.SinCos(2 * Math.PI * ((long)k * (offset + n) % points) / points);
                y[n] += (yr[k] * cos - yi[k] * sin) * (k == 0 || k == half ? 1 : 2) / points;
            }
        }

        return y;
    }

    private (double Re, double Im) Bin(ReadOnlySpan<double> stretch, int k, int points, int offset)
    {
        double re = 0, im = 0;
        for (int n = 0; n < stretch.Length; n++)
        {
            (double sin, double cos) = Math.SinCos(-2 * Math.PI * ((long)k * (offset + n) % points) / points);
            re += stretch[n] * voice.Window(n) * cos;
            im += stretch[n] * voice.Window(n) * sin;
        }

        return (re, im);
    }

    private double Mix(int[] row, int first, int k)
    {
        int i = first + constants.Knot[k];
        return row[i] + (row[i + 1] - row[i]) * (constants.Weight[k] / 32768.0);
    }

    // The rows of these tests lie either inside the limits or, at all knots, below them: clipping before or after mixing is the same.
    private static double Clip(double logMagnitude) => Math.Clamp(logMagnitude, -14, 3);

    private double Pitch(int[] row) => Math.Clamp(voice.PitchReference * Math.Pow(2, row[3 * voice.Knots] / 16384.0), 50, 500);

    private bool Voiced(int[] row) => row[3 * voice.Knots + 1] > 0;
}
