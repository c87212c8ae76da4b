using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Benchmarks.Codecs;
using Qwen3Tokenizer.Edge.Compiler;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>Strings of four digits from recorded digits (the voice of asterisk-core-sounds-en, which the default codec was trained on), recognised with the grammar of any digits in any number.</summary>
internal static class Digits
{
    private const string Recorded = "30 strings";
    private const string Changed = "4 more renderings";
    private const string Sounds = "/usr/share/asterisk/sounds/en_US_f_Allison/digits";
    private const string Package = "asterisk-core-sounds-en-g722";
    private static readonly string[] Names = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

    // The first is as recorded; the others are softer and behind another silence, so that the frames of 80 ms fall elsewhere.
    private static readonly (double GainDb, int LeadMs)[] Renderings = [(0, 0), (0, 30), (-3, 20), (-6, 40), (-9, 60)];
    private static readonly int[] StandardLayers = [4, 16];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Runs the test and prints its table or JSON.</summary>
    public static void Run(Options options, string folder)
    {
        var recogniser = new Recogniser(folder, options.Threads);
        List<Utterance> utterances = Strings(folder);
        List<StudentModel> models = StudentModel.Load(options.Models);
        try
        {
            List<SpeechSystem> systems =
            [
                .. options.Alone ? [] : (SpeechSystem[])[new Original(), new NarrowOriginal(HalfBand.Down)],
                .. models.SelectMany(m => Arithmetics.Of(m, m.LayersOf(options.Layers ?? StandardLayers), options)),
                .. options.Alone ? [] : (SpeechSystem[])[new Codec2System("1200", folder, HalfBand.Down), new Codec2System("700C", folder, HalfBand.Down)],
            ];
            List<Grammar> grammars = [Grammar.OfWords(Names)];
            List<Hearing> hearings = Recognition.Hear(recogniser, systems, options.Receivers, utterances, grammars);
            RecognitionTables.Print(options, hearings, [Recorded, Changed], grammars, []);
        }
        finally
        {
            models.ForEach(m => m.Dispose());
        }
    }

    private static List<Utterance> Strings(string folder)
    {
        if (!Directory.Exists(Sounds))
        {
            throw new BuildException($"{Sounds}: is missing; install it with: apt-get install -y {Package}");
        }

        float[][] digits = [.. Enumerable.Range(0, Names.Length).Select(d => Digit(d, folder))];
        float[] pause = new float[Speech.Rate / 10];
        string[] lines = [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "digits.txt")).Where(l => l.Length > 0 && l[0] != '#')];
        return
        [
            .. from rendering in Renderings
               from i in Enumerable.Range(0, lines.Length)
               select Of(lines[i], i, rendering),
        ];

        Utterance Of(string line, int item, (double GainDb, int LeadMs) rendering)
        {
            int[] said = [.. line.Split(' ').Select(d => d[0] - '0')];
            float gain = (float)Math.Pow(10, rendering.GainDb / 20);
            float[] samples = [.. new float[Speech.Rate * rendering.LeadMs / 1000], .. pause, .. said.SelectMany(d => digits[d].Concat(pause)), .. pause];
            return new Utterance(new Speech(line, Array.ConvertAll(samples, x => x * gain)), [.. said.Select(d => Names[d])], rendering == Renderings[0] ? Recorded : Changed, item);
        }
    }

    private static float[] Digit(int digit, string folder)
    {
        string wav = Path.Combine(folder, $"digit{digit}.wav"), source = Path.Combine(Sounds, $"{digit}.g722");
        string[] arguments = ["-nostdin", "-v", "error", "-y", "-f", "g722", "-i", source, "-ar", "16000", "-ac", "1", wav];
        ChildProcess.Result result = ChildProcess.Run(Programs.Require("ffmpeg", "ffmpeg"), arguments, folder, Limit);
        return result.ExitCode == 0 ? AudioFile.Read(wav).ToMono() : throw new BuildException($"{source}: ffmpeg cannot read it: {result.Error.Trim()}");
    }
}
