namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>What is done to the input of a segment while its target stays clean. Strengths are probabilities; with all of them 0 input and target are the same.</summary>
public sealed record AugmentationOptions
{
    /// <summary>Seed of the run.</summary>
    public ulong Seed { get; init; }

    /// <summary>Part of the segments with white noise, 0 to 1. A segment has one kind of noise at most: the three parts add up to 1 at most.</summary>
    public double White { get; init; }

    /// <summary>Part of the segments with pink noise (power falls with 3 dB per octave), 0 to 1.</summary>
    public double Pink { get; init; }

    /// <summary>Part of the segments with babble: five other training segments at once, 0 to 1.</summary>
    public double Babble { get; init; }

    /// <summary>Lowest signal-to-noise ratio, dB.</summary>
    public double MinSnrDb { get; init; } = 5;

    /// <summary>Highest signal-to-noise ratio, dB.</summary>
    public double MaxSnrDb { get; init; } = 30;

    /// <summary>Part of the segments in a room, 0 to 1.</summary>
    public double Room { get; init; }

    /// <summary>Shortest reverberation time (decay by 60 dB), seconds.</summary>
    public double MinDecaySeconds { get; init; } = 0.1;

    /// <summary>Longest reverberation time, seconds.</summary>
    public double MaxDecaySeconds { get; init; } = 0.6;

    /// <summary>Lowest ratio of direct sound to reverberation, dB.</summary>
    public double MinDirectDb { get; init; }

    /// <summary>Highest ratio of direct sound to reverberation, dB.</summary>
    public double MaxDirectDb { get; init; } = 15;

    /// <summary>Part of the segments limited to 300 to 3400 Hz, 0 to 1. A segment has one limit at most: with <see cref="LowPass"/> it adds up to 1 at most.</summary>
    public double Telephone { get; init; }

    /// <summary>Part of the segments limited to 4 kHz, 0 to 1.</summary>
    public double LowPass { get; init; }

    /// <summary>A mild mixture for speech that is recorded in the open: half with noise, a third in a room, a tenth band-limited.</summary>
    public static AugmentationOptions Field { get; } = new() { White = 0.1, Pink = 0.2, Babble = 0.2, Room = 0.33, Telephone = 0.05, LowPass = 0.05 };

    internal void Check()
    {
        Part(White + Pink + Babble, "White + Pink + Babble", White, Pink, Babble);
        Part(Telephone + LowPass, "Telephone + LowPass", Telephone, LowPass);
        Part(Room, nameof(Room));
        Range(MinSnrDb, MaxSnrDb, nameof(MinSnrDb));
        Range(MinDirectDb, MaxDirectDb, nameof(MinDirectDb));
        Range(MinDecaySeconds, MaxDecaySeconds, nameof(MinDecaySeconds));
        if (MinDecaySeconds < 0.01 || MaxDecaySeconds > 5)
            throw new ArgumentOutOfRangeException(nameof(MinDecaySeconds), $"{MinDecaySeconds} to {MaxDecaySeconds} s is not within 0.01 to 5 s.");

        static void Part(double sum, string name, params ReadOnlySpan<double> parts)
        {
            foreach (double part in parts)
            {
                if (!(part >= 0))
                    throw new ArgumentOutOfRangeException(name, part, "is not a probability.");
            }

            if (!(sum is >= 0 and <= 1))
                throw new ArgumentOutOfRangeException(name, sum, "is not a probability.");
        }

        static void Range(double low, double high, string name)
        {
            if (!(low <= high))
                throw new ArgumentOutOfRangeException(name, low, $"is above the highest value, {high}.");
        }
    }
}
