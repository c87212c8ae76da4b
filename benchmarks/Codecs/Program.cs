using System.Globalization;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Benchmarks.Codecs;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Safetensors;
using Qwen3Tokenizer.Edge.Runtime;

// dotnet run -c Release --project benchmarks/Codecs [-- FOLDER]: see README.md of this folder.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string folder = args.Length > 0 ? args[0] : Path.Combine("tests", "data", "heldout");
string[] wavs = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.wav").Order(StringComparer.Ordinal)] : [];
if (wavs.Length == 0)
{
    Console.Error.WriteLine($"{folder}: holds no WAV file; run from the project's root or name a folder of clips.");
    return 1;
}

string files = Directory.CreateTempSubdirectory("q3e-codecs-").FullName;
try
{
    EdgeModel light = EdgeModel.Load("edge-light"), meter = EdgeModel.Load("edge-meter"), second = EdgeModel.Load("edge-light-2");
    (EmittedModel lightLibrary, EmittedModel meterLibrary, EmittedModel secondLibrary) = (EdgeCodecLibrary.Load(light), EdgeCodecLibrary.Load(meter), EdgeCodecLibrary.Load(second));
    ClipTokens tokens = new(light), secondTokens = new(second);
    List<ISpeechCodec> codecs =
    [
        .. ((int[])[1, 2, 4, 8, 16]).Select(layers => new EdgeCodecLibrary(tokens, light, lightLibrary, layers)),
        .. ((int[])[4, 8, 16]).Select(layers => new EdgeCodecLibrary(tokens, light, lightLibrary, layers, minimal: true)),

        // The bit rates next to those of minimal mode that whole codebooks give.
        .. ((int[])[3, 6, 13]).Select(layers => new EdgeCodecLibrary(tokens, light, lightLibrary, layers)),
        new EdgeCodecLibrary(tokens, meter, meterLibrary, meter.MinLayers),
        new EdgeCodecLibrary(tokens, meter, meterLibrary, meter.MinLayers, minimal: true),
        .. ((int[])[1, 2, 4, 8, 16]).Select(layers => new EdgeCodecLibrary(secondTokens, second, secondLibrary, layers)),
        .. ((int[])[4, 8, 16]).Select(layers => new EdgeCodecLibrary(secondTokens, second, secondLibrary, layers, minimal: true)),
        .. ((string[])["700C", "1200", "3200"]).Select(mode => new Codec2(files, mode)),
        new Opus(files),
    ];
    List<Score> scores = [];
    foreach (string wav in wavs)
    {
        AudioClip audio = AudioFile.Read(wav);
        if (audio.SampleRate != SpeechClip.Rate || audio.Channels != 1)
        {
            throw new BuildException($"{wav}: has {audio.SampleRate} Hz and {audio.Channels} channels; the codecs are compared on mono clips at {SpeechClip.Rate} Hz.");
        }

        float[] samples = audio.ToMono();
        var clip = new SpeechClip(Path.GetFileName(wav), Path.GetFullPath(wav), samples);
        float[] pitch = PitchTracker.Track(samples, SpeechClip.Rate);
        scores.AddRange(codecs.Select(codec => Score.Of(codec, clip, pitch)));
        Console.Error.WriteLine(clip.Name);
    }

    ScoreTables.Print(Console.Out, scores);
    return 0;
}
catch (Exception e) when (e is BuildException or ModelFormatException or AudioFormatException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
finally
{
    Directory.Delete(files, recursive: true);
}
