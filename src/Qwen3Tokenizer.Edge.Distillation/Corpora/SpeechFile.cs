namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>An audio file that is to become a recording.</summary>
/// <param name="File">Where it lies.</param>
/// <param name="Package">The package, folder or synthesiser that it comes from.</param>
/// <param name="Path">Its path inside that, with forward slashes.</param>
/// <param name="Voice">The speaker.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="Licence">SPDX identifier or what the source says.</param>
/// <param name="Gpl">Whether that is the GNU GPL.</param>
/// <param name="HeldOut">Whether nothing may be trained on it.</param>
/// <param name="Synthetic">Whether a synthesiser speaks.</param>
public sealed record SpeechFile(
    string File, string Package, string Path, string Voice, string Language, string Licence, bool Gpl, bool HeldOut, bool Synthetic);
