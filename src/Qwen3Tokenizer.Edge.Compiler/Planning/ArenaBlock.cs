namespace Qwen3Tokenizer.Edge.Compiler.Planning;

/// <summary>A named block of the arena, placed for any number of frames at once.</summary>
/// <param name="Name">Unique name.</param>
/// <param name="Bytes">Size for one frame.</param>
/// <param name="Offset">Bytes from the start of the arena for one frame.</param>
/// <param name="First">Position of the first operation that needs it.</param>
/// <param name="Last">Position of the last.</param>
/// <param name="Grows">Whether it has rows for every frame that passes at once; state and the head's work space do not.</param>
/// <param name="Stride">Bytes by which each further frame moves it.</param>
public sealed record ArenaBlock(string Name, int Bytes, int Offset, int First, int Last, bool Grows = false, int Stride = 0)
{
    /// <summary>Whether it lives from frame to frame or from hop to hop.</summary>
    public bool IsState => First == int.MinValue;

    /// <summary>Whether some operation needs both this block and <paramref name="other"/>.</summary>
    public bool LivesWith(ArenaBlock other) => other.First <= Last && First <= other.Last;

    /// <summary>Bytes from the start of the arena when <paramref name="frames"/> frames pass at once.</summary>
    public int OffsetFor(int frames) => Offset + ((frames - 1) * Stride);

    /// <summary>Size when <paramref name="frames"/> frames pass at once.</summary>
    public int BytesFor(int frames) => Grows ? frames * Bytes : Bytes;
}
