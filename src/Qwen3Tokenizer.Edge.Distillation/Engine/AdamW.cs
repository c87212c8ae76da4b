using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Distillation.Engine;

/// <summary>Settings of <see cref="AdamW"/>.</summary>
/// <param name="Beta1">Decay of the first moment.</param>
/// <param name="Beta2">Decay of the second moment.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="WeightDecay">Decoupled decay of matrices, per unit of learning rate.</param>
/// <param name="ClipNorm">Greatest norm of the whole gradient; a longer one is shortened to it (Pascanu et al. 2013).</param>
/// <param name="AverageDecay">Decay of the moving average of the weights; it begins shorter, at (1 + n) / (10 + n) in step n.</param>
public sealed record AdamWSettings(double Beta1 = 0.9, double Beta2 = 0.98, double Epsilon = 1e-8, double WeightDecay = 0.01, double ClipNorm = 2, double AverageDecay = 0.999);

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, "Decoupled weight decay regularization") with clipping of the gradient and a moving average of the weights (Polyak and Juditsky 1992), which is what is saved.
/// Gradients come from several executors of the same graph and are added in their order.
/// </summary>
public sealed class AdamW
{
    private readonly Slot[] _slots;
    private readonly Workers _workers;

    /// <summary>Creates the optimizer, its moments zero and its average the weights as they are.</summary>
    /// <param name="gradients">For every executor its parameters with gradients, all in the same order.</param>
    /// <param name="settings">Settings.</param>
    /// <param name="workers">Threads.</param>
    /// <param name="rateOf">Factor of the learning rate for a parameter; null for 1.</param>
    public AdamW(IReadOnlyList<IReadOnlyList<ParameterGradient>> gradients, AdamWSettings settings, Workers workers, Func<Parameter, double>? rateOf = null)
    {
        (Settings, _workers) = (settings, workers);
        _slots = [.. Enumerable.Range(0, gradients[0].Count).Select(i => new Slot(
            gradients[0][i].Parameter, [.. gradients.Select(g => g[i].Gradient)], (float)(rateOf?.Invoke(gradients[0][i].Parameter) ?? 1)))];
    }

    /// <summary>Settings.</summary>
    public AdamWSettings Settings { get; }

    /// <summary>Steps done.</summary>
    public long Steps { get; set; }

    /// <summary>State by parameter name: first moment, second moment, average of the weights; the arrays themselves, for checkpoints.</summary>
    public IEnumerable<(string Name, float[] First, float[] Second, float[] Average)> State => _slots.Select(s => (s.Parameter.Name, s.First, s.Second, s.Average));

    /// <summary>The moving average of a parameter's values; null when they are not trained here.</summary>
    /// <param name="values">The parameter's own array.</param>
    public float[]? AverageOf(float[] values) => Array.Find(_slots, s => s.Parameter.Values.Array == values)?.Average;

    /// <summary>Adds the executors' gradients up, clips them and changes the weights.</summary>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <returns>Norm of the gradient before clipping. Where it is not finite nothing was changed and the step does not count.</returns>
    public double Step(double learningRate)
    {
        var squares = new double[_slots.Length];
        _workers.Run(worker =>
        {
            foreach (int i in Mine(worker))
            {
                squares[i] = _slots[i].Gather();
            }
        });
        double norm = Math.Sqrt(squares.Sum());
        if (!double.IsFinite(norm))
        {
            return norm;
        }

        Steps++;
        float clip = (float)(Settings.ClipNorm / Math.Max(norm, Settings.ClipNorm)), decay = (float)Math.Min(Settings.AverageDecay, (1.0 + Steps) / (10 + Steps));
        _workers.Run(worker =>
        {
            foreach (int i in Mine(worker))
            {
                _slots[i].Update(Settings, learningRate, Steps, clip, decay);
            }
        });
        return norm;
    }

    /// <summary>Lets the average begin again at the weights as they are.</summary>
    public void RestartAverage()
    {
        foreach (Slot slot in _slots)
        {
            slot.Parameter.Values.AsSpan().CopyTo(slot.Average);
        }
    }

    /// <summary>Puts the average in the weights' place and the other way round: for measuring in the middle of a run.</summary>
    public void SwapAverage()
    {
        foreach (Slot slot in _slots)
        {
            Span<float> values = slot.Parameter.Values;
            for (int i = 0; i < values.Length; i++)
            {
                (values[i], slot.Average[i]) = (slot.Average[i], values[i]);
            }
        }
    }

    // Large tensors first, dealt in turn: a fixed share for every thread.
    private IEnumerable<int> Mine(int worker) =>
        Enumerable.Range(0, _slots.Length).OrderByDescending(i => _slots[i].First.Length).ThenBy(i => i).Where((_, rank) => rank % _workers.Count == worker);

    private sealed class Slot(Parameter parameter, float[][] gradients, float rate)
    {
        public Parameter Parameter { get; } = parameter;

        public float[] First { get; } = new float[parameter.Values.Count];

        public float[] Second { get; } = new float[parameter.Values.Count];

        public float[] Average { get; } = [.. parameter.Values];

        // Adds all gradients into the first; returns the sum of squares.
        public double Gather()
        {
            foreach (float[] other in gradients.AsSpan(1))
            {
                TensorPrimitives.Add(gradients[0], other, gradients[0]);
            }

            return FixedOrder.SumOfSquares(gradients[0]);
        }

        public void Update(AdamWSettings settings, double learningRate, long step, float clip, float averageDecay)
        {
            double actual = learningRate * rate;
            float beta1 = (float)settings.Beta1, beta2 = (float)settings.Beta2, epsilon = (float)settings.Epsilon;
            float size = (float)(actual / (1 - Math.Pow(settings.Beta1, step))), root = (float)(1 / Math.Sqrt(1 - Math.Pow(settings.Beta2, step)));
            float keep = Parameter.IsMatrix ? (float)(1 - (actual * settings.WeightDecay)) : 1;
            Span<float> values = Parameter.Values;
            ref float g = ref MemoryMarshal.GetArrayDataReference(gradients[0]), m = ref MemoryMarshal.GetArrayDataReference(First), v = ref MemoryMarshal.GetArrayDataReference(Second);
            ref float a = ref MemoryMarshal.GetArrayDataReference(Average), w = ref MemoryMarshal.GetReference(values);
            int whole = values.Length - (values.Length % Vector256<float>.Count);
            for (int i = 0; i < whole; i += Vector256<float>.Count)
            {
                nuint n = (nuint)i;
                Vector256<float> gradient = Vector256.LoadUnsafe(ref g, n) * clip;
                Vector256<float> first = Vector256.LoadUnsafe(ref m, n), second = Vector256.LoadUnsafe(ref v, n), average = Vector256.LoadUnsafe(ref a, n);
                first += (gradient - first) * (1 - beta1);
                second += ((gradient * gradient) - second) * (1 - beta2);
                Vector256<float> weight = (Vector256.LoadUnsafe(ref w, n) * keep) - (first * size / ((Vector256.Sqrt(second) * root) + Vector256.Create(epsilon)));
                average += (weight - average) * (1 - averageDecay);
                first.StoreUnsafe(ref m, n);
                second.StoreUnsafe(ref v, n);
                weight.StoreUnsafe(ref w, n);
                average.StoreUnsafe(ref a, n);
            }

            for (int i = whole; i < values.Length; i++)
            {
                float gradient = gradients[0][i] * clip;
                First[i] += (gradient - First[i]) * (1 - beta1);
                Second[i] += ((gradient * gradient) - Second[i]) * (1 - beta2);
                values[i] = (values[i] * keep) - (First[i] * size / ((MathF.Sqrt(Second[i]) * root) + epsilon));
                Average[i] += (values[i] - Average[i]) * (1 - averageDecay);
            }
        }
    }
}
