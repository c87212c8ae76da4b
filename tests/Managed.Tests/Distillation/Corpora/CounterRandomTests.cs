using Qwen3Tokenizer.Edge.Distillation.Engine;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Corpora;

public class CounterRandomTests
{
    [Fact]
    public void Neighbouring_counters_give_unrelated_numbers()
    {
        var seen = new HashSet<ulong>();
        int bits = 0, count = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            for (int step = 0; step < 16; step++)
            {
                for (int item = 0; item < 8; item++)
                {
                    for (int purpose = 0; purpose < 4; purpose++)
                    {
                        ulong v = new CounterRandom((ulong)seed, step, item, purpose).NextUInt64();
                        Assert.True(seen.Add(v));
                        bits += System.Numerics.BitOperations.PopCount(v ^ new CounterRandom((ulong)seed, step + 1, item, purpose).NextUInt64());
                        count++;
                    }
                }
            }
        }

        // Half of 64 bits differ; the standard deviation of the mean of 4096 is 4 / 64.
        Assert.Equal(32, (double)bits / count, 0.4);
    }

    [Fact]
    public void Distributions_have_their_moments()
    {
        var random = new CounterRandom(1, 2, 3, 4);
        const int N = 100_000;
        double sum = 0, normal = 0, square = 0;
        int[] below = new int[7];
        for (int i = 0; i < N; i++)
        {
            double u = random.NextDouble(), z = random.NextNormal();
            Assert.InRange(u, 0, 0.9999999999999999);
            sum += u;
            normal += z;
            square += z * z;
            below[random.NextBelow(7)]++;
        }

        Assert.Equal(0.5, sum / N, 0.005);
        Assert.Equal(0, normal / N, 0.02);
        Assert.Equal(1, square / N, 0.02);
        Assert.All(below, c => Assert.Equal(N / 7.0, c, 500.0));
    }
}
