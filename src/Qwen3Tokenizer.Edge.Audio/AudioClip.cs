namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>Audio in memory: one array of samples per channel, all of the same length, full scale at +-1. A PCM16 sample <c>s</c> is exactly <c>s / 32768</c>.</summary>
public sealed class AudioClip
{
    private readonly float[][] _channels;

    /// <summary>Wraps channel arrays without copying them.</summary>
    /// <param name="channels">At least one channel; all arrays have the same length, which may be 0.</param>
    /// <param name="sampleRate">Samples per second, at least 1.</param>
    /// <exception cref="ArgumentException">No channel, or channels of different lengths.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sample rate is below 1.</exception>
    public AudioClip(float[][] channels, int sampleRate)
    {
        ArgumentNullException.ThrowIfNull(channels);
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleRate, 1);
        if (channels.Length == 0)
            throw new ArgumentException("A clip needs at least one channel.", nameof(channels));

        foreach (float[] channel in channels)
        {
            ArgumentNullException.ThrowIfNull(channel, nameof(channels));
            if (channel.Length != channels[0].Length)
                throw new ArgumentException($"Channels differ in length: {channel.Length} and {channels[0].Length} samples.", nameof(channels));
        }

        _channels = channels;
        SampleRate = sampleRate;
    }

    /// <summary>Samples per second.</summary>
    public int SampleRate { get; }

    /// <summary>Number of channels, at least 1.</summary>
    public int Channels => _channels.Length;

    /// <summary>Samples per channel; 0 for an empty clip.</summary>
    public int Length => _channels[0].Length;

    /// <summary>Length in seconds.</summary>
    public double Duration => (double)Length / SampleRate;

    /// <summary>Makes a clip of one channel without copying it.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="sampleRate">Samples per second, at least 1.</param>
    public static AudioClip FromMono(float[] samples, int sampleRate) => new([samples], sampleRate);

    /// <summary>The samples of one channel: the clip's own array, not a copy.</summary>
    /// <param name="index">0 to <see cref="Channels"/> - 1.</param>
    public float[] Channel(int index) => _channels[index];

    /// <summary>The mean of all channels as a new array; a copy of the samples when there is one channel.</summary>
    public float[] ToMono()
    {
        if (_channels.Length == 1)
            return [.. _channels[0]];

        var mono = new float[Length];
        for (int i = 0; i < mono.Length; i++)
        {
            double sum = 0;
            foreach (float[] channel in _channels)
                sum += channel[i];

            mono[i] = (float)(sum / _channels.Length);
        }

        return mono;
    }

    /// <summary>The clip at another rate (see <see cref="Resampler"/>); this clip itself when the rate is already right.</summary>
    /// <param name="rate">Samples per second, at least 1.</param>
    public AudioClip Resample(int rate)
    {
        if (rate == SampleRate)
            return this;

        var channels = new float[_channels.Length][];
        for (int c = 0; c < channels.Length; c++)
            channels[c] = Resampler.Resample(_channels[c], SampleRate, rate);

        return new AudioClip(channels, rate);
    }
}
