using Qwen3Tokenizer.Edge.Compiler.Program;
using Qwen3Tokenizer.Edge.Compiler.Reports;

namespace Qwen3Tokenizer.Edge.Compiler.Boards;

/// <summary>
/// Instructions that a processor executes for each kind of a decoder's work, fitted to counts of the built-in models' operations: what a build says where no emulator counts.
/// </summary>
/// <param name="LinearInt8">For a multiply-accumulate of a matrix whose inputs have 8 bits.</param>
/// <param name="LinearInt16">For one whose inputs have 16 bits.</param>
/// <param name="Depthwise">For a multiply-accumulate of a depthwise convolution.</param>
/// <param name="Embedding">For a value of a codebook's entry.</param>
/// <param name="Value">For a value of the output of any operation but the convolution and the embedding, beside its multiply-accumulates: scaling, normalisation, activation.</param>
/// <param name="Sample">For a sample of the source-filter head.</param>
/// <param name="CyclesPerInstruction">Cycles of the mean instruction.</param>
public sealed record InstructionModel(double LinearInt8, double LinearInt16, double Depthwise, double Embedding, double Value, double Sample, double CyclesPerInstruction)
{
    /// <summary>Instructions of an operation for a frame of 80 ms.</summary>
    public double Of(IntegerOperation operation)
    {
        long macs = BuildReport.MacsOf(operation), values = (long)operation.Output.Rows * operation.Output.Channels;
        return operation switch
        {
            SourceFilterOperation => values * Sample,
            DepthwiseOperation => macs * Depthwise,
            EmbedOperation => macs * Embedding,
            // Its first input: a residual stream that a result is added to has always 16 bits.
            _ => (macs * (operation.Inputs.FirstOrDefault()?.Type == ElementType.Int16 ? LinearInt16 : LinearInt8)) + (values * Value),
        };
    }
}
