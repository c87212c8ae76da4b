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
    // Random weights make every stage louder for noise than for the signal; the table of operations in the output shows where it comes from.
    [Fact]
    public void Samples_of_the_tiny_model_are_near_the_reference_and_16_bits_everywhere_bring_them_nearer()
    {
        ushort[] codes = Qwen3Golden.Codes("tiny", "odd_length");
        float[] wave = Qwen3Golden.Array("tiny", "odd_length", "wave.npy").Floats;
        List<TraceEntry> trace = [];

        double sqnr = Sqnr(wave, FullModelPrograms.Decode(FullModelPrograms.Tiny, codes, trace: trace));
        double wide = Sqnr(wave, FullModelPrograms.Decode(FullModelPrograms.TinyInWide, codes));

        IReadOnlyList<LayerNoise> layers = Noise(FullModelPrograms.Tiny, codes, trace);
        foreach (LayerNoise layer in layers)
        {
            output.WriteLine($"{layer.Operation,-50} {layer.Bits,3} {layer.Sqnr:F1}");
        }

        output.WriteLine($"wave {sqnr:F2} dB, with 16 bits everywhere {wide:F2} dB");
        Assert.InRange(sqnr, 15, 100);
        Assert.InRange(wide, sqnr, 100);
        Assert.Equal(FullModelPrograms.Tiny.Lowered.Program.Operations.Count, layers.Count);
        Assert.Equal(sqnr, layers[^1].Sqnr, 0.1);
        Assert.All(layers, l => Assert.InRange(l.Sqnr, sqnr - 3, 100));
        Assert.Equal(16, layers.First(l => l.Node == "decoder.decoder.5").Bits);
        Assert.Equal(8, layers.First(l => l.Node == "decoder.decoder.4.block.4.act2").Bits);
    }

    private static IReadOnlyList<LayerNoise> Noise(FullModelSource source, ushort[] codes, List<TraceEntry> trace)
    {
        var input = new FloatTensor(codes.Length / 16, 16, Array.ConvertAll(codes, c => (float)c));
        return LayerNoise.Of(source.Graph, source.Lowered.Program, input, trace.Select(t => new TraceRecord(t.Name, t.Data)));
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
