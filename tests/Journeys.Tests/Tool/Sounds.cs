using System.Buffers.Binary;

namespace Qwen3Tokenizer.Edge.Tests.Journeys;

/// <summary>Synthesised audio files, written here byte by byte: the tool's own writer is not trusted with what the tool is tested on.</summary>
internal static class Sounds
{
    /// <summary>A voice-like buzz: a pitch that glides about 120 Hz, ten harmonics, syllables four times a second.</summary>
    public static float[] Buzz(double seconds, int rate, float level = 0.3f)
    {
        var samples = new float[(int)Math.Round(seconds * rate)];
        double phase = 0;
        for (int i = 0; i < samples.Length; i++)
        {
            double t = (double)i / rate;
            phase += (120 + (20 * Math.Sin(2 * Math.PI * 0.7 * t))) / rate;
            double x = 0;
            for (int h = 1; h <= 10; h++)
                x += Math.Sin(2 * Math.PI * h * phase) / h;
            samples[i] = (float)(level * 0.5 * x * (0.5 - (0.5 * Math.Cos(2 * Math.PI * 4 * t))));
        }

        return samples;
    }

    /// <summary>PCM16, the same signal in every channel.</summary>
    public static byte[] Pcm16(float[] samples, int rate, int channels = 1)
    {
        byte[] file = Header(1, rate, channels, 2, samples.Length);
        for (int i = 0; i < samples.Length; i++)
        {
            for (int c = 0; c < channels; c++)
                BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(44 + (2 * ((i * channels) + c))), (short)Math.Clamp(MathF.Round(samples[i] * 32768), -32768, 32767));
        }

        return file;
    }

    /// <summary>Mono float32.</summary>
    public static byte[] Float32(float[] samples, int rate)
    {
        byte[] file = Header(3, rate, 1, 4, samples.Length);
        for (int i = 0; i < samples.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(file.AsSpan(44 + (4 * i)), samples[i]);
        return file;
    }

    private static byte[] Header(int tag, int rate, int channels, int sampleBytes, int frames)
    {
        int data = frames * channels * sampleBytes;
        var file = new byte[44 + data];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), 36 + data);
        "WAVEfmt "u8.CopyTo(file.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(20), (short)tag);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(22), (short)channels);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(24), rate);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(28), rate * channels * sampleBytes);
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(32), (short)(channels * sampleBytes));
        BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(34), (short)(8 * sampleBytes));
        "data"u8.CopyTo(file.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(40), data);
        return file;
    }
}
