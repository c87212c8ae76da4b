namespace Qwen3Tokenizer.Edge.Models.Graphs;

/// <summary>Streaming state of a node that looks back: the last rows of its input, oldest first.</summary>
public sealed class RowHistory
{
    private readonly float[] _rows;
    private readonly int _channels;
    private readonly bool _repeatFirst;
    private bool _started;

    /// <summary>Creates a history of <paramref name="rows"/> rows: zeros, or copies of the first row that comes when <paramref name="repeatFirst"/>.</summary>
    public RowHistory(int rows, int channels, bool repeatFirst = false)
    {
        _rows = new float[checked(rows * channels)];
        _channels = channels;
        _repeatFirst = repeatFirst;
    }

    /// <summary>Returns history followed by <paramref name="x"/>, and keeps the last rows for the next call.</summary>
    /// <param name="x">The next rows.</param>
    /// <param name="padding">Rows that stand behind <paramref name="x"/> at the end of a stream: zeros, or copies of its last row where the history repeats the first.</param>
    public float[] Extend(FloatTensor x, int padding = 0)
    {
        if (_repeatFirst && !_started && x.Rows > 0)
        {
            for (int i = 0; i < _rows.Length; i += _channels)
            {
                x.Row(0).CopyTo(_rows.AsSpan(i));
            }
        }

        _started |= x.Rows > 0;
        var extended = new float[_rows.Length + x.Data.Length + (padding * _channels)];
        _rows.CopyTo(extended, 0);
        x.Data.CopyTo(extended, _rows.Length);
        for (int i = 0; i < padding && _repeatFirst; i++)
        {
            x.Row(x.Rows - 1).CopyTo(extended.AsSpan(_rows.Length + x.Data.Length + (i * _channels)));
        }

        extended.AsSpan(extended.Length - _rows.Length).CopyTo(_rows);
        return extended;
    }
}
