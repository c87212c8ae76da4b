using System.Numerics;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Models.Nodes;

public sealed class SpectralTests
{
    [Fact]
    public void A_row_of_the_transform_is_that_of_numpy()
    {
        // import numpy as np
        // x = np.cos(np.arange(32) * 0.37); w = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(12) / 12)
        // buf = np.zeros(16); buf[2:14] = np.concatenate([np.zeros(8), x])[20:32] * w; np.fft.rfft(buf)      # hop 4, row 5
        float[] expected =
        [
            3.9988059f, 0, -3.3240663f, -0.889677f, 1.7634772f, 0.747278f, -0.4068826f, -0.1650727f, -0.0579914f, -0.0338997f, 0.0038227f, -0.0051939f, 0.0118954f, 0.0029441f, 0.0077605f, 0.0030914f,
            0.0051631f, 0,
        ];
        var x = new FloatTensor(8, 4, [.. Enumerable.Range(0, 32).Select(i => (float)Math.Cos(i * 0.37))]);
        float[] window = [.. Enumerable.Range(0, 12).Select(n => (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * n / 12))))];
        NodeRun.Close(expected, NodeRun.Whole(new StftNode("y", new InputNode("x", 2, 4), window, 16), ("x", x)).Row(5), 1e-6);
    }

    [Fact]
    public void Transform_and_inverse_with_a_square_root_window_give_the_signal_a_hop_later()
    {
        float[] window = [.. Enumerable.Range(0, 16).Select(n => (float)Math.Sin(Math.PI * n / 16))];
        FloatTensor x = NodeRun.Normal(1, 30, 8);
        Node node = new InverseStftNode("y", new StftNode("spectrum", new InputNode("x", 2, 8), window, 32), window, 0);
        float[] y = NodeRun.Whole(node, ("x", x)).Data;
        NodeRun.Close(x.Data.AsSpan(0, 29 * 8), y.AsSpan(8), 1e-6);
        Assert.All(y[..8], v => Assert.Equal(0, v, 1e-6));
    }

    [Fact]
    public void The_inverse_is_its_formula_and_ignores_muted_rows()
    {
        FloatTensor spectrum = NodeRun.Normal(1, 6, 18);
        float[] window = NodeRun.Normal(2, 8);
        FloatTensor y = NodeRun.Whole(new InverseStftNode("y", new InputNode("x", 1, 18), window, 2), ("x", spectrum));
        for (int t = 0; t < 6; t++)
        {
            for (int n = 0; n < 4; n++)
            {
                double expected = 0;
                expected += t >= 2 ? Sample(spectrum.Row(t), 4 + n) * window[n] : 0;
                expected += t >= 3 ? Sample(spectrum.Row(t - 1), 8 + n) * window[4 + n] : 0;
                Assert.Equal(expected, y.Row(t)[n], 1e-6);
            }
        }
    }

    [Fact]
    public void The_source_filter_product_is_complex_arithmetic()
    {
        FloatTensor h = NodeRun.Normal(1, 4, 10), n = NodeRun.Normal(2, 4, 10), a = NodeRun.Normal(3, 4, 5), b = NodeRun.Normal(4, 4, 5), p = NodeRun.Normal(5, 4, 5, 3);
        var voicing = new FloatTensor(4, 1, [1, 0, -2, 0.001f]);
        Node node = new SpectralFilterNode("y", new InputNode("h", 1, 10), new InputNode("n", 1, 10), new InputNode("a", 1, 5), new InputNode("b", 1, 5), new InputNode("p", 1, 5), new InputNode("v", 1, 1));
        FloatTensor y = NodeRun.Whole(node, ("h", h), ("n", n), ("a", a), ("b", b), ("p", p), ("v", voicing));
        for (int t = 0; t < 4; t++)
        {
            for (int k = 0; k < 5; k++)
            {
                Complex expected = new Complex(n.Row(t)[2 * k], n.Row(t)[(2 * k) + 1]) * Math.Exp(b.Row(t)[k]);
                if (t is 0 or 3)
                {
                    expected += new Complex(h.Row(t)[2 * k], h.Row(t)[(2 * k) + 1]) * Complex.Exp(new Complex(a.Row(t)[k], p.Row(t)[k]));
                }

                Assert.Equal(expected.Real, y.Row(t)[2 * k], 1e-5);
                Assert.Equal(k is 0 or 4 ? 0 : expected.Imaginary, y.Row(t)[(2 * k) + 1], 1e-5);
            }
        }
    }

    [Fact]
    public void Magnitudes_are_hypotenuses()
    {
        var x = new FloatTensor(1, 6, [3, 4, -5, 12, 0, -2]);
        Assert.Equal([5, 13, 2], NodeRun.Whole(new MagnitudeNode("y", new InputNode("x", 1, 6)), ("x", x)).Data);
    }

    // One sample of the inverse transform of length 16; the imaginary parts at 0 and half the rate do not count.
    private static double Sample(ReadOnlySpan<float> bins, int i)
    {
        double sum = bins[0] + (bins[16] * Math.Cos(Math.PI * i));
        for (int k = 1; k < 8; k++)
        {
            sum += 2 * ((bins[2 * k] * Math.Cos(2 * Math.PI * k * i / 16)) - (bins[(2 * k) + 1] * Math.Sin(2 * Math.PI * k * i / 16)));
        }

        return sum / 16;
    }
}
