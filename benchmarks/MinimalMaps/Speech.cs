using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Benchmarks.MinimalMaps;

/// <summary>Encoder latents of a folder of speech, in two parts: one to choose on, one to judge by.</summary>
/// <param name="Training">Latents of nine files in ten.</param>
/// <param name="Validation">Latents of every tenth file.</param>
/// <param name="Files">Files.</param>
/// <param name="Seconds">Length of all.</param>
internal sealed record Speech(Vectors Training, Vectors Validation, int Files, double Seconds)
{
    private const int ValidationFile = 10;
    private const int Chunk = 25;

    /// <summary>Encodes every audio file of a folder, in the order of their names.</summary>
    public static Speech Encode(EdgeModel model, string folder)
    {
        // The encoder's graph without its last node, the search.
        var latent = new Graph(model.Name, model.Encoder!.Outputs[0].Inputs[0]);
        List<float>[] parts = [[], []];
        string[] files = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)];
        double seconds = 0;
        for (int i = 0; i < files.Length; i++)
        {
            float[] samples = AudioFile.Read(files[i]).Resample(model.Config.SampleRate).ToMono();
            seconds += (double)samples.Length / model.Config.SampleRate;
            Append(latent, samples, model.Config.SamplesPerToken, parts[i % ValidationFile == ValidationFile - 1 ? 1 : 0]);
            if (i % 500 == 499)
            {
                Console.Error.WriteLine($"{i + 1} of {files.Length} files encoded");
            }
        }

        int dim = latent.Outputs[0].Shape.Channels;
        return new Speech(new Vectors([.. parts[0]], dim), new Vectors([.. parts[1]], dim), files.Length, seconds);
    }

    private static void Append(Graph latent, float[] samples, int frame, List<float> rows)
    {
        var executor = new FloatExecutor(latent);
        int hops = latent["samples"].Shape.Rows, frames = samples.Length / frame;
        for (int start = 0; start < frames; start += Chunk)
        {
            int count = Math.Min(Chunk, frames - start);
            var input = new FloatTensor(count * hops, frame / hops, samples.AsSpan(start * frame, count * frame).ToArray());
            rows.AddRange(executor.Run(count, new Dictionary<string, FloatTensor> { ["samples"] = input })[0].Data);
        }
    }
}
