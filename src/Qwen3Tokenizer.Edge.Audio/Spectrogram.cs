namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>A matrix [frames, bins], row by row: one row per moment in time.</summary>
public sealed class Spectrogram
{
    /// <summary>Allocates a matrix of zeros.</summary>
    /// <param name="frames">Rows, at least 0.</param>
    /// <param name="bins">Columns, at least 1.</param>
    public Spectrogram(int frames, int bins)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frames);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        Frames = frames;
        Bins = bins;
        Values = new double[checked(frames * bins)];
    }

    /// <summary>Number of frames.</summary>
    public int Frames { get; }

    /// <summary>Values per frame.</summary>
    public int Bins { get; }

    /// <summary>All values: bin <c>k</c> of frame <c>t</c> is at <c>t * Bins + k</c>.</summary>
    public double[] Values { get; }

    /// <summary>The values of one frame.</summary>
    /// <param name="index">0 to <see cref="Frames"/> - 1.</param>
    public Span<double> Frame(int index) => Values.AsSpan(index * Bins, Bins);
}
