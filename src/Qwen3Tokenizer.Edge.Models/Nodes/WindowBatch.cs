using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Models.Graphs;

namespace Qwen3Tokenizer.Edge.Models.Nodes;

/// <summary>
/// A causal convolution over a batch as a matrix product: window t of a sequence holds the rows (t+1) * stride - 1 - (k-1-j) * dilation for j = 0..k-1, zeros before the sequence.
/// </summary>
internal static class WindowBatch
{
    /// <summary>Gathers every row's window: [output rows, kernel * channels].</summary>
    public static void Gather(NodePass pass, Span<float> windows, int kernel, int stride, int dilation)
    {
        int channels = pass.Inputs[0].Channels;
        for (int r = 0; r < pass.Output.Rows; r++)
        {
            for (int j = 0; j < kernel; j++)
            {
                Span<float> to = windows.Slice(((r * kernel) + j) * channels, channels);
                if (RowOf(pass, r, kernel - 1 - j, stride, dilation) is var row and >= 0)
                {
                    pass.Inputs[0].Row(row).CopyTo(to);
                }
                else
                {
                    to.Clear();
                }
            }
        }
    }

    /// <summary>The way back of gradients: adds every window to the rows that it came from.</summary>
    public static void Add(NodePass pass, ReadOnlySpan<float> windows, FloatTensor dx, int kernel, int stride, int dilation)
    {
        int channels = dx.Channels;
        for (int r = 0; r < pass.Output.Rows; r++)
        {
            for (int j = 0; j < kernel; j++)
            {
                if (RowOf(pass, r, kernel - 1 - j, stride, dilation) is var row and >= 0)
                {
                    TensorPrimitives.Add(dx.Row(row), windows.Slice(((r * kernel) + j) * channels, channels), dx.Row(row));
                }
            }
        }
    }

    /// <summary>Adds a gradient [output][tap][input] to one that is stored as [output][input][tap].</summary>
    public static void AddUnpacked(ReadOnlySpan<float> packed, Span<float> gradient, int inputs, int kernel)
    {
        for (int i = 0; i < packed.Length; i++)
        {
            (int row, int input) = (i / inputs, i % inputs);
            gradient[(((row / kernel * inputs) + input) * kernel) + (row % kernel)] += packed[i];
        }
    }

    // Input row that tap "age" (0 is the newest) of output row r reads; negative before the sequence.
    private static int RowOf(NodePass pass, int r, int age, int stride, int dilation)
    {
        int rows = pass.Output.Rows / pass.Sequences, inputRows = pass.Inputs[0].Rows / pass.Sequences;
        int from = (((r % rows) + 1) * stride) - 1 - (age * dilation);
        return from < 0 ? -1 : (r / rows * inputRows) + from;
    }
}
