using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Compiler.Lowering.Simulation;

/// <summary>
/// What an integer operation does to a real value when it stores it: <c>g = floor(x * first + 1/2)</c>, <c>q = clamp(floor(g * gain + 1/2) + zero, low, high)</c>, value <c>(q - zero) * step</c>, channel by channel.
/// Its gradient is that of the identity inside the range and zero outside (the straight-through estimator of Bengio, Leonard and Courville 2013, clipped).
/// </summary>
public sealed class RoundingNode : Node
{
    private readonly float[] _first;
    private readonly float[] _steps;
    private float _gain = 1;
    private float _low;
    private float _high;

    /// <summary>Creates a node; <see cref="Set"/> gives it its grid.</summary>
    /// <param name="name">Node name.</param>
    /// <param name="input">The value before it is stored.</param>
    public RoundingNode(string name, Node input)
        : base(name, [input], input.Shape) => (_first, _steps) = (new float[Shape.Channels], new float[Shape.Channels]);

    /// <summary>Changes the grid, while nothing runs.</summary>
    /// <param name="first">Integers of the first rounding for one real unit: one for every channel, or for all.</param>
    /// <param name="gain">Integers of the second rounding for one of the first; 1 where there is no second.</param>
    /// <param name="steps">Real value of one integer: one for every channel, or for all.</param>
    /// <param name="low">Least integer above the zero point's.</param>
    /// <param name="high">Greatest integer above the zero point's.</param>
    public void Set(ReadOnlySpan<double> first, double gain, ReadOnlySpan<double> steps, int low, int high)
    {
        for (int c = 0; c < _steps.Length; c++)
        {
            _first[c] = (float)first[first.Length == 1 ? 0 : c];
            _steps[c] = (float)steps[steps.Length == 1 ? 0 : c];
        }

        (_gain, _low, _high) = ((float)gain, low, high);
    }

    /// <inheritdoc/>
    public override void Forward(IReadOnlyList<FloatTensor> inputs, FloatTensor output, object? state, IMatMul matMul) => Round(inputs[0], output);

    /// <inheritdoc/>
    public override void ForwardBatch(NodePass pass) => Round(pass.Inputs[0], pass.Output);

    /// <inheritdoc/>
    public override void Backward(NodePass pass)
    {
        if (pass.InputGradients[0] is not { } dx)
        {
            return;
        }

        for (int row = 0; row < dx.Rows; row++)
        {
            ref float x = ref MemoryMarshal.GetReference(pass.Inputs[0].Row(row)), from = ref MemoryMarshal.GetReference(pass.OutputGradient!.Row(row)), to = ref MemoryMarshal.GetReference(dx.Row(row));
            int whole = _steps.Length - (_steps.Length % Vector256<float>.Count);
            for (int c = 0; c < whole; c += Vector256<float>.Count)
            {
                nuint n = (nuint)c;
                Vector256<float> q = Integers(Vector256.LoadUnsafe(ref x, n), Vector256.LoadUnsafe(ref _first[0], n));
                Vector256<float> inside = Vector256.GreaterThanOrEqual(q, Vector256.Create(_low)) & Vector256.LessThanOrEqual(q, Vector256.Create(_high));
                (Vector256.LoadUnsafe(ref to, n) + (Vector256.LoadUnsafe(ref from, n) & inside)).StoreUnsafe(ref to, n);
            }

            for (int c = whole; c < _steps.Length; c++)
            {
                float q = Integer(pass.Inputs[0].Row(row)[c], c);
                dx.Row(row)[c] += q >= _low && q <= _high ? pass.OutputGradient!.Row(row)[c] : 0;
            }
        }
    }

    private void Round(FloatTensor input, FloatTensor output)
    {
        for (int row = 0; row < output.Rows; row++)
        {
            ref float x = ref MemoryMarshal.GetReference(input.Row(row)), y = ref MemoryMarshal.GetReference(output.Row(row));
            int whole = _steps.Length - (_steps.Length % Vector256<float>.Count);
            for (int c = 0; c < whole; c += Vector256<float>.Count)
            {
                nuint n = (nuint)c;
                Vector256<float> q = Integers(Vector256.LoadUnsafe(ref x, n), Vector256.LoadUnsafe(ref _first[0], n));
                (Vector256.Min(Vector256.Max(q, Vector256.Create(_low)), Vector256.Create(_high)) * Vector256.LoadUnsafe(ref _steps[0], n)).StoreUnsafe(ref y, n);
            }

            for (int c = whole; c < _steps.Length; c++)
            {
                output.Row(row)[c] = Math.Clamp(Integer(input.Row(row)[c], c), _low, _high) * _steps[c];
            }
        }
    }

    private Vector256<float> Integers(Vector256<float> x, Vector256<float> first)
    {
        Vector256<float> half = Vector256.Create(0.5f), g = Vector256.Floor((x * first) + half);
        return _gain == 1 ? g : Vector256.Floor((g * Vector256.Create(_gain)) + half);
    }

    private float Integer(float x, int channel)
    {
        float g = MathF.Floor((x * _first[channel]) + 0.5f);
        return _gain == 1 ? g : MathF.Floor((g * _gain) + 0.5f);
    }
}
