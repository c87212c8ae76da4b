using System.CommandLine;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler.Tones;
using Qwen3Tokenizer.Edge.Tones;

namespace Qwen3Tokenizer.Edge.Cli.Verbs;

/// <summary><c>q3edge tonemap export</c>: a table for a board's buzzer, as C, C#, JSON or CSV.</summary>
internal static class ToneMapExportVerb
{
    public static Command Create()
    {
        Option<string> output = CommonOptions.Output("FILE", ".c (q3e_tones.c), .h (its header), .cs (arrays for .NET and nanoFramework), .json or .csv.");
        Option<string?> table = ToneOptions.Table();
        Option<string?> range = ToneOptions.Range();
        Option<string[]> pins = ToneOptions.Pins();
        var verb = new Verb("export", "Write a table for a board's buzzer as C, C#, JSON or CSV.",
            "q3edge tonemap export -o q3e_tones.c --range 1000-5000",
            "q3edge tonemap export -o Tones.cs --pin 567=1200 --pin 1204=1800",
            "q3edge tonemap export --table tones.csv -o tones.json")
        {
            output, table, range, pins,
        };
        verb.SetAction(parsed =>
        {
            string path = parsed.GetValue(output)!;
            ToneExport.RequireKnown(path);
            ToneRange buzzer = ToneOptions.RangeOf(parsed.GetValue(range));
            IReadOnlyList<(int Token, int Hertz)> chosen = ToneOptions.PinsOf(parsed.GetValue(pins)!);
            ToneTable tones = ToneOptions.Pinned(ToneOptions.Read(parsed.GetValue(table)).Within(buzzer), chosen, buzzer);
            OutputFile.Write(path, stream => stream.Write(ToneExport.Bytes(path, tones)));
            Console.WriteLine($"{path}: {tones.Entries} tones in {buzzer}, {tones.Tones.ToArray().Count(t => t.Pinned)} pinned.");
            return 0;
        });
        return verb;
    }
}
