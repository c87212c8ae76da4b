using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Safetensors;
using Qwen3Tokenizer.Edge.Tests.Distillation.Losses;

namespace Qwen3Tokenizer.Edge.Tests.Distillation;

/// <summary>A whole step of a small decoder against PyTorch's in float64 (tests/data/training/make_step_vectors.py).</summary>
public sealed class DecoderTrainerTests : IDisposable
{
    private const int Sequences = 2, Frames = 3;
    private static readonly TrainingSettings Settings = new(1000, Sequences, Frames, 2e-3, 1e-5, 1, TorchCase.Seed, new AdamWSettings(WeightDecay: 0.005));

    private readonly SafetensorsFile _file = SafetensorsFile.Open(TestData.Path("training/step.safetensors"));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Loss_gradients_weights_and_averages_after_a_step_are_PyTorchs(int threads)
    {
        Student student = Start();
        using var workers = new Workers(threads);

        // The drawn noise is that of step 7; the learning rate is the first step's.
        DecoderTrainer trainer = new(student, Draw, Settings with { LearningRate = 2e-3 / CosineAt(TorchCase.Step), FinalRate = 0 }, workers);
        (LossParts loss, double norm) = trainer.Step(TorchCase.Step);
        float[] expected = _file.ToFloat32("loss");
        Assert.InRange(loss.Total, expected[0] - 1e-5, expected[0] + 1e-5);
        Assert.InRange(norm / expected[1], 1 - 1e-5, 1 + 1e-5);
        Assert.True(norm > Settings.Optimizer.ClipNorm, "The gradient must be long enough to be clipped.");
        Assert.Equal(_file.Tensors.Keys.Count(k => k.StartsWith("gradient/", StringComparison.Ordinal)), trainer.Gradients.Count);
        foreach (ParameterGradient parameter in trainer.Gradients)
        {
            string name = parameter.Parameter.Name == "decoder.input.table" ? "decoder.embeddings" : parameter.Parameter.Name;
            Assert.InRange(TorchCase.RelativeError(parameter.Gradient, _file.ToFloat32($"gradient/{name}")), 0, 1e-4);

            // Adam's first step has one size for all weights, whatever the gradient: compared by what moved.
            float[] before = _file.ToFloat32(name), average = trainer.Optimizer.AverageOf(parameter.Parameter.Values.Array!)!;
            Assert.InRange(TorchCase.RelativeError(Moved(parameter.Parameter.Values, before), Moved(_file.ToFloat32($"updated/{name}"), before)), 0, 1e-3);
            Assert.InRange(TorchCase.RelativeError(Moved(average, before), Moved(_file.ToFloat32($"average/{name}"), before)), 0, 1e-3);
        }
    }

    public void Dispose() => _file.Dispose();

    private static double CosineAt(long step) => (Settings with { LearningRate = 1, FinalRate = 0 }).RateAt(step);

    private static float[] Moved(ReadOnlySpan<float> after, float[] before)
    {
        var moved = new float[before.Length];
        System.Numerics.Tensors.TensorPrimitives.Subtract(after, before, moved);
        return moved;
    }

    private Student Start()
    {
        Student student = Student.Create(TestData.Path("training/step.json"), 1);
        foreach ((string name, TensorInfo info) in _file.Tensors.Where(t => t.Key.StartsWith("decoder.", StringComparison.Ordinal)))
        {
            student.Weights.Set(name, [.. info.Shape], _file.ToFloat32(name));
        }

        return student;
    }

    private void Draw(ulong seed, long step, int item, TrainingItem into)
    {
        foreach ((string name, float[] array) in ((string, float[])[])[("codes", into.Codes), ("pitch", into.Pitch), ("target", into.Target)])
        {
            _file.ToFloat32(name).AsSpan(item * array.Length, array.Length).CopyTo(array);
        }
    }
}
