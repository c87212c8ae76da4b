using Qwen3Tokenizer.Edge.Reference.Onnx;

namespace Qwen3Tokenizer.Edge.Benchmarks.Reference;

/// <summary>Forms of functions of single values, [1, C, T].</summary>
internal static class PointwiseForms
{
    // sin^2(pi r) / r^2 for |r| <= 1/2 as a polynomial in r^2, highest power first: least squares at Chebyshev nodes, largest error 5e-7.
    private static readonly double[] SineSquare = Fit();

    public static IReadOnlyList<Form> Elu(int channels, int rows)
    {
        float[] x = Form.Random(1, channels * rows, 2);
        long[] shape = [1, channels, rows];
        return
        [
            Form.Of(x, shape, onnx => onnx.Add("Elu", ["x"])),
            Form.Of(x, shape, onnx => onnx.Add("Max", ["x", onnx.Add("Sub", [onnx.Add("Exp", [onnx.Add("Min", ["x", onnx.Scalar(0)])]), onnx.Scalar(1)])])),
        ];
    }

    public static IReadOnlyList<Form> Snake(int channels, int rows)
    {
        float[] x = Form.Random(1, channels * rows, 1), alpha = [.. Form.Random(2, channels, 0.3).Select(MathF.Exp)], scale = [.. Form.Random(3, channels, 0.3).Select(MathF.Exp)];
        long[] shape = [1, channels, rows];
        string PerChannel(OnnxGraphBuilder onnx, string name, IEnumerable<float> values) => onnx.Weight(name, values.ToArray(), channels, 1);
        return
        [
            Form.Of(x, shape, onnx =>
            {
                string sine = onnx.Add("Sin", [onnx.Add("Mul", ["x", PerChannel(onnx, "a", alpha)])]);
                return onnx.Add("Add", ["x", onnx.Add("Mul", [onnx.Add("Mul", [sine, sine]), PerChannel(onnx, "s", scale)])]);
            }),
            Form.Of(x, shape, onnx =>
            {
                string half = PerChannel(onnx, "s", scale.Select(s => s / 2));
                string cosine = onnx.Add("Cos", [onnx.Add("Mul", ["x", PerChannel(onnx, "a", alpha.Select(a => 2 * a))])]);
                return onnx.Add("Sub", [onnx.Add("Add", ["x", half]), onnx.Add("Mul", [cosine, half])]);
            }),
            Form.Of(x, shape, onnx =>
            {
                string turns = onnx.Add("Mul", ["x", PerChannel(onnx, "a", alpha.Select(a => a / MathF.PI))]);
                string rest = onnx.Add("Sub", [turns, onnx.Add("Round", [turns])]), square = onnx.Add("Mul", [rest, rest]);

                // The leading coefficient goes into the scale.
                string p = onnx.Add("Add", [square, onnx.Scalar((float)(SineSquare[1] / SineSquare[0]))]);
                foreach (double c in SineSquare.AsSpan(2))
                {
                    p = onnx.Add("Add", [onnx.Add("Mul", [p, square]), onnx.Scalar((float)(c / SineSquare[0]))]);
                }

                p = onnx.Add("Mul", [onnx.Add("Mul", [p, square]), PerChannel(onnx, "s", scale.Select(s => (float)(s * SineSquare[0])))]);
                return onnx.Add("Add", ["x", p]);
            }),
        ];
    }

    // Newton's divided differences at Chebyshev nodes of [0, 1/4], multiplied out.
    private static double[] Fit()
    {
        const int terms = 5;
        var nodes = new double[terms];
        var differences = new double[terms];
        for (int i = 0; i < terms; i++)
        {
            nodes[i] = 0.125 * (1 + Math.Cos(Math.PI * (i + 0.5) / terms));
            double sine = Math.Sin(Math.PI * Math.Sqrt(nodes[i]));
            differences[i] = sine * sine / nodes[i];
        }

        for (int order = 1; order < terms; order++)
        {
            for (int i = terms - 1; i >= order; i--)
            {
                differences[i] = (differences[i] - differences[i - 1]) / (nodes[i] - nodes[i - order]);
            }
        }

        var coefficients = new double[terms];
        for (int i = terms - 1; i >= 0; i--)
        {
            // coefficients = coefficients * (u - node) + difference, lowest power first.
            for (int k = terms - 1; k > 0; k--)
            {
                coefficients[k] = coefficients[k - 1] - (coefficients[k] * nodes[i]);
            }

            coefficients[0] = differences[i] - (coefficients[0] * nodes[i]);
        }

        Array.Reverse(coefficients);
        return coefficients;
    }
}
