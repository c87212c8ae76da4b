using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Losses;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// One thread's share of a batch for a decoder with the source-filter head: two draws of the synthesis behind the head, driven by the target's pitch, and the loss on them. The pitch that the head
/// gives learns from the target's, not through the oscillator (edge-codec.md, section 13).
/// </summary>
public sealed class SynthesisShard
{
    private const int Draws = 2;

    private readonly DecoderConfig _config;
    private readonly Excitation _excitation;
    private readonly EnergyDistance _distance;
    private readonly PitchLoss _pitchLoss;
    private readonly float[] _noise;
    private readonly int _rows;

    /// <summary>Prepares a share.</summary>
    /// <param name="config">The student.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="head">The head rows.</param>
    /// <param name="sequences">Sequences of the share.</param>
    /// <param name="settings">How training goes.</param>
    /// <param name="matMul">Matrix products.</param>
    /// <param name="trains">Which nodes' parameters want gradients; null for all.</param>
    /// <param name="wanted">Inputs whose gradients are wanted too.</param>
    public SynthesisShard(EdgeModelConfig config, IWeightSource weights, Node head, int sequences, TrainingSettings settings, IMatMul matMul, Func<Node, bool>? trains = null, params IReadOnlyList<string> wanted)
    {
        _config = config.Decoder;
        int frames = settings.Frames;
        int hops = _config.Upsample;
        _rows = frames * hops;
        Node voicing = new InputNode("voicing", hops, 1);
        (Node, Node)[] sources = [.. Enumerable.Range(0, Draws).Select(d =>
            ((Node)new InputNode(Harmonic(d), hops, _config.FftLength + 2), (Node)new InputNode(Noise(d), hops, _config.FftLength + 2)))];
        Node heard = settings.VoicedNoise ? new VoicedNoiseNode("heard", head, voicing, _config.Knots) : head;
        Executor = new BatchExecutor(
            new Graph("training", [head, .. EdgeCodecGraphs.Synthesis(config, weights, heard, voicing, sources)]), sequences, frames, matMul, trains, wanted);
        HeadName = head.Name;
        _excitation = new Excitation(_config.SampleRate, _config.FftLength, weights.Read("decoder.window", _config.WindowLength), _rows, _config.HarmonicMaxFrequency, _config.PitchReference, _config.DirichletEpsilon);
        TargetSamples = (_rows - 1) * _config.Hop;
        _distance = new EnergyDistance(new SpectralDistance(_config.SampleRate, SpectralScale.Defaults(_config.SampleRate), TargetSamples));
        _pitchLoss = new PitchLoss(3 * _config.Knots, (3 * _config.Knots) + 1, _config.PitchReference, settings.PitchWeight);
        _noise = new float[_excitation.Samples];
        Items = [.. Enumerable.Range(0, sequences).Select(_ => new TrainingItem(frames, hops, TargetSamples, config.NumQuantizers))];
    }

    /// <summary>The network with its gradients.</summary>
    public BatchExecutor Executor { get; }

    /// <summary>The sequences, to be filled before a step.</summary>
    public IReadOnlyList<TrainingItem> Items { get; }

    /// <summary>Samples of a target.</summary>
    public int TargetSamples { get; }

    /// <summary>Name of the head's node.</summary>
    public string HeadName { get; }

    /// <summary>Draws the sources for the sequences' pitch.</summary>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="firstItem">Number of the share's first sequence in the batch.</param>
    public void DrawSources(ulong seed, long step, int firstItem)
    {
        int values = _rows * (_config.FftLength + 2);
        for (int i = 0; i < Items.Count; i++)
        {
            for (int d = 0; d < Draws; d++)
            {
                float phase = ExcitationNoise.Fill(seed, step, firstItem + i, d, _noise);
                _excitation.Compute(
                    Items[i].Pitch,
                    phase,
                    _noise,
                    Executor.Value(Harmonic(d)).Data.AsSpan(i * values, values),
                    Executor.Value(Noise(d)).Data.AsSpan(i * values, values),
                    Executor.Value("voicing").Data.AsSpan(i * _rows, _rows));
            }
        }
    }

    /// <summary>Voiced rows of the share, for the denominator of the whole batch.</summary>
    public int CountVoiced() => Items.Sum(i => PitchLoss.CountVoiced(i.Pitch.AsSpan(0, _rows)));

    /// <summary>The loss after a forward pass; fills the gradients of head and draws, which must be clear.</summary>
    /// <param name="sequences">Sequences of the whole batch.</param>
    /// <param name="voiced">Voiced rows of the whole batch.</param>
    public LossParts AddLoss(int sequences, int voiced)
    {
        float scale = 1f / sequences;
        int samples = _rows * _config.Hop, hop = _config.Hop;
        FloatTensor head = Executor.Value(HeadName), headGradient = Executor.Gradient(HeadName);
        double energy = 0, distance = 0;
        PitchLossValue pitch = default;
        for (int i = 0; i < Items.Count; i++)
        {
            // The first hop stands before the centre of the first row.
            int at = (i * samples) + hop;
            Span<float> Part(string name, bool gradient) => (gradient ? Executor.Gradient(name) : Executor.Value(name)).Data.AsSpan(at, TargetSamples);
            energy += scale * _distance.Add(Items[i].Target, Part("samples.0", false), Part("samples.1", false), scale, Part("samples.0", true), Part("samples.1", true));
            distance += scale * _distance.ToTarget;
            int row = i * _rows * head.Channels, count = _rows * head.Channels;
            pitch += _pitchLoss.Add(head.Data.AsSpan(row, count), head.Channels, Items[i].Pitch.AsSpan(0, _rows), voiced, sequences * _rows, headGradient.Data.AsSpan(row, count));
        }

        return new LossParts(energy + pitch.Total, energy, distance, pitch.Octaves, pitch.Entropy, pitch.Agreement, 0);
    }

    private static string Harmonic(int draw) => $"spectrum.harmonic.{draw}";

    private static string Noise(int draw) => $"spectrum.noise.{draw}";
}
