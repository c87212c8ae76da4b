using System.Text.Json.Serialization;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>One recording of a prepared corpus: where it comes from, who speaks, what may be done with it, and where its samples lie.</summary>
/// <param name="Package">The package, folder or synthesiser that it comes from.</param>
/// <param name="Path">Its path inside that, with forward slashes.</param>
/// <param name="Voice">The speaker. Recordings of one voice lie side by side, training first.</param>
/// <param name="Language">BCP 47 tag, <c>und</c> where unknown.</param>
/// <param name="Licence">SPDX identifier or what the source says.</param>
/// <param name="Gpl">Whether it is under the GNU GPL: such recordings are a role of their own, which training leaves out unless told otherwise.</param>
/// <param name="Offset">First sample, counted in samples from the start of the corpus; a multiple of <see cref="CorpusGrid.PitchHop"/>.</param>
/// <param name="Samples">Length in samples at 16 kHz; a multiple of <see cref="CorpusGrid.PitchHop"/>.</param>
/// <param name="HeldOut">Whether it belongs to the held-out list, which nothing may be trained on.</param>
/// <param name="Synthetic">Whether a synthesiser speaks.</param>
/// <param name="SpeedPercent">Speed at which it is played, 50 to 200: 100 is its own, any other makes it a copy that speaks with another voice.</param>
public sealed record Recording(
    string Package, string Path, string Voice, string Language, string Licence, bool Gpl, long Offset, int Samples, bool HeldOut, bool Synthetic, int SpeedPercent = 100)
{
    /// <summary>Length in seconds.</summary>
    public double Seconds => (double)Samples / CorpusGrid.SampleRate;

    /// <summary>Whether it is a copy of another recording at another speed.</summary>
    [JsonIgnore]
    public bool IsVaried => SpeedPercent != 100;

    /// <summary>Pitch frames that belong to it.</summary>
    [JsonIgnore]
    public int PitchFrames => Samples / CorpusGrid.PitchHop;
}
