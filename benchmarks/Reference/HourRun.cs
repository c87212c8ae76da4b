using System.Diagnostics;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Benchmarks.Reference;

/// <summary>An hour of one stream, frame by frame: time per frame and memory, every tenth of it. Both must stay flat.</summary>
internal static class HourRun
{
    private const int Parts = 10;
    private const int Hour = 3600;

    /// <summary>Streams through the decoder, then through the encoder with the window of its configuration.</summary>
    /// <param name="folder">A model folder.</param>
    /// <param name="engine">Name for the table.</param>
    /// <param name="executor">Makes an executor of a graph.</param>
    /// <param name="output">Where the table goes.</param>
    public static void Run(string folder, string engine, Func<Qwen3Tts12Hz, Graph, IGraphExecutor> executor, TextWriter output)
    {
        using Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(folder);
        Qwen3Tts12HzConfig config = model.Config;
        int frames = (int)(Hour * config.Rate.FramesPerSecond) / Parts;
        var random = new Random(1);
        output.WriteLine(FormattableString.Invariant($"{engine}, {model.Name}: {Parts * frames} frames, one a call; us a frame and MB in use, each tenth of the hour"));

        using var decoder = new Qwen3TtsDecoding(executor(model, model.Decoder), config);
        var codes = new ushort[config.Layers];
        Tell("decoder", () =>
        {
            for (int l = 0; l < codes.Length; l++)
            {
                codes[l] = (ushort)random.Next(config.CodebookSize);
            }

            decoder.Next(codes, codes.Length);
        });

        int window = config.Encoder.Window;
        using var encoder = new Qwen3TtsEncoding(executor(model, model.Encoder(window)), config, window);
        var samples = new float[config.SamplesPerFrame];
        var made = new List<ushort>();
        Tell($"encoder, window {window}", () =>
        {
            for (int i = 0; i < samples.Length; i++)
            {
                samples[i] = (random.NextSingle() - 0.5f) * 0.4f;
            }

            made.Clear();
            encoder.Write(samples, made);
        });

        void Tell(string what, Action frame)
        {
            for (int i = 0; i < frames / Parts; i++)
            {
                frame();
            }

            output.WriteLine($"| {what} | us a frame | MB |");
            for (int part = 1; part <= Parts; part++)
            {
                long start = Stopwatch.GetTimestamp();
                for (int i = 0; i < frames; i++)
                {
                    frame();
                }

                double microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds / frames;
                GC.Collect();
                using var process = Process.GetCurrentProcess();
                output.WriteLine(FormattableString.Invariant($"| {part * Hour / Parts / 60} min | {microseconds:0} | {process.WorkingSet64 / 1e6:0} |"));
            }
        }
    }
}
