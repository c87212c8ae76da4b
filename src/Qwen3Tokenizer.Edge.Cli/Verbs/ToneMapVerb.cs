using System.CommandLine;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge tonemap</c>: the tones by which a buzzer follows speech.</summary>
internal static class ToneMapVerb
{
    public static Command Create() => new("tonemap", "Tones for buzzers: learn a table from speech, look at it, score it, write it for a board.")
    {
        ToneMapLearnVerb.Create(),
        ToneMapShowVerb.Create(),
        ToneMapScoreVerb.Create(),
        ToneMapExportVerb.Create(),
    };
}
