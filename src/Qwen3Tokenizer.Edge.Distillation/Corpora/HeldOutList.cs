using System.Security.Cryptography;
using System.Text;

namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>
/// The fixed held-out list: a rule on names alone, so that it never moves when recordings are added. It is the rule with which the shipped codec was trained (<c>Data/corpus.tsv</c>):
/// three voices whole, and of the others every file with <c>sha1(voice/basename) mod 20 = 0</c>.
/// </summary>
public static class HeldOutList
{
    private const int Share = 20;
    private static readonly string[] WholeVoices = ["ast-it", "codec2", "psx"];

    /// <summary>Whether a recording is held out.</summary>
    /// <param name="voice">Its voice.</param>
    /// <param name="path">Its path; only what follows the last slash counts.</param>
    public static bool Contains(string voice, string path) => Array.IndexOf(WholeVoices, voice) >= 0 || IsShare(voice, path);

    /// <summary>Whether a recording belongs to the twentieth that the hash picks.</summary>
    /// <param name="voice">Its voice.</param>
    /// <param name="path">Its path; only what follows the last slash counts.</param>
    public static bool IsShare(string voice, string path)
    {
#pragma warning disable CA5350 // A list, not a secret: the shipped codec's list was drawn with SHA-1.
        byte[] hash = SHA1.HashData(Encoding.UTF8.GetBytes($"{voice}/{path[(path.LastIndexOf('/') + 1)..]}"));
#pragma warning restore CA5350
        return hash.Aggregate(0, (rest, value) => ((rest * 256) + value) % Share) == 0;
    }
}
