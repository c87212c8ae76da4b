using System.Numerics.Tensors;
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

    /// <inheritdoc/>
    public override void ForwardBatch(NodePass pass)
    {
        FloatTensor[] x = pass.Inputs;
        int bins = Shape.Channels / 2, rows = pass.Output.Rows;
        float[] voices = pass.Scratch(0, rows * 2 * bins), gains = pass.Scratch(1, rows * bins);
        for (int row = 0; row < rows; row++)
        {
            Span<float> y = pass.Output.Row(row), gain = gains.AsSpan(row * bins, bins);
            FixedMath.Exp(x[3].Row(row), gain);
            InterleavedSpectrum.Scale(x[1].Row(row), gain, y);
            if (x[5].Data[row] > 0)
            {
                Span<float> voice = voices.AsSpan(row * 2 * bins, 2 * bins);
                InterleavedSpectrum.Filter(x[0].Row(row), x[2].Row(row), x[4].Row(row), voice);
                TensorPrimitives.Add(y, voice, y);
            }

            (y[1], y[^1]) = (0, 0);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// With S = H exp(a + j p), T = N exp(n) and the gradient g by real and imaginary part: by a it is Re(conj(g) S), by p Im(conj(g) S), by n Re(conj(g) T).
    /// Sources and voicing are taken as constants.
    /// </remarks>
    /// <exception cref="NotSupportedException">A gradient by a source or by the voicing is wanted.</exception>
    public override void Backward(NodePass pass)
    {
        if (pass.InputGradients[0] is not null || pass.InputGradients[1] is not null || pass.InputGradients[5] is not null)
        {
            throw new NotSupportedException($"Node '{Name}' ({GetType().Name}) gives no gradient by its sources and its voicing.");
        }

        int bins = Shape.Channels / 2;
        float[] voices = pass.Scratch(0, 0), gains = pass.Scratch(1, 0);
        Span<float> dy = pass.Scratch(2, 2 * bins).AsSpan(0, 2 * bins), unwanted = pass.Scratch(3, bins).AsSpan(0, bins);
        for (int row = 0; row < pass.Output.Rows; row++)
        {
            pass.OutputGradient!.Row(row).CopyTo(dy);
            (dy[1], dy[^1]) = (0, 0);
            if (pass.InputGradients[3] is { } noise)
            {
                InterleavedSpectrum.AddGainGradient(dy, pass.Inputs[1].Row(row), gains.AsSpan(row * bins, bins), noise.Row(row));
            }

            FloatTensor? magnitude = pass.InputGradients[2], phase = pass.InputGradients[4];
            if (pass.Inputs[5].Data[row] > 0 && (magnitude ?? phase) is not null)
            {
                ReadOnlySpan<float> voice = voices.AsSpan(row * 2 * bins, 2 * bins);
                InterleavedSpectrum.AddFilterGradient(dy, voice, magnitude is null ? unwanted : magnitude.Row(row), phase is null ? unwanted : phase.Row(row));
            }
        }
    }
}
