using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Tests.Oracle;

/// <summary>
/// The log-mel front-end in doubles with direct Fourier sums, as the model's specification describes it: the whole clip behind zeros, frames
/// that end with their hop, magnitudes, mel bands. It takes the real values of the integer constants' window and weights; no other rounding.
/// </summary>
internal sealed class FloatFrontEnd
{
    private readonly FrontEndConstants _constants;
    private readonly int _points;
    private readonly double[] _sine;

    public FloatFrontEnd(FrontEndConstants constants)
    {
        _constants = constants;
        _points = 1 << constants.Log2Fft;
        _sine = [.. Enumerable.Range(0, _points).Select(n => Math.Sin(2 * Math.PI * n / _points))];
    }

    /// <summary>Magnitudes of bins 0 to N/2 of frame t, of samples with full scale 1.</summary>
    public double[] Magnitudes(ReadOnlySpan<short> pcm, int t)
    {
        double[] padded = new double[_points], magnitude = new double[_points / 2 + 1];
        for (int n = 0; n < _points; n++)
        {
            int i = _constants.Hop * (t + 1) - _points + n;
            padded[n] = i < 0 ? 0 : pcm[i] / 32768.0 * Math.ScaleB(_constants.Window[n], -31);
        }

        for (int k = 0; k < magnitude.Length; k++)
        {
            double re = 0, im = 0;
            for (int n = 0; n < _points; n++)
            {
                int turn = k * n % _points;
                re += padded[n] * _sine[(turn + _points / 4) % _points];
                im -= padded[n] * _sine[turn];
            }

            magnitude[k] = Math.Sqrt(re * re + im * im);
        }

        return magnitude;
    }

    /// <summary>Mel bands of magnitudes.</summary>
    public double[] Bands(double[] magnitude)
    {
        var bands = new double[_constants.First.Length];
        for (int j = 0, weight = 0; j < bands.Length; j++)
            for (int k = 0; k < _constants.Count[j]; k++)
                bands[j] += Math.ScaleB(_constants.Weight[weight++], -20) * magnitude[_constants.First[j] + k];
        return bands;
    }
}
