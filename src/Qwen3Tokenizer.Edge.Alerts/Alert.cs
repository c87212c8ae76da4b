using System;

namespace Qwen3Tokenizer.Edge.Alerts;

/// <summary>What an alert is played on. The values are those of the C player.</summary>
[Flags]
public enum AlertOutputs
{
    /// <summary>Nothing; no alert of a table has this.</summary>
    None = 0,

    /// <summary>Tones of the codes of layer 0.</summary>
    Tone = 1,

    /// <summary>Decoded speech.</summary>
    Speech = 2,
}

/// <summary>One row of an alert table. Immutable.</summary>
public sealed class Alert
{
    /// <summary>Makes a row; <see cref="AlertTable"/> checks it.</summary>
    /// <param name="id">Unique, 0 to 65535.</param>
    /// <param name="profile">Whose event codes these are, such as <c>idis</c>.</param>
    /// <param name="eventCode">Code in the log of that profile, 0 to 65535.</param>
    /// <param name="language">ISO 639-1 code, such as <c>en</c>.</param>
    /// <param name="priority">0 to 255, the higher is the more urgent.</param>
    /// <param name="repeats">How often it is played, 1 to 255.</param>
    /// <param name="gapFrames">Silent frames (80 ms) between two of these times, 0 to 255.</param>
    /// <param name="outputs">At least one.</param>
    /// <param name="layers">Codes of a frame, 1 to 16.</param>
    /// <param name="frames">80 ms each, 1 to 65535.</param>
    /// <param name="bitOffset">Where its codes begin in the table's bit string.</param>
    public Alert(int id, string profile, int eventCode, string language, int priority, int repeats, int gapFrames, AlertOutputs outputs, int layers, int frames, int bitOffset)
    {
        Id = id;
        Profile = profile;
        EventCode = eventCode;
        Language = language;
        Priority = priority;
        Repeats = repeats;
        GapFrames = gapFrames;
        Outputs = outputs;
        Layers = layers;
        Frames = frames;
        BitOffset = bitOffset;
    }

    /// <summary>Unique number.</summary>
    public int Id { get; }

    /// <summary>Whose event codes these are.</summary>
    public string Profile { get; }

    /// <summary>Code in the log of that profile.</summary>
    public int EventCode { get; }

    /// <summary>ISO 639-1 code of its language.</summary>
    public string Language { get; }

    /// <summary>The higher is the more urgent.</summary>
    public int Priority { get; }

    /// <summary>How often it is played.</summary>
    public int Repeats { get; }

    /// <summary>Silent frames between two of these times.</summary>
    public int GapFrames { get; }

    /// <summary>What it is played on.</summary>
    public AlertOutputs Outputs { get; }

    /// <summary>Codes of a frame.</summary>
    public int Layers { get; }

    /// <summary>Frames of 80 ms.</summary>
    public int Frames { get; }

    /// <summary>Where its codes begin in the table's bit string.</summary>
    public int BitOffset { get; }
}
