using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Compiler.Boards;

namespace Qwen3Tokenizer.Edge.Compiler.Firmware;

/// <summary>Prints <c>board.h</c>: what the application and its port take from board.json.</summary>
internal static class BoardHeader
{
    /// <summary>The file.</summary>
    /// <param name="board">A board with an application.</param>
    public static string Print(Board board)
    {
        BoardApplication application = board.Application!;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"/* Board {board.Name}, from its board.json, emitted by {HostBuild.Tool}. Do not edit. */\n#ifndef Q3E_BOARD_H\n#define Q3E_BOARD_H\n\n");
        text.Append(CultureInfo.InvariantCulture, $"#define BOARD_NAME \"{board.Name}\"\n#define BOARD_CLOCK_HZ {board.ClockHz}u\n");
        text.Append(CultureInfo.InvariantCulture, $"#define BOARD_CRYSTAL_HZ {application.CrystalHz ?? 0}u /* 0: none */\n#define BOARD_BAUD {application.Baud}u\n");
        text.Append(CultureInfo.InvariantCulture, $"#define BOARD_AUDIO_DAC {(board.AudioOutput == AudioOutput.Dac ? 1 : 0)} /* 0: a pulse width, where there is a loudspeaker */\n");
        text.Append(CultureInfo.InvariantCulture, $"#define BOARD_PROFILE \"{application.Profile}\"\n");
        text.Append(CultureInfo.InvariantCulture, $"#define BOARD_LANGUAGES {string.Join(", ", application.Languages.Select(l => $"Q3E_LANGUAGE('{l[0]}', '{l[1]}')"))}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"/* Port (0 for A), pin, active high, ms of debouncing, event. */\n#define BOARD_INPUTS_COUNT {application.Inputs.Count}u\n#define BOARD_INPUTS");
        foreach (BoardInput input in application.Inputs)
        {
            text.Append(CultureInfo.InvariantCulture, $" \\\n    {{ {input.Port}, {input.Number}, {(input.ActiveHigh ? 1 : 0)}, {input.DebounceMilliseconds}, {input.EventCode} }},");
        }

        return text.Append("\n\n#endif\n").ToString();
    }
}
