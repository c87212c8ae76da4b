using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Compiler.Tones;

/// <summary>Prints tone tables as C (rows of <c>q3e_tone</c>) and as C# (arrays for <c>ToneArrays</c>, also for nanoFramework).</summary>
public static class ToneTableSource
{
    private const int PerLine = 16;

    /// <summary>The declaration of what <see cref="C"/> defines.</summary>
    public const string Header = """
        /* Tones of the codes of layer 0, one row a code (q3e_tones.c). Emitted; do not edit. */
        #ifndef Q3E_TONES_H
        #define Q3E_TONES_H

        #include "q3e_player.h"

        #ifdef __cplusplus
        extern "C" {
        #endif

        extern const q3e_tone q3e_tones[];

        #ifdef __cplusplus
        }
        #endif
        #endif

        """;

    /// <summary>A C file that defines <c>const q3e_tone q3e_tones[]</c>.</summary>
    public static string C(ToneTable table)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"/* Tones of token space {table.Space}: frequency in Hz, duty in thousandths, ms of sound, ms of pause. Emitted; do not edit. */\n");
        text.Append("#include \"q3e_tones.h\"\n\n");
        text.Append(CultureInfo.InvariantCulture, $"const q3e_tone q3e_tones[{table.Entries}] = {{\n");
        for (int token = 0; token < table.Entries; token++)
        {
            Tone t = table[token];
            text.Append(CultureInfo.InvariantCulture, $"    {{ {t.FrequencyHz}, {t.DutyPermille}, {t.OnMs}, {t.PauseMs} }}, /* {token}{(t.Pinned ? ", pinned" : "")} */\n");
        }

        return text.Append("};\n").ToString();
    }

    /// <summary>A C# file with three arrays.</summary>
    public static string CSharp(ToneTable table)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"// Tones of token space {table.Space}. Emitted; do not edit.\n");
        text.Append("namespace Qwen3Tokenizer.Edge.Alerts\n{\n    /// <summary>The tone of each code of layer 0: new ToneArrays(Tones.FrequencyHz, Tones.DutyPermille, Tones.OnMs).</summary>\n    public static class Tones\n    {\n");
        Array(text, "ushort", "FrequencyHz", "Hz", table, t => t.FrequencyHz);
        text.Append('\n');
        Array(text, "ushort", "DutyPermille", "Thousandths of a period", table, t => t.DutyPermille);
        text.Append('\n');
        Array(text, "byte", "OnMs", "ms of sound; the rest of 80 ms is silent", table, t => t.OnMs);
        return text.Append("    }\n}\n").ToString();
    }

    private static void Array(StringBuilder text, string type, string name, string unit, ToneTable table, Func<Tone, int> value)
    {
        text.Append(CultureInfo.InvariantCulture, $"        /// <summary>{unit}.</summary>\n        public static readonly {type}[] {name} = new {type}[]\n        {{\n");
        for (int start = 0; start < table.Entries; start += PerLine)
        {
            IEnumerable<string> line = Enumerable.Range(start, Math.Min(PerLine, table.Entries - start)).Select(i => value(table[i]).ToString(CultureInfo.InvariantCulture));
            text.Append(CultureInfo.InvariantCulture, $"            {string.Join(", ", line)},\n");
        }

        text.Append("        };\n");
    }
}
