using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Quantization;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// Trains a student's decoder on a teacher's codes beside the speech that they stand for. The sequences of a batch are dealt to the threads in order, so that the same seed and number of threads give
/// the same weights, in one run or in several.
/// </summary>
public sealed class DecoderTrainer : IStageTrainer
{
    /// <summary>Embeddings get gradients only when their code occurs: they learn at three times the rate.</summary>
    private const double EmbeddingRate = 3;

    private readonly SynthesisShard[] _shards;
    private readonly int[] _firstItems;
    private readonly SequenceSource _source;
    private readonly Workers _workers;
    private readonly LossParts[] _parts;
    private readonly IntegerNetwork? _integers;

    /// <summary>Prepares a run.</summary>
    /// <param name="student">The student; its weights change.</param>
    /// <param name="source">What it learns from, such as <see cref="CodedSpeech.Draw"/>.</param>
    /// <param name="settings">How.</param>
    /// <param name="workers">Threads; no more than sequences.</param>
    /// <param name="matMul">Matrix products; null for the fastest.</param>
    /// <param name="integers">The student in the integers that it is to be trained through; null to train in float.</param>
    public DecoderTrainer(Student student, SequenceSource source, TrainingSettings settings, Workers workers, IMatMul? matMul = null, IntegerNetwork? integers = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Sequences, workers.Count, nameof(settings));
        (Settings, _source, _workers, _parts, _integers) = (settings, source, workers, new LossParts[workers.Count], integers);
        _firstItems = [.. Enumerable.Range(0, workers.Count + 1).Select(w => settings.Sequences * w / workers.Count)];
        var input = new InputNode("codes", 1, student.Config.NumQuantizers);
        Node head = integers?.Head ?? EdgeCodecGraphs.Head(student.Config, student.Weights, EdgeCodecGraphs.Embedding(student.Config, student.Weights, input));

        // Codebooks that the student shares with its teacher stay as they are.
        Func<Node, bool>? trains = student.Config.Embeddings is null ? n => n is not EmbedNode : null;
        _shards = [.. Enumerable.Range(0, workers.Count).Select(w => new SynthesisShard(
            student.Config, student.Weights, head, _firstItems[w + 1] - _firstItems[w], settings, matMul ?? OpenBlas.Fastest, trains))];
        Optimizer = new AdamW(
            [.. _shards.Select(s => integers?.StraightThrough(s.Executor.Parameters) ?? s.Executor.Parameters)], settings.Optimizer, workers, p => p.Name == "decoder.input.table" ? EmbeddingRate : 1);
    }

    /// <summary>How the run goes.</summary>
    public TrainingSettings Settings { get; set; }

    /// <summary>The optimizer with its state.</summary>
    public AdamW Optimizer { get; }

    /// <summary>The gradients of the last step, those of all threads added up, before clipping.</summary>
    public IReadOnlyList<ParameterGradient> Gradients => _shards[0].Executor.Parameters;

    /// <summary>One step.</summary>
    /// <param name="step">Its number: what is drawn and the learning rate depend on it.</param>
    /// <returns>The loss before the step, and the norm of its gradient.</returns>
    public (LossParts Loss, double GradientNorm) Step(long step)
    {
        _workers.Run(w =>
        {
            SynthesisShard shard = _shards[w];
            for (int i = 0; i < shard.Items.Count; i++)
            {
                _source(Settings.Seed, step, _firstItems[w] + i, shard.Items[i]);
                shard.Items[i].Codes.CopyTo(shard.Executor.Value("codes").Data.AsSpan(i * shard.Items[i].Codes.Length));
            }

            shard.DrawSources(Settings.Seed, step, _firstItems[w]);
        });
        int voiced = _shards.Sum(s => s.CountVoiced());
        _workers.Run(w =>
        {
            SynthesisShard shard = _shards[w];
            shard.Executor.Forward();
            shard.Executor.ClearGradients();
            _parts[w] = shard.AddLoss(Settings.Sequences, voiced);
            shard.Executor.Backward();
        });
        LossParts loss = _parts.Aggregate((a, b) => a + b);
        double norm = Optimizer.Step(Settings.RateAt(step));
        WeightsChanged();
        return (loss, norm);
    }

    /// <summary>To be called after the student's weights changed from outside.</summary>
    public void WeightsChanged()
    {
        _integers?.Update();
        foreach (Node node in _shards[0].Executor.Graph.Nodes)
        {
            node.WeightsChanged();
        }
    }
}
