using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>The source-filter head of the edge codec (edge-codec.md, section 6) out of primitives: head rows to samples.</summary>
internal static class SourceFilterHead
{
    /// <summary>Appends the synthesis behind the head rows <paramref name="head"/>; the result is named "samples".</summary>
    public static Node Append(IWeightSource weights, Node head, DecoderConfig config)
    {
        int knots = config.Knots, bins = (config.FftLength / 2) + 1;
        float low = (float)config.LogMagnitudeMin, high = (float)config.LogMagnitudeMax;
        float[] window = weights.Read("decoder.window", config.WindowLength);
        (int[] index, float[] weight) = Sparse(weights.Read("decoder.knots", bins, knots), bins, knots, weights.Origin);

        Node pitch = new SliceNode("head.pitch", head, 3 * knots, 1);
        Node voicing = new SliceNode("head.voicing", head, (3 * knots) + 1, 1);
        Node harmonic = new OscillatorNode(
            "source.harmonic", pitch, voicing, config.Hop, config.SampleRate, config.PitchReference, config.PitchMin, config.PitchMax, config.HarmonicMaxFrequency, config.DirichletEpsilon);
        Node noise = new NoiseNode("source.noise", head, config.Hop, (uint)config.NoiseSeed);

        // Frame t-1 is complete when stretch t is known: the sources run one row ahead of the filters.
        Node Filter(string name, int part, float from, float to) =>
            new KnotsNode($"filter.{name}", new DelayNode($"head.{name}.delayed", new SliceNode($"head.{name}", head, part * knots, knots, from, to), 1), index, weight);
        Node spectrum = new SpectralFilterNode(
            "filter.spectrum",
            new StftNode("spectrum.harmonic", harmonic, window, config.FftLength),
            new StftNode("spectrum.noise", noise, window, config.FftLength),
            Filter("harmonic", 0, low, high),
            Filter("noise", 1, low, high),
            Filter("phase", 2, float.NegativeInfinity, float.PositiveInfinity),
            new DelayNode("head.voicing.delayed", voicing, 1));
        return new InverseStftNode("samples", spectrum, window, mute: 1);
    }

    /// <summary>
    /// Appends the filters alone, without the sources: row t of the result is the hop that frame t completes, when it stands before the overlap of the next. For training, where the spectra of the sources are given.
    /// </summary>
    /// <param name="weights">The window and the knots.</param>
    /// <param name="head">Head rows.</param>
    /// <param name="config">The decoder.</param>
    /// <param name="voicing">[hops, 1]: voiced when positive.</param>
    /// <param name="sources">For every draw of the sources the spectra of the harmonic one and of the noise, each [hops, n_fft + 2].</param>
    /// <returns>For every draw the node "samples.i".</returns>
    public static Node[] AppendGiven(IWeightSource weights, Node head, DecoderConfig config, Node voicing, params IReadOnlyList<(Node Harmonic, Node Noise)> sources)
    {
        int knots = config.Knots, bins = (config.FftLength / 2) + 1;
        float[] window = weights.Read("decoder.window", config.WindowLength);
        (int[] index, float[] weight) = Sparse(weights.Read("decoder.knots", bins, knots), bins, knots, weights.Origin);
        Node Filter(string name, int part, float from, float to) =>
            new KnotsNode($"filter.{name}", new SliceNode($"head.{name}", head, part * knots, knots, from, to), index, weight);
        (float low, float high) = ((float)config.LogMagnitudeMin, (float)config.LogMagnitudeMax);
        Node harmonic = Filter("harmonic", 0, low, high), noise = Filter("noise", 1, low, high), phase = Filter("phase", 2, float.NegativeInfinity, float.PositiveInfinity);
        return [.. sources.Select((s, i) => (Node)new InverseStftNode(
            $"samples.{i}", new SpectralFilterNode($"filter.spectrum.{i}", s.Harmonic, s.Noise, harmonic, noise, phase, voicing), window, mute: 0))];
    }

    // The stored matrix has at most two neighbouring non-zero entries a row, which add to one.
    private static (int[] Index, float[] Weight) Sparse(float[] matrix, int bins, int knots, string file)
    {
        var index = new int[bins];
        var weight = new float[bins];
        for (int k = 0; k < bins; k++)
        {
            ReadOnlySpan<float> row = matrix.AsSpan(k * knots, knots);
            int left = 0;
            while (left < knots - 2 && row[left] == 0)
            {
                left++;
            }

            float sum = row[left] + row[left + 1];
            bool rest = row[(left + 2)..].ContainsAnyExcept(0f);
            if (rest || Math.Abs(sum - 1) > 1e-5 || row[left + 1] is < 0 or > 1)
            {
                throw new ModelFormatException($"{file}: decoder.knots: row {k} is not a linear interpolation between two neighbouring knots.");
            }

            (index[k], weight[k]) = (left, row[left + 1]);
        }

        return (index, weight);
    }
}
