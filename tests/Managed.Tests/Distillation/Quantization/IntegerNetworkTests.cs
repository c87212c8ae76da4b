using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Quantization;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Distillation.Training;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Quantization;

/// <summary>Training through integers: the student's own weights learn, and what it computes with follows them.</summary>
public sealed class IntegerNetworkTests
{
    private const int Frames = 4;

    [Fact]
    public void A_step_moves_the_students_own_weights_and_the_integers_follow()
    {
        Student student = SmallStudent();
        IntegerNetwork integers = Lower(student);
        using var workers = new Workers(2);
        var settings = new TrainingSettings(10, 4, Frames, 1e-2, 1e-3, 1, 5, new AdamWSettings());
        var trainer = new DecoderTrainer(student, Draw, settings, workers, integers: integers);
        float[] before = [.. student.Weights["decoder.split.weight"].Values], rounded = Weights(integers, "decoder.split");
        Assert.NotEqual(before, rounded);
        double first = trainer.Step(0).Loss.Total, last = 0;
        for (int step = 1; step < 10; step++)
        {
            last = trainer.Step(step).Loss.Total;
        }

        Assert.True(last < first, $"Loss {first} grew to {last}.");
        Assert.NotEqual(before, student.Weights["decoder.split.weight"].Values);

        // Half a step of the largest weight of a row, and what the multiplier's rounding adds.
        float[] own = student.Weights["decoder.split.weight"].Values, follows = Weights(integers, "decoder.split");
        int row = student.Config.Decoder.Dim1;
        for (int i = 0; i < own.Length; i++)
        {
            double step = own.AsSpan(i / row * row, row).ToArray().Max(Math.Abs) / 127;
            Assert.InRange(follows[i] - own[i], -0.501 * step, 0.501 * step);
        }
    }

    [Fact]
    public void The_same_steps_give_the_same_weights()
    {
        Assert.Equal(Train(), Train());

        static float[] Train()
        {
            Student student = SmallStudent();
            using var workers = new Workers(2);
            var trainer = new DecoderTrainer(student, Draw, new TrainingSettings(3, 4, Frames, 1e-2, 1e-3, 1, 5, new AdamWSettings()), workers, integers: Lower(student));
            for (int step = 0; step < 3; step++)
            {
                trainer.Step(step);
            }

            return student.Weights["decoder.head.weight"].Values;
        }
    }

    [Fact]
    public void Equalization_changes_no_value_of_the_float_network_and_evens_the_columns()
    {
        Student student = SmallStudent();
        float[] weight = student.Weights.Read("decoder.conv_in.weight", 12, 12, 3);
        student.Weights.Read("decoder.embeddings", 2, 16, 6);
        for (int i = 0; i < weight.Length; i++)
        {
            weight[i] *= (i / 3 % 12) + 0.5f;
        }

        float[] before = Rows(student);
        double spread = Spread(weight);
        Equalization.Apply(student);
        Assert.Equal(before, Rows(student));
        Assert.True(Spread(weight) < spread / 3, $"The columns' maxima differ by a factor of {Spread(weight)}, {spread} before.");

        static float[] Rows(Student student)
        {
            Graph graph = new("rows", EdgeCodecGraphs.Head(student.Config, student.Weights, EdgeCodecGraphs.Embedding(student.Config, student.Weights, new Edge.Models.Nodes.InputNode("codes", 1, 2))));
            var codes = new FloatTensor(6, 2, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
            return new FloatExecutor(graph).Run(6, new Dictionary<string, FloatTensor> { ["codes"] = codes })[0].Data;
        }

        static double Spread(float[] weight)
        {
            double[] columns = [.. weight.Select((w, i) => (Column: i / 3 % 12, Magnitude: (double)Math.Abs(w))).GroupBy(w => w.Column).Select(g => g.Max(w => w.Magnitude))];
            return columns.Max() / columns.Min();
        }
    }

    private static Student SmallStudent() => Student.Create(TestData.Path("training/step.json"), 4);

    private static IntegerNetwork Lower(Student student)
    {
        Graph decoder = EdgeCodecGraphs.Decoder(student.Config, student.Weights, "small");
        var random = new Random(1);
        var codes = new FloatTensor(50, student.Config.NumQuantizers);
        for (int i = 0; i < codes.Data.Length; i++)
        {
            codes.Data[i] = random.Next(student.Config.CodebookSize);
        }

        return new IntegerNetwork(student, Edge.Compiler.Calibration.CalibrationStatistics.Gather(decoder, [codes]), new LoweringOptions { PitchWeightCents = 100 });
    }

    private static float[] Weights(IntegerNetwork integers, string name)
    {
        var parameters = new Graph("integers", integers.Head).Nodes.SelectMany(n => n.Parameters);
        return [.. parameters.Single(p => p.Name == $"{name}.weight").Values];
    }

    private static void Draw(ulong seed, long step, int item, TrainingItem into)
    {
        var random = new Random(item);
        for (int i = 0; i < into.Codes.Length; i++)
        {
            into.Codes[i] = random.Next(16);
        }

        into.Pitch.AsSpan().Fill(120 + (10 * item));
        for (int i = 0; i < into.Target.Length; i++)
        {
            into.Target[i] = (float)(0.1 * Math.Sin(2 * Math.PI * i * (120 + (10 * item)) / 8000));
        }
    }
}
