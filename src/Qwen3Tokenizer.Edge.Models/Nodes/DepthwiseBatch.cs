using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>
/// A causal depthwise convolution over a batch: y[t, c] = bias[c] + sum_j taps[j, c] * x[t - (k-1-j) * dilation, c], zeros before each sequence, and its gradients.
/// Eight channels at a time go through a whole sequence, so that taps and their gradients stay in the nearest memory.
/// </summary>
internal static class DepthwiseBatch
{
    private static readonly int Lanes = Vector256<float>.Count;

    public static void Forward(NodePass pass, float[] taps, float[] bias, int kernel, int dilation)
    {
        (int channels, int rows) = (pass.Output.Channels, pass.Output.Rows / pass.Sequences);
        ReadOnlySpan<float> x = pass.Inputs[0].Data;
        Span<float> y = pass.Output.Data;
        Span<Vector256<float>> w = stackalloc Vector256<float>[kernel];
        for (int s = 0; s < pass.Sequences; s++)
        {
            for (int c = 0; c < channels; c += Lanes)
            {
                LoadTaps(taps, channels, c, w);
                Vector256<float> first = bias.Length == 0 ? default : Load(bias, c, channels - c);
                for (int t = 0; t < rows; t++)
                {
                    Vector256<float> sum = first;
                    for (int j = Math.Max(0, kernel - 1 - (t / dilation)); j < kernel; j++)
                    {
                        int from = (((s * rows) + t - ((kernel - 1 - j) * dilation)) * channels) + c;
                        sum = Vector256.FusedMultiplyAdd(Load(x, from, channels - c), w[j], sum);
                    }

                    Store(sum, y, (((s * rows) + t) * channels) + c, channels - c);
                }
            }
        }
    }

    public static void Backward(NodePass pass, float[] taps, int kernel, int dilation)
    {
        (int channels, int rows) = (pass.Output.Channels, pass.Output.Rows / pass.Sequences);
        ReadOnlySpan<float> x = pass.Inputs[0].Data, dy = pass.OutputGradient!.Data;
        Span<float> dx = pass.InputGradients[0] is { } input ? input.Data : [];
        bool trains = pass.ParameterGradients.Length > 0;
        Span<Vector256<float>> w = stackalloc Vector256<float>[kernel], dw = stackalloc Vector256<float>[kernel];
        for (int c = 0; c < channels; c += Lanes)
        {
            int left = channels - c;
            LoadTaps(taps, channels, c, w);
            dw.Clear();
            Vector256<float> db = default;
            for (int row = 0; row < pass.Output.Rows; row++)
            {
                int t = row % rows;
                Vector256<float> g = Load(dy, (row * channels) + c, left);
                db += g;
                for (int j = Math.Max(0, kernel - 1 - (t / dilation)); j < kernel && trains; j++)
                {
                    dw[j] = Vector256.FusedMultiplyAdd(g, Load(x, ((row - ((kernel - 1 - j) * dilation)) * channels) + c, left), dw[j]);
                }

                if (dx.Length > 0)
                {
                    // Row t is read by the rows t + (k-1-j) * dilation.
                    int place = (row * channels) + c;
                    Vector256<float> sum = Load(dx, place, left);
                    for (int j = Math.Max(0, kernel - 1 - ((rows - 1 - t) / dilation)); j < kernel; j++)
                    {
                        sum = Vector256.FusedMultiplyAdd(Load(dy, ((row + ((kernel - 1 - j) * dilation)) * channels) + c, left), w[j], sum);
                    }

                    Store(sum, dx, place, left);
                }
            }

            if (trains)
            {
                AddTaps(dw, pass.ParameterGradients[0], kernel, c, left);
                if (pass.ParameterGradients.Length > 1)
                {
                    Span<float> bias = pass.ParameterGradients[1];
                    Store(Load(bias, c, left) + db, bias, c, left);
                }
            }
        }
    }

    private static void LoadTaps(float[] taps, int channels, int c, Span<Vector256<float>> w)
    {
        for (int j = 0; j < w.Length; j++)
        {
            w[j] = Load(taps, (j * channels) + c, channels - c);
        }
    }

    // The stored weight is [channel][tap].
    private static void AddTaps(ReadOnlySpan<Vector256<float>> dw, Span<float> gradient, int kernel, int c, int left)
    {
        for (int lane = 0; lane < Math.Min(left, Lanes); lane++)
        {
            for (int j = 0; j < kernel; j++)
            {
                gradient[((c + lane) * kernel) + j] += dw[j][lane];
            }
        }
    }

    // Channels need not be a multiple of eight: the last ones come one by one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(ReadOnlySpan<float> values, int offset, int left) =>
        left >= Lanes ? Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)offset) : LoadRest(values.Slice(offset, left));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector256<float> LoadRest(ReadOnlySpan<float> values)
    {
        Span<float> rest = stackalloc float[Vector256<float>.Count];
        rest.Clear();
        values.CopyTo(rest);
        return Vector256.Create<float>(rest);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<float> vector, Span<float> values, int offset, int left)
    {
        if (left >= Lanes)
        {
            vector.StoreUnsafe(ref MemoryMarshal.GetReference(values), (nuint)offset);
        }
        else
        {
            StoreRest(vector, values.Slice(offset, left));
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StoreRest(Vector256<float> vector, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = vector[i];
        }
    }
}
