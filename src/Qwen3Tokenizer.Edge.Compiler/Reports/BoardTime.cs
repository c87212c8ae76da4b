using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Counting;
using Qwen3Tokenizer.Edge.Compiler.Program;

namespace Qwen3Tokenizer.Edge.Compiler.Reports;

/// <summary>What frames cost on a board: counted where its emulator and its compiler are here, else modelled where the board has a model, else unknown.</summary>
/// <param name="Decoder">The decoder.</param>
/// <param name="Encoder">The encoder, where it was counted: the model knows decoders only.</param>
internal sealed record BoardTime(FrameCosts.Result? Decoder, FrameCosts.Result? Encoder)
{
    // Enough for a mean: voiced and unvoiced frames cost alike but for the harmonics.
    private const int EnoughFrames = 90;

    /// <summary>The time that is held against the board's limit, ms.</summary>
    public double? FrameMilliseconds => Decoder?.Frame.WorstMilliseconds ?? Decoder?.Frame.Milliseconds;

    /// <summary>Counts the alerts where there are some, else some calibration clips.</summary>
    /// <param name="counter">Counter of what was emitted.</param>
    /// <param name="alerts">What the board says; null for a library alone.</param>
    /// <param name="clips">Calibration clips.</param>
    /// <param name="program">The decoder.</param>
    /// <param name="notices">Receives a sentence where an emulator that is here could not count.</param>
    public static BoardTime Of(FrameCounter counter, BoardAlerts? alerts, IReadOnlyList<TokenClip> clips, IntegerProgram program, ICollection<string> notices)
    {
        if (counter.Possible)
        {
            List<TokenClip> tokens = alerts is null ? Some(clips) : [.. alerts.Set.Alerts.Select(a => a.Tokens)];
            int layers = Math.Min(tokens.Min(t => t.Layers), counter.Source.Model.UsedLayers);
            string speech = FormattableString.Invariant($"{tokens.Sum(t => t.Rate.SecondsOf(t.Frames)):F1} s of {(alerts is null ? "calibration speech" : "alerts")}");
            try
            {
                (InstructionCount decoder, InstructionCount? encoder) = counter.Count([.. tokens.Select(t => t.KeepLayers(layers))], program);
                return new BoardTime(FrameCosts.Counted(decoder, counter.Board, speech), encoder is null ? null : FrameCosts.Counted(encoder, counter.Board, speech));
            }
            catch (BuildException e)
            {
                notices.Add($"The instructions of a frame on board '{counter.Board.Name}' could not be counted: {e.Message.TrimEnd('.')}.");
            }
        }

        return new BoardTime(FrameCosts.Modelled(program, counter.Board), null);
    }

    private static List<TokenClip> Some(IReadOnlyList<TokenClip> clips)
    {
        List<TokenClip> some = [];
        foreach (TokenClip clip in clips.TakeWhile(_ => some.Sum(c => c.Frames) < EnoughFrames))
        {
            some.Add(clip);
        }

        return some;
    }
}
