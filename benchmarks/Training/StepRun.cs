using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Losses;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Training;

/// <summary>A whole step of <see cref="DecoderTrainer"/> in turns with PyTorch on the same weights, batch, noise and phases: forward, loss, backward, clipping, AdamW, moving average.</summary>
internal static class StepRun
{
    private const int Frames = 16, Draws = 2, WarmUps = 3;
    private const ulong Seed = 20261122;

    /// <summary>Prints the figures of one model on one number of threads.</summary>
    public static void Run(string model, int sequences, int threads, int rounds, TextWriter output)
    {
        Student student = Student.Load(model);
        int rows = Frames * student.Config.Decoder.Upsample;
        var batch = new StepBatch(EdgeModel.Load(BuiltInModels.Default), student.Config.SampleRate, student.Config.NumQuantizers, sequences, Frames);
        var settings = new TrainingSettings(1000, sequences, Frames, 2e-3, 1e-5, 1, Seed, new AdamWSettings(WeightDecay: 0.005));
        using var workers = new Workers(threads);
        var trainer = new DecoderTrainer(student, batch.Draw, settings, workers);
        Dictionary<string, float[]> before = student.Weights.Tensors.Where(t => Changes(t.Key)).ToDictionary(t => t.Key, t => (float[])t.Value.Values.Clone(), StringComparer.Ordinal);
        using var peer = new TorchPeer("torch_step.py", Arguments(model, sequences, threads, settings), Inputs(student, batch, rows));

        Timings ours = new(), theirs = new();
        for (int round = -WarmUps; round < rounds; round++)
        {
            (LossParts Loss, double Norm) own = default;
            ours.Time(() => own = trainer.Step(0), round >= 0);
            (double Loss, double Wall, double Processor) torch = peer.Step(round == -WarmUps ? "check" : "");
            if (round >= 0)
            {
                theirs.Add(torch.Wall, torch.Processor);
            }

            if (round == -WarmUps)
            {
                Compare(trainer, before, student, peer, own, torch.Loss, output);
            }
        }

        output.WriteLine($"{model}, {sequences} sequences of {Frames} frames, {threads} thread{(threads > 1 ? "s" : "")}; milliseconds a step, median (best):");
        output.WriteLine($"  ours             {ours}");
        output.WriteLine($"  PyTorch {peer.Version,-8} {theirs}");
    }

    private static void Compare(DecoderTrainer trainer, Dictionary<string, float[]> before, Student student, TorchPeer peer, (LossParts Loss, double Norm) own, double loss, TextWriter output)
    {
        (string Name, double Error) gradient = default, update = default;
        foreach (ParameterGradient parameter in trainer.Gradients)
        {
            string name = parameter.Parameter.Name == "decoder.input.table" ? "decoder.embeddings" : parameter.Parameter.Name;
            gradient = Worse(gradient, name, Difference(parameter.Gradient, peer.Read($"gradient.{name}")));
            float[] start = before[name], ours = student.Weights[name].Values, theirs = peer.Read($"updated.{name}");
            update = Worse(update, name, Difference([.. ours.Select((w, i) => w - start[i])], [.. theirs.Select((w, i) => w - start[i])]));
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loss {own.Loss.Total:F6}, PyTorch's {loss:F6} (difference {own.Loss.Total - loss:E1}); gradient's norm {own.Norm:F3}; worst tensor: gradient {gradient.Error:E1} ({gradient.Name}), change of the weights {update.Error:E1} ({update.Name})"));
    }

    private static IEnumerable<(string, float[])> Inputs(Student student, StepBatch batch, int rows)
    {
        foreach ((string name, TensorStore.Tensor tensor) in student.Weights.Tensors)
        {
            yield return (name, tensor.Values);
        }

        int samples = (rows + 1) * student.Config.Decoder.Hop, sequences = batch.Items.Count;
        var starts = new float[Draws * sequences];
        var noise = new float[Draws * sequences * samples];
        for (int stream = 0; stream < starts.Length; stream++)
        {
            starts[stream] = ExcitationNoise.Fill(Seed, 0, stream % sequences, stream / sequences, noise.AsSpan(stream * samples, samples));
        }

        yield return ("starts", starts);
        yield return ("noise", noise);
        yield return ("codes", [.. batch.Items.SelectMany(i => i.Codes)]);
        yield return ("pitch", [.. batch.Items.SelectMany(i => i.Pitch)]);
        yield return ("target", [.. batch.Items.SelectMany(i => i.Target)]);
    }

    private static string[] Arguments(string model, int sequences, int threads, TrainingSettings settings) =>
    [
        BuiltInModels.PathOf(model),
        .. new IFormattable[] { threads, sequences, Frames, settings.RateAt(0), settings.Optimizer.WeightDecay, settings.Optimizer.ClipNorm, settings.Optimizer.AverageDecay }.Select(n => n.ToString(null, CultureInfo.InvariantCulture)),
    ];

    private static bool Changes(string name) => name.StartsWith("decoder.", StringComparison.Ordinal) && name is not ("decoder.window" or "decoder.knots");

    private static (string, double) Worse((string Name, double Error) worst, string name, double error) => error > worst.Error || worst.Name is null ? (name, error) : worst;

    private static double Difference(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (p, q) => Math.Pow((double)p - q, 2)).Sum() / b.Sum(v => (double)v * v));
}
