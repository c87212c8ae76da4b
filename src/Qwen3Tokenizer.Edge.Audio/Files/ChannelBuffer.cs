namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>Channels that grow while a file is decoded; capacity doubles, so it stays within twice of what was really read.</summary>
internal sealed class ChannelBuffer
{
    // 2 GiB of float: nine hours of mono at 16 kHz. Compressed files expand without limit, so there must be one.
    private const long MaxSamples = 1L << 29;
    private readonly float[][] _channels;
    private int _length;

    public ChannelBuffer(int channels, long expectedFrames)
    {
        _channels = new float[channels][];
        long capacity = Math.Min(expectedFrames, MaxSamples / channels);
        for (int c = 0; c < channels; c++)
            _channels[c] = new float[capacity];
    }

    /// <summary>Makes room for more frames and returns the index of the first of them.</summary>
    public int Grow(int frames, string name)
    {
        int first = _length;
        long length = (long)first + frames;
        if (length * _channels.Length > MaxSamples)
            throw new AudioFormatException($"{name}: the file holds more than {MaxSamples} samples, the most that are read at once.");

        if (length > _channels[0].Length)
        {
            long capacity = Math.Min(Math.Max(length, 2L * _channels[0].Length), MaxSamples / _channels.Length);
            for (int c = 0; c < _channels.Length; c++)
                Array.Resize(ref _channels[c], (int)capacity);
        }

        _length = (int)length;
        return first;
    }

    public Span<float> Part(int channel, int first, int count) => _channels[channel].AsSpan(first, count);

    public AudioClip ToClip(int sampleRate)
    {
        for (int c = 0; c < _channels.Length; c++)
            Array.Resize(ref _channels[c], _length);

        return new AudioClip(_channels, sampleRate);
    }
}
