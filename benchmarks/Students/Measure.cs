using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Benchmarks.Codecs;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>How good models are on recorded clips, beside Codec2 on the same clips.</summary>
internal static class Measure
{
    private static readonly int[] StandardLayers = [1, 2, 4, 8, 16];
    private static readonly string[] Modes = ["700C", "1200", "1300", "3200"];

    /// <summary>Runs all systems on all clips and prints tables or JSON.</summary>
    public static void Run(Options options, string folder)
    {
        List<Speech> clips = Clips(options.Clips);
        using Dnsmos? dnsmos = options.Dnsmos is { } file ? new Dnsmos(file) : null;
        List<StudentModel> models = StudentModel.Load(options.Models);
        try
        {
            List<SpeechSystem> systems =
            [
                .. models.SelectMany(m => Arithmetics.Of(m, m.LayersOf(options.Layers ?? StandardLayers), options)),
                .. Modes.Select(mode => new Codec2System(mode, folder, Narrow)),
                new Original(),
                new NarrowOriginal(Narrow),
            ];
            List<SystemScores> scores = Scores(clips, systems, dnsmos, options.Threads);
            Differences differences = Differences.Of(scores);
            if (options.Json)
            {
                MeasureJson.Write(Console.OpenStandardOutput(), clips, scores, differences);
            }
            else
            {
                MeasureTables.Print(Console.Out, clips, scores, differences, dnsmos is not null);
            }
        }
        finally
        {
            models.ForEach(m => m.Dispose());
        }
    }

    private static float[] Narrow(float[] samples) => Resampler.Resample(samples, Speech.Rate, Codec2.Rate);

    private static List<Speech> Clips(string folder)
    {
        string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal)] : [];
        return files.Length > 0
            ? [.. files.Select(f => new Speech(Path.GetFileName(f), AudioFile.Read(f).Resample(Speech.Rate).ToMono()))]
            : throw new BuildException($"{folder}: holds no WAV file; run from the project's root or name a folder of clips with --clips.");
    }

    private static List<SystemScores> Scores(List<Speech> clips, List<SpeechSystem> systems, Dnsmos? dnsmos, int threads)
    {
        var values = systems.Select(_ => Figures.All.Select(_ => new double[clips.Count]).ToArray()).ToArray();
        long[] bits = new long[systems.Count];
        int[] rates = new int[systems.Count];
        int done = 0;
        Parallel.For(0, clips.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, c =>
        {
            float[] pitch = PitchTracker.Track(clips[c].Samples, Speech.Rate);
            for (int s = 0; s < systems.Count; s++)
            {
                CodedClip coded = systems[s].Run(clips[c]);
                double[] figures = Figures.Of(clips[c], pitch, coded, dnsmos);
                for (int f = 0; f < figures.Length; f++)
                {
                    values[s][f][c] = figures[f];
                }

                Interlocked.Add(ref bits[s], coded.PayloadBits);
                rates[s] = coded.Rate;
            }

            Console.Error.WriteLine($"{Interlocked.Increment(ref done)}/{clips.Count} {clips[c].Name}");
        });
        double seconds = clips.Sum(c => c.Seconds);
        return [.. systems.Select((system, s) => new SystemScores(system, rates[s], bits[s] / seconds, values[s]))];
    }
}
