using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>
/// Pulse-like excitation of a voice: the sum of all harmonics below a limit, of equal amplitude and unit power, with a running phase.
/// Row t is the stretch between the centres of head rows t-1 and t; the pitch runs linearly between them.
/// e = sqrt(2/N) * sum_{h=1..N} cos(2 pi h phi), by the Dirichlet kernel. The pitch is rounded to float32, the phase is kept in
/// double precision. See edge-codec.md, section 6.
/// </summary>
public sealed class OscillatorNode : Node
{
    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="pitch">[rows, 1]: u, log2(f0 / <paramref name="reference"/>).</param>
    /// <param name="voicing">[rows, 1]: voiced when positive.</param>
    /// <param name="hop">Samples per row.</param>
    /// <param name="sampleRate">Hz.</param>
    /// <param name="reference">Hz of u = 0.</param>
    /// <param name="minimum">Lowest pitch, Hz.</param>
    /// <param name="maximum">Highest pitch, Hz.</param>
    /// <param name="harmonicLimit">No harmonic above, Hz.</param>
    /// <param name="dirichletEpsilon">Where |sin(pi phi)| is below, the kernel is its limit 2N + 1.</param>
    public OscillatorNode(string name, Node pitch, Node voicing, int hop, int sampleRate, double reference, double minimum, double maximum, double harmonicLimit, double dirichletEpsilon)
        : base(name, [pitch, voicing], new TensorShape(pitch.Shape.Rows, hop))
    {
        Require(pitch.Shape.Channels == 1 && voicing.Shape == pitch.Shape, $"takes one pitch and one voicing a row, not {pitch.Shape} and {voicing.Shape}");
        Require(sampleRate > 0 && reference > 0 && minimum > 0 && maximum >= minimum && harmonicLimit >= maximum && harmonicLimit <= sampleRate / 2.0, $"its frequencies {reference}, {minimum}..{maximum}, {harmonicLimit} Hz at {sampleRate} Hz do not fit together");
        Require(dirichletEpsilon is > 0 and < 1, $"dirichlet epsilon {dirichletEpsilon} must lie between 0 and 1");
        (SampleRate, Reference, Minimum, Maximum, HarmonicLimit, DirichletEpsilon) = (sampleRate, reference, minimum, maximum, harmonicLimit, dirichletEpsilon);
    }

    /// <summary>Hz.</summary>
    public int SampleRate { get; }

    /// <summary>Hz of u = 0.</summary>
    public double Reference { get; }

    /// <summary>Lowest pitch, Hz.</summary>
    public double Minimum { get; }

    /// <summary>Highest pitch, Hz.</summary>
    public double Maximum { get; }

    /// <summary>No harmonic above, Hz.</summary>
    public double HarmonicLimit { get; }

    /// <summary>Where the Dirichlet kernel is its limit.</summary>
    public double DirichletEpsilon { get; }

    /// <inheritdoc/>
    public override object CreateState() => new Phase();

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        var phase = (Phase)state!;
        for (int row = 0; row < output.Rows; row++)
        {
            double f0 = (float)Math.Clamp(Reference * Math.Pow(2, inputs[0].Data[row]), Minimum, Maximum);
            bool voiced = inputs[1].Data[row] > 0;
            if (!phase.Started)
            {
                (phase.Started, phase.F0, phase.Voiced) = (true, f0, voiced);
            }

            if (phase.Voiced || voiced)
            {
                double left = phase.Voiced ? phase.F0 : f0;
                Stretch(left, voiced ? f0 : left, output.Row(row), phase);
            }

            (phase.F0, phase.Voiced) = (f0, voiced);
        }
    }

    private void Stretch(double left, double right, Span<float> samples, Phase phase)
    {
        double phi = phase.Turns;
        for (int i = 0; i < samples.Length; i++)
        {
            double f = left + ((right - left) * i / samples.Length);
            phi += f / SampleRate;
            phi -= Math.Round(phi);
            double n = Math.Floor(HarmonicLimit / f), sine = Math.Sin(Math.PI * phi);
            double kernel = Math.Abs(sine) < DirichletEpsilon ? (2 * n) + 1 : Math.Sin(((2 * n) + 1) * Math.PI * phi) / sine;
            samples[i] = (float)(Math.Sqrt(2 / n) * 0.5 * (kernel - 1));
        }

        phase.Turns = phi;
    }

    private sealed class Phase
    {
        public bool Started;
        public double F0;
        public bool Voiced;
        public double Turns;
    }
}
