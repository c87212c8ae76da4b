using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Reference.Sessions;

namespace Qwen3Tokenizer.Edge.Benchmarks.Reference;

/// <summary>A clip encoded and decoded by ONNX Runtime and by PyTorch in turn: times, agreement, memory.</summary>
internal sealed class ClipRun(Options options, TextWriter output)
{
    private const int DefaultEncodeChunk = 25;
    private const int DefaultDecodeChunk = 8;

    public void Run()
    {
        using Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(options.Folder);
        string checkpoint = Path.Combine(options.Folder, Qwen3Tts12Hz.WeightsFileName);
        long start = Stopwatch.GetTimestamp();
        using OrtModel encoder = Load(model.Encoder(), checkpoint, "encoder"), decoder = Load(model.Decoder, checkpoint, "decoder");
        output.WriteLine(Text($"Loaded in {Stopwatch.GetElapsedTime(start).TotalSeconds:0.00} s; {Memory()}."));
        using TorchPeer? peer = options.Peer ? new TorchPeer(options.Folder, options.Threads) : null;
        float[] samples = Speechlike((int)(options.Seconds * model.Config.SampleRate));
        using OrtExecutor encoding = new(encoder), decoding = new(decoder);
        List<Elapsed>[] times = [[], [], [], []];
        for (int round = 0; round <= options.Rounds; round++)
        {
            (Elapsed ours, int[] codes) = Elapsed.Of(() => Encode(encoding, model.Config, samples));
            (Elapsed back, float[] wave) = Elapsed.Of(() => Decode(decoding, model.Config, codes));
            Elapsed theirs = peer?.Encode(samples, out int[] theirCodes) ?? Same(codes, out theirCodes);
            Elapsed theirBack = peer?.Decode(codes, out float[] theirWave) ?? Same(wave, out theirWave);
            if (round == 0)
            {
                int frames = codes.Length / model.Config.Layers;
                output.WriteLine(Text($"{frames} frames; codes that differ: {codes.Where((c, i) => c != theirCodes[i]).Count()} of {codes.Length}; largest difference of the waves: {wave.Zip(theirWave, (a, b) => Math.Abs(a - b)).Max():0.0e0}; {Memory()}."));
                continue;
            }

            foreach ((List<Elapsed> list, Elapsed time) in times.Zip([ours, theirs, back, theirBack]))
            {
                list.Add(time);
            }
        }

        output.WriteLine(Text($"ONNX Runtime {OrtEnv.Instance().GetVersionString()}, PyTorch {peer?.Version ?? "absent"}, {options.Threads} threads, {options.Seconds} s of audio, {options.Rounds} interleaved rounds: s, median (shortest)"));
        output.WriteLine();
        output.WriteLine("| | ONNX Runtime | PyTorch | PyTorch / ONNX Runtime | real time / ONNX Runtime |");
        output.WriteLine("|---|---|---|---|---|");
        Row("encode, on the clock", [.. times[0].Select(t => t.Wall)], [.. times[1].Select(t => t.Wall)]);
        Row("encode, processor time", [.. times[0].Select(t => t.Processor)], [.. times[1].Select(t => t.Processor)]);
        Row("decode, on the clock", [.. times[2].Select(t => t.Wall)], [.. times[3].Select(t => t.Wall)]);
        Row("decode, processor time", [.. times[2].Select(t => t.Processor)], [.. times[3].Select(t => t.Processor)]);
    }

    private void Row(string what, double[] ours, double[] theirs) => output.WriteLine(Text(
        $"| {what} | {Median(ours):0.00} ({ours.Min():0.00}) | {Median(theirs):0.00} ({theirs.Min():0.00}) | {Median(theirs) / Median(ours):0.00} ({theirs.Min() / ours.Min():0.00}) | {options.Seconds / Median(ours):0.0} ({options.Seconds / ours.Min():0.0}) |"));

    private OrtModel Load(Graph graph, string checkpoint, string name)
    {
        using SessionOptions session = SelectedDevice.Select(Device.Cpu, new SessionSettings { Threads = options.Threads }).CreateOptions();
        if (options.Profile is not null)
        {
            session.ProfileOutputPathPrefix = options.Profile + name;
            session.EnableProfiling = true;
        }

        return OrtModel.Load(graph, checkpoint, session);
    }

    private int[] Encode(OrtExecutor executor, Qwen3Tts12HzConfig config, float[] samples)
    {
        executor.Reset();
        int chunk = (options.Chunk > 0 ? options.Chunk : DefaultEncodeChunk) * config.SamplesPerFrame;
        var codes = new List<int>();
        for (int start = 0; start < samples.Length; start += chunk)
        {
            int count = Math.Min(chunk, samples.Length - start);
            var input = new Dictionary<string, FloatTensor> { ["samples"] = new(count, 1, samples.AsSpan(start, count).ToArray()) };
            FloatTensor[] columns = start + count == samples.Length ? executor.RunEnd(input) : executor.Run(count / config.SamplesPerFrame, input);
            for (int row = 0; row < columns[0].Rows; row++)
            {
                foreach (FloatTensor column in columns)
                {
                    codes.AddRange(Array.ConvertAll(column.Row(row).ToArray(), c => (int)c));
                }
            }
        }

        return [.. codes];
    }

    private float[] Decode(OrtExecutor executor, Qwen3Tts12HzConfig config, int[] codes)
    {
        executor.Reset();
        int frames = codes.Length / config.Layers, chunk = options.Chunk > 0 ? options.Chunk : DefaultDecodeChunk;
        var samples = new List<float>();
        for (int start = 0; start < frames; start += chunk)
        {
            int count = Math.Min(chunk, frames - start);
            float[] values = Array.ConvertAll(codes.AsSpan(start * config.Layers, count * config.Layers).ToArray(), c => (float)c);
            samples.AddRange(executor.Run(count, new Dictionary<string, FloatTensor> { ["codes"] = new(count, config.Layers, values) })[0].Data);
        }

        return [.. samples];
    }

    private static Elapsed Same<T>(T ours, out T theirs)
    {
        theirs = ours;
        return Elapsed.None;
    }

    // A gliding voice-like tone with noise, at the level of speech.
    private static float[] Speechlike(int count)
    {
        var random = new Random(1);
        var samples = new float[count];
        double phase = 0;
        for (int i = 0; i < count; i++)
        {
            double t = i / 24000.0;
            phase += (120 + (40 * Math.Sin(2 * Math.PI * 0.7 * t))) / 24000;
            double voice = 0;
            for (int h = 1; h <= 20; h++)
            {
                voice += Math.Sin(2 * Math.PI * h * phase) / h;
            }

            samples[i] = (float)((0.1 * voice * (0.6 + (0.4 * Math.Sin(2 * Math.PI * 3 * t)))) + (0.02 * ((2 * random.NextDouble()) - 1)));
        }

        return samples;
    }

    private static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    // Of this process: its peak, and what it holds now, of its own and mapped from files.
    private static string Memory()
    {
        Dictionary<string, long> status = File.ReadLines("/proc/self/status").Where(l => l.EndsWith("kB", StringComparison.Ordinal)).Select(l => l.Split(':')).ToDictionary(
            p => p[0], p => long.Parse(p[1].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture) / 1000);
        return Text($"memory {status["VmRSS"]} MB ({status["RssAnon"]} own, {status["RssFile"]} mapped), peak {status["VmHWM"]} MB");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
