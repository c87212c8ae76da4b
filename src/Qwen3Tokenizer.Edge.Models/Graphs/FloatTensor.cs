namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>A float32 value: rows (time, oldest first) of channels, without padding.</summary>
public sealed class FloatTensor
{
    /// <summary>Creates a zeroed tensor of <paramref name="rows"/> rows of <paramref name="channels"/> values.</summary>
    public FloatTensor(int rows, int channels)
        : this(rows, channels, new float[checked(rows * channels)])
    {
    }

    /// <summary>Wraps <paramref name="data"/>, which must hold rows * channels values.</summary>
    /// <exception cref="ArgumentException">The length does not fit the shape.</exception>
    public FloatTensor(int rows, int channels, float[] data)
    {
        if (data.Length != checked(rows * channels))
        {
            throw new ArgumentException($"{data.Length} values do not fill {rows} rows of {channels}.", nameof(data));
        }

        Rows = rows;
        Channels = channels;
        Data = data;
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Values in a row.</summary>
    public int Channels { get; }

    /// <summary>All values, row by row.</summary>
    public float[] Data { get; }

    /// <summary>One row.</summary>
    public Span<float> Row(int row) => Data.AsSpan(row * Channels, Channels);
}
