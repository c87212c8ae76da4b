using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Distillation.Losses;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;

namespace Qwen3Tokenizer.Edge.Tests.Distillation.Losses;

/// <summary>From head rows to the samples of two draws and back: the training graph behind the head, pass by pass.</summary>
internal sealed class HeadChain
{
    private readonly List<(Node Node, NodePass Pass)> _passes = [];
    private readonly Dictionary<Node, FloatTensor> _values = [];
    private readonly Dictionary<Node, FloatTensor> _gradients = [];
    private readonly FloatTensor[] _harmonic = new FloatTensor[2];
    private readonly FloatTensor[] _noise = new FloatTensor[2];
    private readonly FloatTensor _voicing;
    private readonly FloatTensor[] _samples = new FloatTensor[2];
    private readonly FloatTensor[] _slopes = new FloatTensor[2];
    private readonly int _sequences;

    public HeadChain(int sampleRate, int hop, int transform, int knots, double harmonicLimit, int sequences, int frames)
    {
        float[] window = [.. Windows.SqrtHann(2 * hop).Select(w => (float)w)];
        (_sequences, Hop) = (sequences, hop);
        Excitation = new Excitation(sampleRate, transform, window, frames, harmonicLimit);
        int bins = (transform / 2) + 1, rows = sequences * frames;
        double[] place = [.. Enumerable.Range(0, bins).Select(k => MelFilterbank.HertzToMel((double)k * sampleRate / transform) / MelFilterbank.HertzToMel(sampleRate / 2.0) * (knots - 1))];
        int[] index = [.. place.Select(p => Math.Min((int)p, knots - 2))];
        float[] weight = [.. place.Select((p, k) => (float)Math.Min(1, p - index[k]))];

        var head = new InputNode("head", 4, (3 * knots) + 2);
        Head = _values[head] = new FloatTensor(rows, head.Shape.Channels);
        HeadGradient = _gradients[head] = new FloatTensor(rows, head.Shape.Channels);
        Node[] filters = [.. Enumerable.Range(0, 3).Select(part =>
        {
            Node slice = Add(new SliceNode($"slice{part}", head, part * knots, knots, part == 2 ? float.NegativeInfinity : -14, part == 2 ? float.PositiveInfinity : 3), rows);
            return Add(new KnotsNode($"knots{part}", slice, index, weight), rows);
        })];
        var voicing = new InputNode("voicing", 4, 1);
        _voicing = _values[voicing] = new FloatTensor(rows, 1);
        for (int draw = 0; draw < 2; draw++)
        {
            var harmonic = new InputNode($"spectrum.harmonic{draw}", 4, 2 * bins);
            var noise = new InputNode($"spectrum.noise{draw}", 4, 2 * bins);
            _harmonic[draw] = _values[harmonic] = new FloatTensor(rows, 2 * bins);
            _noise[draw] = _values[noise] = new FloatTensor(rows, 2 * bins);
            Node spectrum = Add(new SpectralFilterNode($"spectrum{draw}", harmonic, noise, filters[0], filters[1], filters[2], voicing), rows);
            Node samples = Add(new InverseStftNode($"samples{draw}", spectrum, window, 0), rows);
            (_samples[draw], _slopes[draw]) = (_values[samples], _gradients[samples]);
        }
    }

    public Excitation Excitation { get; }

    public int Hop { get; }

    /// <summary>Samples of a sequence that are compared: from the first to the last frame's centre.</summary>
    public int Compared => (Excitation.Frames - 1) * Hop;

    public FloatTensor Head { get; }

    public FloatTensor HeadGradient { get; }

    public Span<float> Samples(int sequence, int draw) => Part(_samples[draw], sequence);

    public Span<float> Gradient(int sequence, int draw) => Part(_slopes[draw], sequence);

    public void SetExcitation(int sequence, int draw, ReadOnlySpan<float> pitch, float start, ReadOnlySpan<float> noise)
    {
        int frames = Excitation.Frames, length = frames * Excitation.Channels;
        Excitation.Compute(
            pitch, start, noise, _harmonic[draw].Data.AsSpan(sequence * length, length), _noise[draw].Data.AsSpan(sequence * length, length), _voicing.Data.AsSpan(sequence * frames, frames));
    }

    /// <summary>Computes the samples; all gradients are zero afterwards.</summary>
    public void Forward()
    {
        foreach ((Node node, NodePass pass) in _passes)
        {
            node.ForwardBatch(pass);
        }

        foreach (FloatTensor gradient in _gradients.Values)
        {
            gradient.Data.AsSpan().Clear();
        }
    }

    public void Backward()
    {
        for (int i = _passes.Count - 1; i >= 0; i--)
        {
            _passes[i].Node.Backward(_passes[i].Pass);
        }
    }

    private Node Add(Node node, int rows)
    {
        _values[node] = new FloatTensor(rows, node.Shape.Channels);
        _gradients[node] = new FloatTensor(rows, node.Shape.Channels);
        var pass = new NodePass(
            _sequences, [.. node.Inputs.Select(i => _values[i])], _values[node], _gradients[node], [.. node.Inputs.Select(i => _gradients.GetValueOrDefault(i))], [], new ManagedMatMul());
        _passes.Add((node, pass));
        return node;
    }

    private Span<float> Part(FloatTensor tensor, int sequence) => tensor.Data.AsSpan((sequence * Excitation.Frames * Hop) + Hop, Compared);
}
