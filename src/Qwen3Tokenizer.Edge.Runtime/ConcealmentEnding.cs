namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>What <see cref="Decoder.ConcealFrame"/> fades to when frames stay away (<c>q3e_conceal_ending</c>).</summary>
public enum ConcealmentEnding
{
    /// <summary>Nothing.</summary>
    Silence = 0,

    /// <summary>The background noise of the stream, as far as it was heard before the loss.</summary>
    Noise = 1,
}
