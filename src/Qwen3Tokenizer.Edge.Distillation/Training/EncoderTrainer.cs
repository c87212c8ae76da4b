using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Losses;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// Trains a student's encoder and codebooks to write a teacher's codes: cross-entropy in residual order (<see cref="CodeEntropy"/>). The sequences of a batch are dealt to the threads in order, so that the
/// same seed and number of threads give the same weights, in one run or in several.
/// </summary>
public sealed class EncoderTrainer : IStageTrainer
{
    /// <summary>Name of the sharpness in checkpoints; the codec itself does not need it.</summary>
    public const string SharpnessName = "quantizer.log_sharpness";

    // As for a decoder's embeddings: an entry moves only while its code is among the likely ones.
    private const double CodebookRate = 3;

    private readonly Shard[] _shards;
    private readonly HeardCodes _source;
    private readonly Workers _workers;
    private readonly EdgeModelConfig _config;

    /// <summary>Prepares a run.</summary>
    /// <param name="student">The student; its weights change. It needs the sharpness of its layers, [layers], under <see cref="SharpnessName"/>: see <see cref="Prepare"/>.</param>
    /// <param name="source">What it learns from.</param>
    /// <param name="settings">How.</param>
    /// <param name="workers">Threads; no more than sequences.</param>
    public EncoderTrainer(Student student, HeardCodes source, TrainingSettings settings, Workers workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Sequences, workers.Count, nameof(settings));
        (Settings, _source, _workers, _config) = (settings, source, workers, student.Config);
        Node latent = EdgeCodecGraphs.Latent(_config, student.Weights, new InputNode("mel", _config.Encoder!.Downsample, _config.FrontEnd!.MelBands));
        var graph = new Graph("encoder", latent);
        int[] first = [.. Enumerable.Range(0, workers.Count + 1).Select(w => settings.Sequences * w / workers.Count)];
        _shards = [.. Enumerable.Range(0, workers.Count).Select(w => new Shard(student, graph, settings.Frames, first[w], first[w + 1] - first[w]))];
        Optimizer = new AdamW([.. _shards.Select(s => s.Parameters)], settings.Optimizer, workers, p => p.Name == "quantizer.codebooks" ? CodebookRate : 1);
    }

    /// <summary>How the run goes.</summary>
    public TrainingSettings Settings { get; set; }

    /// <summary>The optimizer with its state.</summary>
    public AdamW Optimizer { get; }

    /// <summary>Gives a fresh student the sharpness with which the scores of a layer's entries differ by about one nat while the latent, of values near one, knows nothing yet.</summary>
    /// <param name="student">The student, its codebooks filled.</param>
    public static void Prepare(Student student)
    {
        QuantizerConfig q = student.Config.Quantizer!;
        ReadOnlySpan<float> books = student.Weights.Read("quantizer.codebooks", q.NumQuantizers, q.CodebookSize, q.Dim);
        var sharpness = new float[q.NumQuantizers];
        for (int layer = 0; layer < sharpness.Length; layer++)
        {
            double squares = FixedOrder.SumOfSquares(books.Slice(layer * q.CodebookSize * q.Dim, q.CodebookSize * q.Dim)) / (double)q.CodebookSize;
            sharpness[layer] = (float)-Math.Log(2 * Math.Sqrt(Math.Max(squares, 1e-6)));
        }

        student.Weights.Set(SharpnessName, [sharpness.Length], sharpness);
    }

    /// <summary>One step.</summary>
    /// <param name="step">Its number: what is drawn and the learning rate depend on it.</param>
    /// <returns>The loss before the step, and the norm of its gradient.</returns>
    public (LossParts Loss, double GradientNorm) Step(long step)
    {
        int layers = _config.NumQuantizers;
        float weight = 1f / (Settings.Sequences * (Settings.Frames - Shard.Unheard(Settings.Frames)) * layers);
        _workers.Run(w => _shards[w].Step(_source, Settings.Seed, step, weight));
        double nats = 0, right = 0;
        foreach (Shard shard in _shards)
        {
            nats += shard.Entropy.Nats.Sum() * weight;
            right += shard.Entropy.Right.Sum() * (double)weight;
        }

        double norm = Optimizer.Step(Settings.RateAt(step));
        WeightsChanged();
        return (new LossParts { Total = nats, CodeBits = nats / Math.Log(2), CodeAgreement = right }, norm);
    }

    /// <summary>To be called after the student's weights changed from outside.</summary>
    public void WeightsChanged()
    {
        foreach (Node node in _shards[0].Encoder.Graph.Nodes)
        {
            node.WeightsChanged();
        }
    }

    private sealed class Shard
    {
        private readonly MelFrontEnd _frontEnd;
        private readonly float[] _samples;
        private readonly int[] _codes;
        private readonly int _layers;
        private readonly int _frames;
        private readonly int _first;
        private readonly int _count;
        private readonly float[] _codebooks;
        private readonly float[] _sharpness;
        private readonly float[] _codebookGradient;
        private readonly float[] _sharpnessGradient;

        public Shard(Student student, Graph encoder, int frames, int first, int count)
        {
            QuantizerConfig q = student.Config.Quantizer!;
            IMatMul matMul = OpenBlas.Fastest;
            (_frames, _layers, _first, _count) = (frames, q.NumQuantizers, first, count);
            Encoder = new BatchExecutor(encoder, count, frames, matMul);
            _frontEnd = new MelFrontEnd(student.Config, student.Weights, frames * student.Config.Encoder!.Downsample, matMul);
            (_samples, _codes) = (new float[_frontEnd.LeftSamples + (frames * student.Config.SamplesPerToken)], new int[count * frames * _layers]);
            Entropy = new CodeEntropy(count * frames, _layers, q.CodebookSize, q.Dim, matMul);
            (_codebooks, _sharpness) = (student.Weights.Read("quantizer.codebooks", _layers, q.CodebookSize, q.Dim), student.Weights.Read(SharpnessName, _layers));
            (_codebookGradient, _sharpnessGradient) = (new float[_codebooks.Length], new float[_layers]);

            // Neither is drawn towards zero: only distances between entries matter.
            Parameters = [.. Encoder.Parameters,
                new ParameterGradient(new Parameter("quantizer.codebooks", _codebooks, false), _codebookGradient), new ParameterGradient(new Parameter(SharpnessName, _sharpness, false), _sharpnessGradient)];
        }

        public BatchExecutor Encoder { get; }

        public CodeEntropy Entropy { get; }

        public IReadOnlyList<ParameterGradient> Parameters { get; }

        // Frames at the beginning that only serve as the past of others: the teacher heard what stands before.
        public static int Unheard(int frames) => Math.Min(4, frames / 4);

        public void Step(HeardCodes source, ulong seed, long step, float weight)
        {
            FloatTensor mel = Encoder.Value("mel");
            int values = _frontEnd.Hops * mel.Channels, codes = _frames * _layers;
            for (int i = 0; i < _count; i++)
            {
                Span<int> own = _codes.AsSpan(i * codes, codes);
                source(seed, step, _first + i, _samples, own);
                own[..(Unheard(_frames) * _layers)].Fill(-1);
                _frontEnd.Compute(_samples, mel.Data.AsSpan(i * values, values));
            }

            Encoder.Forward();
            Encoder.ClearGradients();
            _codebookGradient.AsSpan().Clear();
            _sharpnessGradient.AsSpan().Clear();
            Entropy.Add(Encoder.Value("encoder.proj").Data, _codebooks, _sharpness, _codes, weight, Encoder.Gradient("encoder.proj").Data, _codebookGradient, _sharpnessGradient);
            Encoder.Backward();
        }
    }
}

/// <summary>Fills a sequence of speech and a teacher's codes of it; it depends on its arguments alone. Called by several threads at once.</summary>
/// <param name="seed">Seed of the run.</param>
/// <param name="step">Number of the step.</param>
/// <param name="item">Number of the sequence in its batch.</param>
/// <param name="samples">Receives the samples; what exceeds the frames stands on their left.</param>
/// <param name="codes">Receives [frames, layers], the teacher's first layers.</param>
public delegate void HeardCodes(ulong seed, long step, int item, Span<float> samples, Span<int> codes);
