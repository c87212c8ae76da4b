using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Benchmarks.FullModel;

/// <summary>The same decoder in ONNX Runtime, float32, one thread, in turns with the emitted one: processor time of both, so that a busy machine is unfair to neither.</summary>
internal static class OrtPeer
{
    private const int Frames = 64;
    private static readonly int[] Chunks = [1, 4, 8, 16, 64];

    public static void Compare(Qwen3Tts12Hz model, string program, string folder, int turns)
    {
        using SessionOptions options = SelectedDevice.Select(Device.Cpu, new SessionSettings { Threads = 1 }).CreateOptions();
        using OrtModel loaded = OrtModel.Load(model.Decoder, Path.Combine(model.Folder, Qwen3Tts12Hz.WeightsFileName), options);
        using var executor = new OrtExecutor(loaded);
        ushort[] codes = RandomCodes.Of(model, Frames, 3);
        double audio = (double)Frames * model.Config.SamplesPerFrame / model.Config.SampleRate;

        // The peer in pieces of the length that suits it best.
        int chunk = Chunks.MinBy(c => Math.Min(Seconds(executor, model, codes, c), Seconds(executor, model, codes, c)));
        List<double> theirs = [], ours = [];
        for (int turn = 0; turn < turns; turn++)
        {
            theirs.Add(Seconds(executor, model, codes, chunk));
            ours.Add(Median(Measurement.Run(program, ["2", "4", "1"], folder)));
        }

        Console.WriteLine(FormattableString.Invariant(
            $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, one thread, pieces of {chunk} frames: median {Middle(theirs):F3} s, best {theirs.Min():F3} s for {audio:F2} s of audio"));
        Console.WriteLine(FormattableString.Invariant(
            $"emitted INT8, AVX-512 VNNI, pieces of 4 frames: median {Middle(ours):F3} s, best {ours.Min():F3} s: {Middle(theirs) / Middle(ours):F2} times faster (best against best {theirs.Min() / ours.Min():F2})"));
    }

    private static double Seconds(OrtExecutor executor, Qwen3Tts12Hz model, ushort[] codes, int chunk)
    {
        executor.Reset();
        int layers = model.Config.Layers;
        using Process self = Process.GetCurrentProcess();
        self.Refresh();
        TimeSpan start = self.TotalProcessorTime;
        for (int at = 0; at < Frames; at += chunk)
        {
            var input = new FloatTensor(chunk, layers, Array.ConvertAll(codes[(at * layers)..((at + chunk) * layers)], c => (float)c));
            executor.Run(chunk, new Dictionary<string, FloatTensor>(StringComparer.Ordinal) { ["codes"] = input });
        }

        self.Refresh();
        return (self.TotalProcessorTime - start).TotalSeconds;
    }

    private static double Middle(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static double Median(string line)
    {
        const string mark = "median ";
        int at = line.IndexOf(mark, StringComparison.Ordinal) + mark.Length;
        return double.Parse(line.AsSpan(at, line.IndexOf(' ', at) - at), CultureInfo.InvariantCulture);
    }
}
