using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Compiler.Nodes;
using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler.Verification;

/// <summary>How far the head's pitch and voicing of the integer library are from float's.</summary>
/// <param name="MedianCents">Median pitch difference over frames voiced in both.</param>
/// <param name="VoicingDisagreement">Share of hops whose voicing differs.</param>
public sealed record HeadAgreement(double MedianCents, double VoicingDisagreement);

/// <summary>Compares every operation of a traced library with the float executor on the same tokens.</summary>
public sealed class NodeComparison
{
    private readonly Dictionary<string, (double Signal, double Noise)> _energies = new(StringComparer.Ordinal);
    private readonly List<double> _cents = [];
    private int _hops;
    private int _disagreements;

    private NodeComparison()
    {
    }

    /// <summary>Pitch and voicing of the head.</summary>
    public HeadAgreement Head => new(Median(_cents), _hops == 0 ? 0 : (double)_disagreements / _hops);

    /// <summary>Signal-to-noise ratio of an operation against float, dB; NaN for operations without a float counterpart.</summary>
    public double Sqnr(string operation) =>
        _energies.TryGetValue(operation, out (double Signal, double Noise) e) ? 10 * Math.Log10(Math.Max(e.Signal, 1e-30) / Math.Max(e.Noise, 1e-30)) : double.NaN;

    /// <summary>Compares.</summary>
    /// <param name="model">The float model.</param>
    /// <param name="program">The lowered program.</param>
    /// <param name="clip">The tokens that were decoded.</param>
    /// <param name="trace">What the library reported for them.</param>
    public static NodeComparison Of(EdgeModel model, IntegerProgram program, TokenClip clip, IReadOnlyList<TraceRecord> trace)
    {
        var values = new Dictionary<string, List<float>>(StringComparer.Ordinal);
        EdgeCodec.Decode(model, clip, (node, value) =>
        {
            if (!values.TryGetValue(node.Name, out List<float>? list))
            {
                values.Add(node.Name, list = []);
            }

            list.AddRange(value.Data);
        });
        var comparison = new NodeComparison();
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        var operations = program.Operations.ToDictionary(o => o.Name, StringComparer.Ordinal);
        IntegerOperation head = program.Operations[^2];
        foreach (TraceRecord record in trace)
        {
            if (!operations.TryGetValue(record.Name, out IntegerOperation? operation) || operation is SourceFilterOperation)
            {
                continue;
            }

            // A fused GELU holds the value of the node behind the matrix.
            string node = operation is LinearGeluOperation ? operation.Output.Name : operation.Name;
            if (!values.TryGetValue(node, out List<float>? reference))
            {
                continue;
            }

            int position = positions.GetValueOrDefault(record.Name);
            position = operation == head
                ? comparison.CompareHead(operation, record, reference, position, model.Decoder[node].Shape.Channels)
                : comparison.Compare(operation, record, CollectionsMarshal.AsSpan(reference), position);
            positions[record.Name] = position;
        }

        return comparison;
    }

    private int Compare(IntegerOperation operation, TraceRecord record, ReadOnlySpan<float> reference, int position)
    {
        IntegerBuffer buffer = operation.Output;
        int[] integers = Integers(record, buffer.Type);
        double signal = 0, noise = 0;
        foreach (int q in integers)
        {
            double expected = reference[position++], error = ((q - buffer.ZeroPoint) * buffer.Scale) - expected;
            signal += expected * expected;
            noise += error * error;
        }

        Accumulate(record.Name, signal, noise);
        return position;
    }

    private int CompareHead(IntegerOperation operation, TraceRecord record, List<float> reference, int position, int columns)
    {
        int[] integers = Integers(record, operation.Output.Type);
        int stride = operation.Output.Channels;
        bool split = stride != columns;
        int pitch = columns - 2, voicing = columns - 1;
        for (int row = 0; row < integers.Length / stride; row++, position += columns)
        {
            ReadOnlySpan<int> q = integers.AsSpan(row * stride, stride);
            double signal = 0, noise = 0;
            for (int c = 0; c < columns; c++)
            {
                int value = q[c] + (split && c >= pitch ? q[c + 2] : 0);
                double expected = reference[position + c], error = (value / HeadLowering.StepsOf(c, stride, split)) - expected;
                signal += expected * expected;
                noise += error * error;
            }

            Accumulate(record.Name, signal, noise);
            int u = q[pitch] + (split ? q[pitch + 2] : 0), v = q[voicing] + (split ? q[voicing + 2] : 0);
            bool voiced = v > 0, voicedInFloat = reference[position + voicing] > 0;
            _hops++;
            _disagreements += voiced == voicedInFloat ? 0 : 1;
            if (voiced && voicedInFloat)
            {
                _cents.Add(Math.Abs((u / HeadLowering.StepsOf(pitch, stride, split)) - reference[position + pitch]) * 1200);
            }
        }

        return position;
    }

    private void Accumulate(string name, double signal, double noise)
    {
        (double Signal, double Noise) e = _energies.GetValueOrDefault(name);
        _energies[name] = (e.Signal + signal, e.Noise + noise);
    }

    private static int[] Integers(TraceRecord record, ElementType type) => type == ElementType.Int8
        ? Array.ConvertAll(MemoryMarshal.Cast<byte, sbyte>(record.Data.Span).ToArray(), v => (int)v)
        : Array.ConvertAll(MemoryMarshal.Cast<byte, short>(record.Data.Span).ToArray(), v => (int)v);

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}
