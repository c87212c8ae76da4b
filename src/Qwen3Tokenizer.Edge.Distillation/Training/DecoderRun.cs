using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Distillation.Quantization;
using Qwen3Tokenizer.Edge.Distillation.Students;
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
        var stage = new DistillStage(material, options, options.Quantize ? " int8" : "", options.Quantize ? QuantizedRate : 1);

        // Equalized and calibrated is what the stage begins with, also where it goes on from a checkpoint.
        if (options.Quantize)
        {
            Equalization.Apply(student);
        }

        IntegerNetwork? integers = options.Quantize ? new IntegerNetwork(student, IntegerNetwork.Calibrate(student, CalibrationClips.Samples(material.Teacher.Facts.Rate.SampleRate).Select(c => material.Teacher.EncodeClip(c)))) : null;
        var trainer = new DecoderTrainer(student, speech, stage.FirstSettings, material.Workers, integers: integers);
        return stage.Run(options.Quantize ? "int8" : "decoder", student, trainer, stage.Resume(student, trainer), watch, checkpointed, cancel);
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
}
