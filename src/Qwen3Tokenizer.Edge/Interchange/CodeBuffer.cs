namespace Qwen3Tokenizer.Edge.Interchange;

/// <summary>Codes that grow while a file is read: room follows the codes that have really come, no length in a file is trusted.</summary>
internal sealed class CodeBuffer(string name)
{
    private ushort[] _codes = new ushort[256];
    private int _used;

    public int Count => _used;

    /// <summary>Room for more codes, counted as used.</summary>
    public Span<ushort> Add(int count)
    {
        long needed = (long)_used + count;
        if (needed > Array.MaxLength)
            throw new TokenFormatException($"{name}: codes: more than {Array.MaxLength} do not fit into memory.");
        if (needed > _codes.Length)
            Array.Resize(ref _codes, (int)Math.Min(Math.Max(needed, 2L * _codes.Length), Array.MaxLength));
        Span<ushort> added = _codes.AsSpan(_used, count);
        _used = (int)needed;
        return added;
    }

    public void Add(ushort code) => Add(1)[0] = code;

    /// <summary>The codes so far, in an array of exactly their number; the buffer is not used afterwards.</summary>
    public ushort[] ToArray(int count)
    {
        Array.Resize(ref _codes, count);
        return _codes;
    }
}
