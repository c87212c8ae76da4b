using Qwen3Tokenizer.Edge.Distillation.Losses;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Losses;

/// <summary>A batch under tests/data/training: what PyTorch 1.13 made of head rows, pitch, noise and a target.</summary>
internal sealed class TorchCase
{
    public const ulong Seed = 20261122;
    public const int Step = 7;
    private readonly string _name;

    public TorchCase(string name)
    {
        _name = name;
        int[] shape = Npy.LoadTestData($"training/{name}.head.npy").Shape;
        (Sequences, Frames) = (shape[0], shape[1]);
        SampleRate = name == "light" ? 16000 : 8000;
        Knots = name == "light" ? 80 : 40;
        Losses = Npy.LoadTestData($"training/{name}.losses.npy").Doubles;
        Pitch = Floats("pitch");
    }

    public int Sequences { get; }

    public int Frames { get; }

    public int SampleRate { get; }

    public int Knots { get; }

    public int Hop => SampleRate / 50;

    /// <summary>Samples of a sequence that are compared.</summary>
    public int Samples => (Frames - 1) * Hop;

    /// <summary>Energy distance, plain distance of the first draw, pitch loss.</summary>
    public double[] Losses { get; }

    /// <summary>[sequences, frames + 1].</summary>
    public float[] Pitch { get; }

    public float[] Floats(string what) => Npy.LoadTestData($"training/{_name}.{what}.npy").Floats;

    public Span<float> PitchOf(int sequence) => Pitch.AsSpan(sequence * (Frames + 1), Frames + 1);

    public HeadChain Chain()
    {
        var chain = new HeadChain(SampleRate, Hop, SampleRate * 64 / 1000, Knots, SampleRate == 16000 ? 7900 : 3900, Sequences, Frames);
        Floats("head").CopyTo(chain.Head.Data, 0);
        var noise = new float[chain.Excitation.Samples];
        for (int s = 0; s < Sequences; s++)
        {
            for (int draw = 0; draw < 2; draw++)
            {
                float start = ExcitationNoise.Fill(Seed, Step, s, draw, noise);
                chain.SetExcitation(s, draw, PitchOf(s), start, noise);
            }
        }

        return chain;
    }

    /// <summary>|a - b| / |b|.</summary>
    public static double RelativeError(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        Assert.Equal(expected.Length, actual.Length);
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference += Math.Pow((double)actual[i] - expected[i], 2);
            norm += Math.Pow(expected[i], 2);
        }

        return Math.Sqrt(difference / norm);
    }
}
