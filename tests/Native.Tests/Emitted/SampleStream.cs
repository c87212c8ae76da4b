using System.Globalization;
using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Samples to encode: what the emitted conformance program's <c>encode</c> reads.</summary>
internal sealed class SampleStream
{
    private SampleStream(short[] samples) => Samples = samples;

    public short[] Samples { get; }

    /// <summary>The recording of a golden clip, 16 kHz, bit for bit.</summary>
    public static SampleStream Golden(int clip)
    {
        AudioClip audio = AudioFile.Read(TestData.Path($"edge-golden/clip{clip}.wav"));
        Assert.Equal(16000, audio.SampleRate);
        return new([.. audio.ToMono().Select(v => checked((short)(v * 32768)))]);
    }

    /// <summary>These samples.</summary>
    public static SampleStream Of(short[] samples) => new(samples);

    /// <summary>Uniform over all of int16.</summary>
    public static SampleStream Noise(int samples)
    {
        var random = new Random(5);
        return new([.. Enumerable.Range(0, samples).Select(_ => (short)random.Next(short.MinValue, short.MaxValue + 1))]);
    }

    /// <summary>The two extremes of int16 in turn, each for <paramref name="half"/> samples.</summary>
    public static SampleStream SquareWave(int samples, int half = 16) =>
        new([.. Enumerable.Range(0, samples).Select(n => n / half % 2 == 0 ? short.MaxValue : short.MinValue)]);

    public static SampleStream Silence(int samples) => new(new short[samples]);

    /// <summary>The first samples.</summary>
    public SampleStream First(int samples) => new(Samples[..samples]);

    /// <summary>Writes 16-bit PCM.</summary>
    public void Write(string path) => File.WriteAllBytes(path, MemoryMarshal.AsBytes<short>(Samples).ToArray());

    /// <summary>The codes [frame][layer] that an emitted conformance program gives; a traced one leaves its trace beside them.</summary>
    public ushort[] EncodeWith(string program, int layers, string folder)
    {
        string name = Path.GetFileName(program), pcm = Path.Combine(folder, name + ".samples"), codes = Path.Combine(folder, name + ".codes");
        Write(pcm);
        Tools.Run(program, ["encode", pcm, layers.ToString(CultureInfo.InvariantCulture), codes], folder);
        return MemoryMarshal.Cast<byte, ushort>(File.ReadAllBytes(codes)).ToArray();
    }

    /// <summary>
    /// The codes that the integer oracle gives: the samples, then zeros until the last sample, delayed, is covered by a frame.
    /// </summary>
    public ushort[] EncodeWith(IntegerEncoderOracle oracle, EncoderPart encoder, int layers, List<TraceEntry>? trace = null)
    {
        int frame = encoder.FrameSamples, frames = (int)Math.Ceiling((Samples.Length + encoder.DelaySamples) / (double)frame);
        short[] padded = [.. Samples, .. new short[frames * frame - Samples.Length]];
        return [.. Enumerable.Range(0, frames).SelectMany(t => oracle.EncodeFrame(padded.AsSpan(t * frame, frame), layers, trace))];
    }
}
