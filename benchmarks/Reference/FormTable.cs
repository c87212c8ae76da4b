using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Qwen3Tokenizer.Edge.Reference.Onnx;
using Qwen3Tokenizer.Edge.Reference.Sessions;
using static Qwen3Tokenizer.Edge.Reference.Onnx.OnnxGraphBuilder;
using static Qwen3Tokenizer.Edge.Reference.Onnx.TensorProto.Types;

namespace Qwen3Tokenizer.Edge.Benchmarks.Reference;

/// <summary>
/// What the exporters chose between: the same function in several forms, on the shapes of the full-size network. All forms of a row take turns; checked against the first form before.
/// </summary>
internal sealed class FormTable(Options options, TextWriter output)
{
    private const int DefaultFrames = 8;
    private const double Tolerance = 1e-3;

    private readonly int _frames = options.Chunk > 0 ? options.Chunk : DefaultFrames;

    public void Run()
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, {options.Threads} threads, {_frames} frames, {options.Rounds} interleaved rounds: processor time of the whole process in ms, median (shortest)"));
        Title("Transposed convolution", "ConvTranspose", "Conv and interleaving", "Conv on a plane and interleaving");
        foreach ((int channels, int rate, int rows) in (ReadOnlySpan<(int, int, int)>)[(1536, 8, 4), (768, 5, 32), (384, 4, 160), (192, 3, 640)])
        {
            Row($"{channels} to {channels / 2}, rate {rate}, T = {rows * _frames}", ConvolutionForms.Transposed(channels, channels / 2, rate, rows * _frames));
        }

        Title("Convolution", "Conv on a line", "Conv on a plane", "Gemm of gathered windows");
        foreach ((int inputs, int outputs, int kernel, int stride, int dilation, int rows) in (ReadOnlySpan<(int, int, int, int, int, int)>)[
            (768, 768, 7, 1, 3, 32), (384, 384, 7, 1, 3, 160), (192, 192, 7, 1, 3, 640), (96, 96, 7, 1, 3, 1920), (1024, 1536, 7, 1, 1, 4), (96, 1, 7, 1, 1, 1920),
            (768, 768, 1, 1, 1, 32), (96, 96, 1, 1, 1, 1920), (1, 64, 7, 1, 1, 1920), (64, 32, 3, 1, 1, 1920), (64, 128, 8, 4, 1, 1920), (256, 512, 12, 6, 1, 96), (512, 1024, 16, 8, 1, 16)])
        {
            Row($"{inputs} to {outputs}, kernel {kernel}, stride {stride}, dilation {dilation}, T = {rows * _frames}", ConvolutionForms.Ordinary(inputs, outputs, kernel, stride, dilation, rows * _frames));
        }

        Title("ELU", "Elu", "max(x, exp(min(x, 0)) - 1)");
        Row($"64 channels, T = {1920 * _frames}", PointwiseForms.Elu(64, 1920 * _frames));
        Title("Snake", "x + scale sin^2(alpha x)", "x + scale/2 - scale/2 cos(2 alpha x)", "polynomial of the reduced argument");
        Row($"96 channels, T = {1920 * _frames}", PointwiseForms.Snake(96, 1920 * _frames));
        Row($"768 channels, T = {32 * _frames}", PointwiseForms.Snake(768, 32 * _frames));
    }

    private void Title(string what, params ReadOnlySpan<string> forms)
    {
        output.WriteLine();
        output.WriteLine($"| {what} | {string.Join(" | ", forms.ToArray())} |");
        output.WriteLine($"|---|{string.Concat(Enumerable.Repeat("---|", forms.Length))}");
    }

    private void Row(string what, IReadOnlyList<Form> forms)
    {
        using SessionOptions session = SelectedDevice.Select(Device.Cpu, new SessionSettings { Threads = options.Threads }).CreateOptions();
        InferenceSession[] sessions = [.. forms.Select(f => new InferenceSession(f.Model, session))];
        float[] expected = [];
        var times = forms.Select(_ => new List<double>()).ToArray();
        for (int round = -1; round < options.Rounds; round++)
        {
            for (int i = 0; i < forms.Count; i++)
            {
                using OrtValue input = OrtValue.CreateTensorValueFromMemory(forms[i].Input, forms[i].Shape);
                using var run = new RunOptions();
                TimeSpan start = Environment.CpuUsage.TotalTime;
                using IDisposableReadOnlyCollection<OrtValue> result = sessions[i].Run(run, ["x"], [input], ["y"]);
                times[i].Add((Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
                if (round < 0)
                {
                    float[] values = forms[i].Order(result[0].GetTensorDataAsSpan<float>().ToArray());
                    expected = i == 0 ? values : expected;
                    double error = values.Length == expected.Length ? values.Zip(expected, (a, b) => Math.Abs(a - b)).Max() : double.PositiveInfinity;
                    times[i].Clear();
                    if (!(error <= Tolerance))
                    {
                        throw new InvalidOperationException($"{what}: form {i} differs from the first one by {error}.");
                    }
                }
            }
        }

        foreach (InferenceSession opened in sessions)
        {
            opened.Dispose();
        }

        output.WriteLine($"| {what} | {string.Join(" | ", times.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Order().ElementAt(t.Count / 2):0.00} ({t.Min():0.00})")))} |");
    }
}

/// <summary>One way to compute a function: a model from "x" to "y", its input, and what makes the output comparable to the first form's.</summary>
internal sealed record Form(byte[] Model, float[] Input, long[] Shape, Func<float[], float[]> Order)
{
    public static Form Of(float[] input, long[] shape, Func<OnnxGraphBuilder, string> build, Func<float[], float[]>? order = null)
    {
        var onnx = new OnnxGraphBuilder("form", InlineWeights.Instance);
        onnx.Input("x", DataType.Float, [.. shape.Select((s, i) => i == shape.Length - 1 || shape.Length == 2 ? (Dimension)$"d{i}" : (Dimension)s)]);
        onnx.Add("Identity", [build(onnx)], output: "y");
        onnx.Output("y", DataType.Float, [.. shape.Select((_, i) => (Dimension)$"y{i}")]);
        return new Form(Google.Protobuf.MessageExtensions.ToByteArray(onnx.ToModel()), input, shape, order ?? (values => values));
    }

    /// <summary>Uniform random values of the given standard deviation.</summary>
    public static float[] Random(int seed, int count, double deviation)
    {
        var random = new Random(seed);
        double width = deviation * Math.Sqrt(12);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(width * (random.NextDouble() - 0.5)))];
    }
}
