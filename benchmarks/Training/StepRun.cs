using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Losses;
using Qwen3Tokenizer.Edge.Distillation.Quantization;
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

    /// <summary>Prints the figures of one model (a built-in one, or a tier with fresh weights) on one number of threads.</summary>
    public static void Run(string model, int sequences, int threads, int rounds, TextWriter output)
    {
        Student student = Fresh(model) ? Student.Create(model, Seed) : Student.Load(model);
        int rows = Frames * student.Config.Decoder.Upsample;
        var batch = new StepBatch(EdgeModel.Load(BuiltInModels.Default), student.Config.SampleRate, student.Config.NumQuantizers, sequences, Frames);
        var settings = new TrainingSettings(1000, sequences, Frames, 2e-3, 1e-5, 1, Seed, new AdamWSettings(WeightDecay: 0.005)) { VoicedNoise = true };
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
        if (!Fresh(model))
        {
            RunIntegers(student, batch, settings, workers, rounds, output);
        }
    }

    // The same step through the integers of the INT8 library, and the part of it that lowers the student again.
    private static void RunIntegers(Student student, StepBatch batch, TrainingSettings settings, Workers workers, int rounds, TextWriter output)
    {
        EdgeModel encoder = EdgeModel.Load(BuiltInModels.Default);
        var integers = new IntegerNetwork(student, IntegerNetwork.Calibrate(student, CalibrationClips.Samples(encoder.Config.SampleRate, 10).Select(c => EdgeCodec.Encode(encoder, c))));
        var trainer = new DecoderTrainer(student, batch.Draw, settings, workers, integers: integers);
        Timings whole = new(), lowering = new();
        for (int round = -WarmUps; round < rounds; round++)
        {
            whole.Time(() => trainer.Step(0), round >= 0);
            lowering.Time(integers.Update, round >= 0);
        }

        output.WriteLine($"  through integers {whole}");
        output.WriteLine($"  of that lowering {lowering}");
    }

    // The first Adam step divides every gradient by its own magnitude: a weight moves elsewhere only where its gradient is lost in rounding.
    private static void Compare(DecoderTrainer trainer, Dictionary<string, float[]> before, Student student, TorchPeer peer, (LossParts Loss, double Norm) own, double loss, TextWriter output)
    {
        (string Name, double Error) gradient = default, exact = default, theirs = default;
        long weights = 0, elsewhere = 0;
        foreach (ParameterGradient parameter in trainer.Gradients)
        {
            string name = parameter.Parameter.Name == "decoder.input.table" ? "decoder.embeddings" : parameter.Parameter.Name;
            float[] torch = peer.Read($"gradient.{name}"), reference = peer.Read($"exact.{name}"), updated = peer.Read($"updated.{name}");
            gradient = Worse(gradient, name, Difference(parameter.Gradient, torch));
            exact = Worse(exact, name, Difference(parameter.Gradient, reference));
            theirs = Worse(theirs, name, Difference(torch, reference));
            weights += updated.Length;
            elsewhere += updated.Where((w, i) => Math.Abs(student.Weights[name].Values[i] - w) > 0.01 * Math.Abs(w - before[name][i]) + 1e-7).LongCount();
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"loss {own.Loss.Total:F6}, PyTorch's {loss:F6} (difference {own.Loss.Total - loss:E1}); gradient's norm {own.Norm:F3}"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"gradient, worst tensor: ours from PyTorch's {gradient.Error:E1} ({gradient.Name}), ours from float64's {exact.Error:E1} ({exact.Name}), PyTorch's from float64's {theirs.Error:E1} ({theirs.Name})"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"weights that moved otherwise by more than 1 % of their step: {elsewhere} of {weights}"));
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
        BuiltInModels.PathOf(Fresh(model) ? $"edge-{model}" : model),
        .. new IFormattable[] { threads, sequences, Frames, settings.RateAt(0), settings.Optimizer.WeightDecay, settings.Optimizer.ClipNorm, settings.Optimizer.AverageDecay }.Select(n => n.ToString(null, CultureInfo.InvariantCulture)),
    ];

    private static bool Fresh(string model) => Student.Tiers.Contains(model);

    private static bool Changes(string name) => name.StartsWith("decoder.", StringComparison.Ordinal) && name is not ("decoder.window" or "decoder.knots");

    private static (string, double) Worse((string Name, double Error) worst, string name, double error) => error > worst.Error || worst.Name is null ? (name, error) : worst;

    private static double Difference(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (p, q) => Math.Pow((double)p - q, 2)).Sum() / b.Sum(v => (double)v * v));
}
