namespace Qwen3Tokenizer.Edge.Compiler.Emission;

/// <summary>The order of a matrix's weights in memory (native/kernels/q3e_kernels.h, q3e_matrix). The samples are the same in all.</summary>
public enum WeightLayout
{
    /// <summary>[out][in]: for portable kernels; no padding.</summary>
    Rows,

    /// <summary>[out/16][in/4][16][4], zero-padded: for kernels that compute 16 outputs side by side.</summary>
    Blocked,

    /// <summary>[out/2][in/2] words of two outputs by two inputs, zero-padded: for kernels that multiply pairs of int16 (Cortex-M4). Matrices that <see cref="PairedMatrix.Fits"/> refuses stay in rows.</summary>
    Pairs,
}
