namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>What the recordings of a package are for.</summary>
public enum SpeechRole
{
    /// <summary>Training; its held-out share is for evaluation.</summary>
    Training = 0,

    /// <summary>As <see cref="Training"/>, but under the GNU GPL, so that the default training set leaves it out.</summary>
    GplTraining = 1,

    /// <summary>Evaluation only.</summary>
    Evaluation = 2,
}

/// <summary>The speaker of a file in a package, and what may be done with it.</summary>
/// <param name="Voice">The speaker.</param>
/// <param name="Language">BCP 47 tag.</param>
/// <param name="Licence">SPDX identifier.</param>
/// <param name="Gpl">Whether that is the GNU GPL.</param>
public readonly record struct SpeechAttribution(string Voice, string Language, string Licence, bool Gpl);

/// <summary>A Debian package with recorded speech.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Licence">Licence of its recordings, as its copyright file states it.</param>
/// <param name="Authors">Who is to be named.</param>
/// <param name="Role">What its recordings are for.</param>
/// <param name="Minutes">Minutes of speech, as counted when this list was made.</param>
/// <param name="Speakers">Who speaks, for people.</param>
/// <param name="Attribute">The attribution of a file by its path inside the package (without a leading slash); null for files that are not speech.</param>
public sealed record SpeechPackage(
    string Name, string Licence, string Authors, SpeechRole Role, double Minutes, string Speakers, Func<string, SpeechAttribution?> Attribute);
