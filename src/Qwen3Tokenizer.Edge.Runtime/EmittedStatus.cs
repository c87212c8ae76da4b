namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>Result of a call into an emitted library: <c>q3e_status</c> of <c>q3e.h</c>, with the same fixed values.</summary>
public enum EmittedStatus
{
    /// <summary>The call did what it says.</summary>
    Ok = 0,

    /// <summary>A null pointer or an impossible value.</summary>
    Argument = 1,

    /// <summary>The arena is shorter than the model needs.</summary>
    ArenaSize = 2,

    /// <summary>The arena is not aligned.</summary>
    ArenaAlignment = 3,

    /// <summary>The descriptor does not belong to the library's version of the interface.</summary>
    Model = 4,

    /// <summary>Fewer layers than the model needs, or more than it has.</summary>
    Layers = 5,

    /// <summary>A code is not below the codebook's size; nothing was decoded.</summary>
    Code = 6,

    /// <summary>Not an initialised decoder or encoder, or a frame asked for between the hops of another frame.</summary>
    State = 7,

    /// <summary>The model has no encoder.</summary>
    Unsupported = 8,
}
