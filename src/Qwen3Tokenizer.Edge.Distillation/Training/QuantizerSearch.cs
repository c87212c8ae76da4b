namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>One thread's residuals and codes of a search through all layers; used again in every step.</summary>
/// <param name="rows">Rows.</param>
/// <param name="dim">Values of a row.</param>
/// <param name="layers">Layers.</param>
/// <param name="entries">Entries of a layer.</param>
public sealed class QuantizerSearch(int rows, int dim, int layers, int entries)
{
    private readonly float[] _residuals = new float[(layers + 1) * rows * dim];
    private readonly int[] _codes = new int[layers * rows];

    /// <summary>Rows.</summary>
    public int Rows => rows;

    /// <summary>Scratch for [rows, entries] products.</summary>
    public float[] Products { get; } = new float[rows * entries];

    /// <summary>What is left in front of a layer, [rows, dim]; of the number of layers, what is left behind the last.</summary>
    public Span<float> Residual(int layer) => _residuals.AsSpan(layer * rows * dim, rows * dim);

    /// <summary>Codes of a layer, one a row.</summary>
    public Span<int> Codes(int layer) => _codes.AsSpan(layer * rows, rows);
}
