using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Quantization;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Distillation.Teachers;
using Qwen3Tokenizer.Edge.Models.Configuration;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>The stage of a distillation in which the student's decoder learns to speak the teacher's codes, in float or through the integers of its INT8 library.</summary>
internal static class DecoderRun
{
    // Through the integers weights only move between neighbours: a tenth of the rate.
    private const double QuantizedRate = 0.1;

    public static RunState Train(DistillMaterial material, DistillOptions options, Action<RunStatus>? watch, Action<RunState> checkpointed, CancellationToken cancel)
    {
        Student student = material.Begin(options);
        SequenceSource speech = material.Speech.Spoken(student.Config, LayerShares(student.Config), cancel);
        string folder = Path.ChangeExtension(options.Output, ".run"), checkpoint = Path.Combine(folder, "checkpoint.safetensors");
        Directory.CreateDirectory(folder);
        string identity = material.Identity(options, options.Quantize ? " int8" : "");

        // Equalized and calibrated is what the stage begins with, also where it goes on from a checkpoint.
        if (options.Quantize)
        {
            Equalization.Apply(student);
        }

        IntegerNetwork? integers = options.Quantize ? new IntegerNetwork(student, IntegerNetwork.Calibrate(student, CalibrationTokens(material.Teacher))) : null;
        var state = new RunState(Steps: options.Steps == 0 ? int.MaxValue : options.Steps);
        var trainer = new DecoderTrainer(student, speech, SettingsOf(options, state.Steps), material.Workers, integers: integers);
        if (File.Exists(checkpoint))
        {
            RunState known = RunState.Parse(Checkpoint.Load(checkpoint, identity, student.Weights, trainer.Optimizer));
            state = options.Steps == 0 ? known : known with { Steps = options.Steps };
            trainer.WeightsChanged();
        }

        state = new StepLoop(new RunLog(Path.Combine(folder, "log.tsv"), options.LogEvery, watch))
        {
            Stage = options.Quantize ? "int8" : "decoder",
            Minutes = options.Minutes,
            Step = s =>
            {
                trainer.Settings = SettingsOf(options, s.Steps);
                (LossParts loss, double norm) = trainer.Step(s.Step);
                return (trainer.Settings.RateAt(s.Step), loss, norm);
            },
            Save = s =>
            {
                Checkpoint.Save(checkpoint, identity, s.ToString(), student.Weights, trainer.Optimizer);
                checkpointed(s);
            },
        }.Run(state, cancel);
        student.Save(options.Output, material.Teacher.Facts.Space, material.Teacher.Facts.Name, trainer.Optimizer.AverageOf);
        return state;
    }

    private static IEnumerable<TokenClip> CalibrationTokens(ITeacher teacher)
    {
        CodecFacts facts = teacher.Facts;
        foreach (float[] samples in CalibrationClips.Samples(facts.Rate.SampleRate))
        {
            yield return new TokenClip(facts.Space, facts.Layers, facts.BitsPerCode, facts.Rate, teacher.Encode(samples), samples.Length, facts.Delay);
        }
    }

    // A student that works with few layers must meet few layers: as many as the teacher's own training drew, cut to what the student takes.
    private static double[]? LayerShares(EdgeModelConfig config)
    {
        if (config.MinLayers == config.NumQuantizers)
        {
            return null;
        }

        var shares = new double[config.NumQuantizers];
        foreach ((int layers, double share) in LayerDropout.Shares)
        {
            shares[Math.Clamp(layers, config.MinLayers, config.NumQuantizers) - 1] += share;
        }

        return shares;
    }

    private static TrainingSettings SettingsOf(DistillOptions options, int steps) =>
        new(steps, options.Sequences, options.Frames, options.LearningRate * (options.Quantize ? QuantizedRate : 1), 1e-5, 200, options.Seed, new AdamWSettings(WeightDecay: 0.005));
}
