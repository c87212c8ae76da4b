using Qwen3Tokenizer.Edge.Distillation.Losses;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Losses;

public sealed class PitchLossTests
{
    private static readonly float[] Pitch = [0, 100, 150, 300, 0, 75];
    private static readonly float[] Head = [1, 0.5f, -2, 9, -0.5f, 1, 9, 0.25f, -40, 9, 0.75f, 60, 9, 0, 0, 9, -1.5f, 3];

    [Fact]
    public void Values_are_the_formula()
    {
        // Row by row: u at channel 1, v at channel 2 of three; targets log2(f / 150).
        double octaves = (Math.Abs(-0.5 - Math.Log2(100 / 150.0)) + 0.25 + 0.25 + 0.5) / 5;
        double entropy = (Math.Log(1 + Math.Exp(-2)) + Math.Log(1 + Math.Exp(-1)) + 40 + 0 + Math.Log(2) + Math.Log(1 + Math.Exp(-3))) / 6;
        PitchLossValue value = new PitchLoss(1, 2, 150).Add(Head, 3, Pitch, 4, 6, new float[18]);
        Assert.Equal(octaves, value.Octaves, 1e-7);
        Assert.Equal(entropy, value.Entropy, 1e-7);
        Assert.Equal((3 * octaves) + (0.5 * entropy), value.Total, 1e-7);
        Assert.Equal(5 / 6.0, value.Agreement, 1e-12);
        Assert.Equal(4, PitchLoss.CountVoiced(Pitch));
    }

    [Fact]
    public void Gradients_are_difference_quotients_and_are_added()
    {
        var loss = new PitchLoss(1, 2, 150, 2, 0.75);
        float[] gradient = [.. Enumerable.Repeat(1f, 18)];
        loss.Add(Head, 3, Pitch, 4, 6, gradient);
        for (int i = 0; i < Head.Length; i++)
        {
            double Moved(float step)
            {
                float[] head = [.. Head];
                head[i] += step;
                return loss.Add(head, 3, Pitch, 4, 6, new float[18]).Total;
            }

            const float Step = 1 / 256f;
            Assert.Equal((Moved(Step) - Moved(-Step)) / (2 * Step), gradient[i] - 1, 1e-5);
        }
    }

    [Fact]
    public void Parts_of_a_batch_add_up()
    {
        var loss = new PitchLoss(1, 2, 150);
        float[] whole = new float[18], parts = new float[18];
        PitchLossValue value = loss.Add(Head, 3, Pitch, 4, 6, whole);
        PitchLossValue sum = loss.Add(Head.AsSpan(0, 6), 3, Pitch.AsSpan(0, 2), 4, 6, parts.AsSpan(0, 6)) + loss.Add(Head.AsSpan(6), 3, Pitch.AsSpan(2), 4, 6, parts.AsSpan(6));
        Assert.Equal(whole, parts);
        Assert.Equal(value.Total, sum.Total, 1e-12);
        Assert.Equal(value.Agreement, sum.Agreement, 1e-12);
    }

    [Fact]
    public void Rows_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new PitchLoss(1, 3, 150).Add(Head, 3, Pitch, 4, 6, new float[18]));
        Assert.Throws<ArgumentException>(() => new PitchLoss(1, 2, 150).Add(Head, 3, Pitch.AsSpan(1), 4, 6, new float[18]));
        Assert.Throws<ArgumentException>(() => new PitchLoss(1, 2, 150).Add(Head, 3, Pitch, 4, 6, new float[17]));
    }
}
