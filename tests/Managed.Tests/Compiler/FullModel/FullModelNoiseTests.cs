using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Verification;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;
using Qwen3Tokenizer.Edge.Tests.Oracle;
using Xunit.Abstractions;

namespace Qwen3Tokenizer.Edge.Tests.Compiler.FullModel;

/// <summary>How near the integer decoder of the full-size family is to the authors' own code.</summary>
public class FullModelNoiseTests(ITestOutputHelper output)
{
    [Fact]
    public void Samples_of_the_tiny_model_are_near_the_reference()
    {
        ushort[] codes = Qwen3Golden.Codes("tiny", "odd_length");
        List<TraceEntry> trace = [];
        short[] samples = FullModelPrograms.Decode(FullModelPrograms.Tiny, codes, trace: trace);
        float[] wave = Qwen3Golden.Array("tiny", "odd_length", "wave.npy").Floats;
        Report(FullModelPrograms.Tiny, codes, trace);
        double sqnr = Sqnr(wave, samples);
        output.WriteLine($"wave {sqnr:F2} dB");
        Assert.InRange(sqnr, 20, 100);
    }

    private void Report(FullModelSource source, ushort[] codes, List<TraceEntry> trace)
    {
        var input = new FloatTensor(codes.Length / 16, 16, Array.ConvertAll(codes, c => (float)c));
        foreach (LayerNoise layer in LayerNoise.Of(source.Graph, source.Lowered.Program, input, trace.Select(t => new TraceRecord(t.Name, t.Data))))
        {
            output.WriteLine($"{layer.Operation,-50} {layer.Bits,3} {layer.Sqnr:F1}");
        }
    }

    private static double Sqnr(float[] wave, short[] samples)
    {
        Assert.Equal(wave.Length, samples.Length);
        double signal = 0, noise = 0;
        for (int i = 0; i < wave.Length; i++)
        {
            double error = (samples[i] / 32768.0) - wave[i];
            signal += (double)wave[i] * wave[i];
            noise += error * error;
        }

        return 10 * Math.Log10(signal / noise);
    }
}
