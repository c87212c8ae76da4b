namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>One reader under test: how its inputs are made, how it is called, and what memory it may ask for.</summary>
public abstract class FuzzTarget : IDisposable
{
    /// <summary>Short name, as on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What counts as past the header, for the report.</summary>
    public abstract string Header { get; }

    /// <summary>Bytes that reading may allocate for each byte of the input.</summary>
    public abstract int BytesPerInputByte { get; }

    /// <summary>Bytes that reading may allocate besides: fixed buffers and messages.</summary>
    public abstract int FixedBytes { get; }

    /// <summary>A valid file with random fields and content.</summary>
    public abstract byte[] Valid(Random random);

    /// <summary>A file whose fields were changed on purpose, with check sums, lengths and offsets made right again where the
    /// change is not about them.</summary>
    public abstract byte[] Repaired(Random random);

    /// <summary>Reads an input. Only the documented exception may be turned into an outcome; any other leaves this method.</summary>
    public abstract ReadOutcome Read(byte[] input);

    /// <summary>What must hold for the input that <see cref="Read"/> has just accepted; throws if it does not. Its time and memory
    /// are not the reader's and are not measured.</summary>
    public virtual void CheckAccepted()
    {
    }

    /// <summary>Every second input is repaired; the others are valid files with damage that nobody repairs.</summary>
    public byte[] Make(Random random, int index) => index % 2 == 0 ? Repaired(random) : Mutator.Damage(Valid(random), random);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Removes what the target has on disk.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
