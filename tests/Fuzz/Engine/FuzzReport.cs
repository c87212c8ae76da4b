namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>What a run over one target measured.</summary>
/// <param name="Name">The target.</param>
/// <param name="Inputs">Inputs read.</param>
/// <param name="PastHeader">Of these, past the header (accepted ones included).</param>
/// <param name="Accepted">Of these, read to their end.</param>
/// <param name="SlowestMilliseconds">Longest time for one input.</param>
/// <param name="MostAllocated">Most bytes that one input made the reader allocate.</param>
/// <param name="MostPerByte">Greatest (allocated - fixed) / length of an input: what the stated bytes per input byte must cover.</param>
/// <param name="BytesPerInputByte">The stated bytes per input byte.</param>
/// <param name="FixedBytes">The stated fixed bytes.</param>
/// <param name="Failures">A sentence for each broken promise; the run ends at the first.</param>
public sealed record FuzzReport(
    string Name, int Inputs, int PastHeader, int Accepted, double SlowestMilliseconds, long MostAllocated, double MostPerByte,
    int BytesPerInputByte, int FixedBytes, IReadOnlyList<string> Failures)
{
    /// <summary>Share of the inputs that got past the header.</summary>
    public double PastHeaderShare => Inputs == 0 ? 0 : (double)PastHeader / Inputs;
}
