namespace Qwen3Tokenizer.Edge.Benchmarks.Quality;

/// <summary>What the clips come to.</summary>
public sealed record QualitySummary
{
    /// <summary>Summarises.</summary>
    public QualitySummary(IReadOnlyList<ClipQuality> clips)
    {
        Clips = clips.Count;
        Seconds = clips.Sum(c => c.Seconds);
        FloatStoi = clips.Average(c => c.FloatStoi);
        Int8Stoi = clips.Average(c => c.Int8Stoi);
        WorstStoiLoss = clips.Max(c => c.FloatStoi - c.Int8Stoi);
        FloatLsd = clips.Average(c => c.FloatLsd);
        Int8Lsd = clips.Average(c => c.Int8Lsd);
        HeadCents = Weighted(clips, c => c.HeadCents);
        WorstHeadCents = clips.Max(c => c.HeadCents);
        HeadVoicing = Weighted(clips, c => c.HeadVoicing);
        TrackedCents = Weighted(clips, c => c.TrackedCents);
        TrackedVoicing = Weighted(clips, c => c.TrackedVoicing);
        NoiseCents = Weighted(clips, c => c.NoiseCents);
        NoiseVoicing = Weighted(clips, c => c.NoiseVoicing);
        ChainStoi = clips.Average(c => c.ChainStoi);
        WorstChainStoiLoss = clips.Max(c => c.FloatStoi - c.ChainStoi);
        ChainLsd = clips.Average(c => c.ChainLsd);
        EqualTokens = TokenAgreement.Shares([.. clips.Select(c => c.Tokens)]);
    }

    public int Clips { get; }

    public double Seconds { get; }

    public double FloatStoi { get; }

    public double Int8Stoi { get; }

    public double WorstStoiLoss { get; }

    public double FloatLsd { get; }

    public double Int8Lsd { get; }

    public double HeadCents { get; }

    public double WorstHeadCents { get; }

    public double HeadVoicing { get; }

    public double TrackedCents { get; }

    public double TrackedVoicing { get; }

    public double NoiseCents { get; }

    public double NoiseVoicing { get; }

    public double ChainStoi { get; }

    public double WorstChainStoiLoss { get; }

    public double ChainLsd { get; }

    /// <summary>Share of each layer's tokens that INT8 and float encoder agree on.</summary>
    public IReadOnlyList<double> EqualTokens { get; }

    // Clips without a voiced frame have no pitch difference.
    private static double Weighted(IReadOnlyList<ClipQuality> clips, Func<ClipQuality, double> figure)
    {
        ClipQuality[] known = [.. clips.Where(c => double.IsFinite(figure(c)))];
        return known.Sum(c => figure(c) * c.Seconds) / known.Sum(c => c.Seconds);
    }
}
