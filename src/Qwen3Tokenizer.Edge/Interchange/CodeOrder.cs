namespace Qwen3Tokenizer.Edge.Interchange;

/// <summary>Which dimension of a code matrix comes first. Files do not say it, and a square one could be either.</summary>
public enum CodeOrder
{
    /// <summary>[layers, frames]: all frames of layer 0, then of layer 1.</summary>
    LayersFirst,

    /// <summary>[frames, layers]: all layers of frame 0, then of frame 1.</summary>
    FramesFirst,
}
