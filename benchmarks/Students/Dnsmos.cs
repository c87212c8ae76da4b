using Microsoft.ML.OnnxRuntime;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>
/// Overall quality as DNSMOS P.835 predicts it (Reddy, Gopal, Cutler: ICASSP 2022), by its published network, which users name: <c>input_1</c> [1, 144160] at 16 kHz to SIG, BAK, OVRL [1, 3].
/// A shorter clip is repeated until it is long enough; windows advance by a second and are averaged.
/// </summary>
internal sealed class Dnsmos : IDisposable
{
    private const int Window = 144160;
    private readonly SessionOptions _options;
    private readonly InferenceSession _session;

    /// <summary>Loads the network.</summary>
    /// <exception cref="BuildException">The file is not there or not this network.</exception>
    /// <exception cref="DeviceException">ONNX Runtime cannot be loaded.</exception>
    public Dnsmos(string path)
    {
        if (!File.Exists(path))
        {
            throw new BuildException($"{path}: there is no such DNSMOS model.");
        }

        OnnxRuntimeLibrary.Open();
        _options = new SessionOptions { IntraOpNumThreads = 1 };
        try
        {
            _session = new InferenceSession(path, _options);
        }
        catch (OnnxRuntimeException e)
        {
            _options.Dispose();
            throw new BuildException($"{path}: ONNX Runtime cannot load it: {e.Message.ReplaceLineEndings(" ").Trim()}", e);
        }

        if (_session.InputNames is not ["input_1"] || _session.InputMetadata["input_1"].Dimensions is not [_, Window])
        {
            Dispose();
            throw new BuildException($"{path}: is not the DNSMOS P.835 model, whose only input is input_1 [1, {Window}].");
        }
    }

    /// <summary>OVRL of a clip at 16 kHz, about 1 to 5; NaN for an empty one.</summary>
    public double Overall(float[] samples)
    {
        if (samples.Length == 0)
        {
            return double.NaN;
        }

        int length = samples.Length >= Window ? samples.Length : (Window + samples.Length - 1) / samples.Length * samples.Length, windows = 0;
        double sum = 0;
        for (int start = 0; start + Window <= length; start += Speech.Rate)
        {
            var window = new float[Window];
            for (int i = 0; i < Window; i++)
            {
                window[i] = samples[(start + i) % samples.Length];
            }

            using OrtValue input = OrtValue.CreateTensorValueFromMemory(window, [1, Window]);
            using var run = new RunOptions();
            using IDisposableReadOnlyCollection<OrtValue> output = _session.Run(run, _session.InputNames, [input], _session.OutputNames);
            double raw = output[0].GetTensorDataAsSpan<float>()[2];

            // The published polynomial from the network's figure to the scale of the listeners.
            sum += (-0.06766283 * raw * raw) + (1.11546468 * raw) + 0.04602535;
            windows++;
        }

        return sum / windows;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _options.Dispose();
    }
}
