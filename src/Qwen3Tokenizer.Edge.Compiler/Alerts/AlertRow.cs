namespace Qwen3Tokenizer.Edge.Compiler.Alerts;

/// <summary>Where an alert's tokens come from.</summary>
public abstract record AlertSource
{
    /// <summary>A recording, encoded at build.</summary>
    /// <param name="Path">Audio file, full path.</param>
    public sealed record Recording(string Path) : AlertSource;

    /// <summary>Tokens as they are.</summary>
    /// <param name="Path">A .q3t file, full path.</param>
    public sealed record Tokens(string Path) : AlertSource;

    /// <summary>Text spoken by espeak-ng.</summary>
    /// <param name="Said">The row's text, or how it is spelt for the voice, such as pinyin for <c>cmn-latn-pinyin</c>.</param>
    /// <param name="Voice">Name of the voice, such as <c>en-us</c>.</param>
    /// <param name="WordsPerMinute">80 to 450.</param>
    /// <param name="Pitch">0 to 99.</param>
    public sealed record Spoken(string Said, string Voice, int WordsPerMinute, int Pitch) : AlertSource;
}

/// <summary>One row of an alert file.</summary>
/// <param name="Id">Unique, 1 to 65535.</param>
/// <param name="Name">Unique; letters, digits and hyphens.</param>
/// <param name="Profile">Whose event code it is.</param>
/// <param name="EventCode">0 to 65535.</param>
/// <param name="Language">ISO 639-1 code.</param>
/// <param name="Priority">0 to 255, the higher is the more urgent.</param>
/// <param name="Repeats">1 to 255.</param>
/// <param name="GapFrames">Silent frames between two times, 0 to 255.</param>
/// <param name="Tone">Whether a buzzer plays it.</param>
/// <param name="Speech">Whether a loudspeaker plays it.</param>
/// <param name="Text">What it says.</param>
/// <param name="Licence">Of the sound that ends in firmware.</param>
/// <param name="Source">Where its tokens come from.</param>
public sealed record AlertRow(
    int Id, string Name, string Profile, int EventCode, string Language, int Priority, int Repeats, int GapFrames, bool Tone, bool Speech, string Text, string Licence, AlertSource Source);
