namespace Qwen3Tokenizer.Edge.Compiler.Program;

/// <summary>Element type of an activation buffer.</summary>
public enum ElementType
{
    /// <summary>Signed 8 bits.</summary>
    Int8 = 1,

    /// <summary>Signed 16 bits.</summary>
    Int16 = 2,
}

/// <summary>An activation of an integer program: <paramref name="Rows"/> rows a frame of <paramref name="Channels"/> values.</summary>
/// <param name="Name">Unique name, from the graph node that it holds the value of.</param>
/// <param name="Type">Element type.</param>
/// <param name="Rows">Rows per frame: 1 (12.5 Hz), the number of hops a frame (50 Hz), or any number in a program that ends in samples (<see cref="IntegerProgram.IsWave"/>).</param>
/// <param name="Channels">Values in a row.</param>
/// <param name="Scale">Real value of one step: value = Scale * (q - ZeroPoint). Not used by the arithmetic, only to read values back.</param>
/// <param name="ZeroPoint">The integer that stands for zero.</param>
public sealed record IntegerBuffer(string Name, ElementType Type, int Rows, int Channels, double Scale, int ZeroPoint = 0)
{
    /// <summary>Bytes of one element.</summary>
    public int ElementBytes => (int)Type;

    /// <summary>Bytes of all rows of a frame.</summary>
    public int Bytes => Rows * Channels * ElementBytes;
}

/// <summary>Past rows of a buffer that an operation reads: all zero after a reset, oldest row first.</summary>
/// <param name="Name">Unique name.</param>
/// <param name="Rows">Number of past rows.</param>
/// <param name="Channels">Values in a row.</param>
/// <param name="Type">Element type.</param>
public sealed record IntegerHistory(string Name, int Rows, int Channels, ElementType Type = ElementType.Int16)
{
    /// <summary>Bytes of the history.</summary>
    public int Bytes => Rows * Channels * (int)Type;
}

/// <summary>
/// A lowered decoder (codes to PCM) or encoder (PCM to codes): integer operations in execution order, with every constant that native/ARITHMETIC.md names.
/// The C emitter prints it; the integer oracle of the tests interprets it.
/// </summary>
/// <param name="Name">Model name, such as <c>edge-light</c>.</param>
/// <param name="Hops">Hops a frame.</param>
/// <param name="Operations">Operations in order. Decoder: first those with one row a frame, then those with <paramref name="Hops"/> rows, last the source-filter head; or, in a decoder without such a head, any rows, and last the matrix that writes PCM16. Encoder: first the
/// front-end and what has <paramref name="Hops"/> rows, then what has one, last the codebook search.</param>
public sealed record IntegerProgram(string Name, int Hops, IReadOnlyList<IntegerOperation> Operations)
{
    /// <summary>Whether this is an encoder: samples to codes, hops first.</summary>
    public bool IsEncoder => Operations[0] is FrontEndOperation;

    /// <summary>Whether this is a decoder whose network itself makes samples, whole frames at a time; hops are then cut from a finished frame.</summary>
    public bool IsWave => Operations[^1] is LinearOperation { Output.Channels: 1 };

    /// <summary>Operations of the slow part: one row a frame, and the one whose result has a row per hop.</summary>
    public IEnumerable<IntegerOperation> TokenOperations => Operations.Where(o => !IsPerHop(o));

    /// <summary>Operations that run with one row per hop.</summary>
    public IEnumerable<IntegerOperation> HopOperations => Operations.Where(IsPerHop);

    /// <summary>Whether the slow part writes <paramref name="buffer"/> with a row for each hop.</summary>
    public bool IsHandedToHops(IntegerBuffer buffer) => !IsEncoder && !IsWave && Hops > 1 && TokenOperations.Any(o => o.Output == buffer && buffer.Rows == Hops);

    private bool IsPerHop(IntegerOperation operation) => !IsWave && Hops > 1 && operation.Inputs.Any(i => i.Rows == Hops);
}
