using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Frames of codes, each with a number of layers of its own: what c/emitted/stream.c decodes.</summary>
internal sealed class FrameStream
{
    /// <summary>The golden clips in tests/data/edge-golden.</summary>
    public const int GoldenClips = 4;

    /// <summary>A frame that was lost and is concealed, to end in silence or in noise, and a reset: what stands for them is no code.</summary>
    public static readonly ushort[] LostToSilence = [65535], LostToNoise = [65534], Reset = [65533];

    private FrameStream(ushort[][] frames) => Frames = frames;

    public ushort[][] Frames { get; }

    /// <summary>A golden clip with its first <paramref name="layers"/> layers.</summary>
    public static FrameStream Golden(int clip, int layers)
    {
        Npy tokens = Npy.LoadTestData($"edge-golden/clip{clip}.tokens.npy");
        int stored = tokens.Shape[1];
        ushort[] codes = Array.ConvertAll(tokens.Ints, code => checked((ushort)code));
        return new FrameStream([.. Enumerable.Range(0, tokens.Shape[0]).Select(t => codes[(t * stored)..(t * stored + layers)])]);
    }

    /// <summary>These frames.</summary>
    public static FrameStream Of(ushort[][] frames) => new(frames);

    /// <summary>Any codes at all. Frame t has as many layers as the function says.</summary>
    public static FrameStream Random(int seed, int frames, int codebookSize, Func<Random, int, int> layersOf)
    {
        var random = new Random(seed);
        return new FrameStream([.. Enumerable.Range(0, frames).Select(t =>
            Enumerable.Range(0, layersOf(random, t)).Select(_ => (ushort)random.Next(codebookSize)).ToArray())]);
    }

    /// <summary>The same frames with other numbers of layers, none more than a frame has.</summary>
    public FrameStream WithLayers(Func<int, int> layersOf) => new([.. Frames.Select((codes, t) => codes[..layersOf(t)])]);

    /// <summary>Writes the file that stream.c reads.</summary>
    public void Write(string path)
    {
        ushort[] words = [.. Frames.SelectMany(codes => codes is [>= 65533] ? codes : codes.Prepend((ushort)codes.Length))];
        File.WriteAllBytes(path, MemoryMarshal.AsBytes<ushort>(words).ToArray());
    }

    /// <summary>Writes the codes alone, as the emitted conformance program reads them.</summary>
    public void WriteCodes(string path) => File.WriteAllBytes(path, MemoryMarshal.AsBytes<ushort>(Frames.SelectMany(codes => codes).ToArray()).ToArray());

    /// <summary>Reads 16-bit samples.</summary>
    public static short[] ReadSamples(string path) => MemoryMarshal.Cast<byte, short>(File.ReadAllBytes(path)).ToArray();

    /// <summary>The samples that a program made of c/emitted/stream.c writes for it.</summary>
    public short[] DecodeWith(string program, string folder)
    {
        string name = Path.GetFileName(program), frames = Path.Combine(folder, name + ".frames"), pcm = Path.Combine(folder, name + ".pcm");
        Write(frames);
        Tools.Run(program, [frames, pcm], folder);
        return ReadSamples(pcm);
    }

    /// <summary>The samples that the integer oracle gives, and each frame's trace as it is made.</summary>
    public short[] DecodeWith(IntegerOracle oracle, List<TraceEntry>? trace = null) =>
        [.. Frames.SelectMany(codes => FrameOf(oracle, codes, trace))];

    private static short[] FrameOf(IntegerOracle oracle, ushort[] codes, List<TraceEntry>? trace)
    {
        if (codes is [>= 65534 and var ending])
            return oracle.ConcealFrame(noise: ending == LostToNoise[0]);
        if (codes is not [65533])
            return oracle.DecodeFrame(codes, trace);
        oracle.Reset();
        return [];
    }
}
