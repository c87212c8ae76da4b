using Qwen3Tokenizer.Edge.Interchange;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>A format that brings codes only: what was read is written and read again, and must be the same.</summary>
public abstract class CodesTarget : FuzzTarget
{
    private readonly TemporaryFile _file = new(".codes");
    private CodeMatrix? _accepted;
    private int _checked;

    /// <inheritdoc/>
    public override void CheckAccepted()
    {
        CodeMatrix codes = _accepted!, back;
        // Files cost more than memory: every sixteenth goes through one.
        if (_checked++ % 16 == 0)
        {
            back = Again(_file.Path, codes);
        }
        else
        {
            using var stream = new MemoryStream();
            back = Again(stream, codes);
        }
        if (back.Layers != codes.Layers || !back.Codes.SequenceEqual(codes.Codes))
            throw new InvalidOperationException("what was written is not what was read");
    }

    /// <summary>Keeps what was read for <see cref="CheckAccepted"/>.</summary>
    protected ReadOutcome Accept(CodeMatrix codes)
    {
        _accepted = codes;
        return codes.Frames > 0 ? ReadOutcome.Accepted : throw new InvalidOperationException("a matrix without frames");
    }

    /// <summary>Writes to a file and reads it.</summary>
    protected abstract CodeMatrix Again(string path, CodeMatrix codes);

    /// <summary>Writes to a stream and reads it from its start.</summary>
    protected abstract CodeMatrix Again(MemoryStream stream, CodeMatrix codes);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }
}
