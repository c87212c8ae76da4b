using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>What a system reached, clip by clip.</summary>
/// <param name="System">The system.</param>
/// <param name="Rate">Rate of what it gave, Hz.</param>
/// <param name="BitsPerSecond">Bits of the coded frames over the length of the clips; 0 for what is not coded.</param>
/// <param name="Values">[figure of <see cref="Figures.All"/>][clip].</param>
internal sealed record SystemScores(SpeechSystem System, int Rate, double BitsPerSecond, double[][] Values)
{
    /// <summary>Mean of a figure over some clips.</summary>
    public MeanInterval Mean(int figure, IReadOnlyList<int> clips) => MeanInterval.Of(Pick(figure, clips));

    /// <summary>Mean of this system's figure minus the other's over some clips.</summary>
    public MeanInterval Minus(SystemScores other, int figure, IReadOnlyList<int> clips) => MeanInterval.OfDifference(Pick(figure, clips), other.Pick(figure, clips));

    private double[] Pick(int figure, IReadOnlyList<int> clips) => [.. clips.Select(c => Values[figure][c])];
}
