using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>
/// Source-filter product in the frequency domain: Y = (voiced ? H * exp(a + j p) : 0) + N * exp(n), with the imaginary part at 0 Hz and at half the sample rate dropped.
/// </summary>
public sealed class SpectralFilterNode : Node
{
    /// <summary>Creates the node.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="harmonic">H: [rows, 2 bins] complex spectrum of the harmonic source.</param>
    /// <param name="noise">N: [rows, 2 bins] complex spectrum of the noise source.</param>
    /// <param name="harmonicLog">a: [rows, bins] natural log magnitude.</param>
    /// <param name="noiseLog">n: [rows, bins] natural log magnitude.</param>
    /// <param name="phase">p: [rows, bins] radians.</param>
    /// <param name="voicing">[rows, 1]: voiced when positive.</param>
    public SpectralFilterNode(string name, Node harmonic, Node noise, Node harmonicLog, Node noiseLog, Node phase, Node voicing)
        : base(name, [harmonic, noise, harmonicLog, noiseLog, phase, voicing], harmonic.Shape)
    {
        var half = new TensorShape(harmonic.Shape.Rows, harmonic.Shape.Channels / 2);
        Require(noise.Shape == harmonic.Shape, $"has spectra of shape {harmonic.Shape} and {noise.Shape}");
        Require(harmonicLog.Shape == half && noiseLog.Shape == half && phase.Shape == half, $"has filters of shape {harmonicLog.Shape}, {noiseLog.Shape}, {phase.Shape}, {half} was expected");
        Require(voicing.Shape == new TensorShape(half.Rows, 1), $"has voicing of shape {voicing.Shape}");
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul)
    {
        int bins = Shape.Channels / 2;
        for (int row = 0; row < output.Rows; row++)
        {
            ReadOnlySpan<float> h = inputs[0].Row(row), n = inputs[1].Row(row), a = inputs[2].Row(row), b = inputs[3].Row(row), p = inputs[4].Row(row);
            Span<float> y = output.Row(row);
            bool voiced = inputs[5].Data[row] > 0;
            for (int k = 0; k < bins; k++)
            {
                double gain = Math.Exp(b[k]), re = n[2 * k] * gain, im = n[(2 * k) + 1] * gain;
                if (voiced)
                {
                    double magnitude = Math.Exp(a[k]);
                    (double sine, double cosine) = Math.SinCos(p[k]);
                    re += magnitude * ((h[2 * k] * cosine) - (h[(2 * k) + 1] * sine));
                    im += magnitude * ((h[2 * k] * sine) + (h[(2 * k) + 1] * cosine));
                }

                y[2 * k] = (float)re;
                y[(2 * k) + 1] = k == 0 || k == bins - 1 ? 0 : (float)im;
            }
        }
    }
}
