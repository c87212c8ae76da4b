using Qwen3Tokenizer.Edge.Distillation.Training;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

public class MixedSpeechTests
{
    [Fact]
    public void Sources_are_drawn_with_their_shares()
    {
        var counts = new int[3];
        var mixed = new MixedSpeech((Count(0), 1), (Count(1), 0), (Count(2), 3));
        for (int step = 0; step < 500; step++)
        {
            for (int item = 0; item < 16; item++)
                mixed.Draw(1, step, item, Item);
        }

        // 8000 draws: the standard deviation of the first is 39.
        Assert.InRange(counts[0], 1850, 2150);
        Assert.Equal((0, 8000), (counts[1], counts.Sum()));

        SequenceSource Count(int source) => (_, _, _, _) => counts[source]++;
    }

    [Fact]
    public void What_is_drawn_depends_on_seed_step_and_item_alone()
    {
        string Drawn(ulong seed)
        {
            var order = new System.Text.StringBuilder();
            var mixed = new MixedSpeech(((_, _, _, _) => order.Append('a'), 0.5), ((_, _, _, _) => order.Append('b'), 0.5));
            for (int i = 0; i < 100; i++)
                mixed.Draw(seed, i / 4, i % 4, Item);
            return order.ToString();
        }

        Assert.Equal(Drawn(1), Drawn(1));
        Assert.NotEqual(Drawn(1), Drawn(2));
    }

    [Fact]
    public void Negative_weights_and_none_at_all_are_refused()
    {
        SequenceSource none = (_, _, _, _) => { };
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixedSpeech((none, -0.1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MixedSpeech((none, 0)));
    }

    private static TrainingItem Item { get; } = new(1, 4, 1, 1);
}
