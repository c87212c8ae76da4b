namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// With how many layers sequences are trained, so that any number works (quantizer dropout; Zeghidour et al. 2021). Few layers come often enough to be learned, all of them most often.
/// </summary>
public static class LayerDropout
{
    /// <summary>Numbers of layers and how often they are drawn.</summary>
    public static IReadOnlyList<(int Layers, double Share)> Shares { get; } = [(1, 0.07), (2, 0.08), (3, 0.05), (4, 0.15), (6, 0.1), (8, 0.15), (12, 0.1), (16, 0.3)];
}
