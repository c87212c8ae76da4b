namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>Streaming state of attention: keys and values of the last rows, in a ring of the window's size, or all of them where there is no window.</summary>
internal sealed class KeyValueCache(int channels, int window)
{
    private const int FirstCapacity = 16;

    private int _capacity = window > 0 ? window : FirstCapacity;

    /// <summary>Keys, <c>channels</c> values a slot.</summary>
    public float[] Keys { get; private set; } = new float[checked(channels * (window > 0 ? window : FirstCapacity))];

    /// <summary>Values, laid out like the keys.</summary>
    public float[] Values { get; private set; } = new float[checked(channels * (window > 0 ? window : FirstCapacity))];

    /// <summary>Rows since the start of the stream: the position of the next one.</summary>
    public long Rows { get; private set; }

    /// <summary>Rows that are kept.</summary>
    public int Count => (int)Math.Min(Rows, _capacity);

    /// <summary>Where in <see cref="Keys"/> and <see cref="Values"/> the kept row <paramref name="index"/> begins, 0 being the oldest.</summary>
    public int Offset(int index) => (int)((Rows - Count + index) % _capacity) * channels;

    /// <summary>Makes room for a row in place of the oldest and returns where it begins.</summary>
    public int Append()
    {
        if (window == 0 && Rows == _capacity)
        {
            _capacity = checked(_capacity * 2);
            float[] keys = new float[checked(channels * _capacity)], values = new float[keys.Length];
            Keys.CopyTo(keys, 0);
            Values.CopyTo(values, 0);
            (Keys, Values) = (keys, values);
        }

        Rows++;
        return Offset(Count - 1);
    }
}
