using System.Globalization;
using Qwen3Tokenizer.Edge.Benchmarks.RandomCheckpoint;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;

// A folder like a downloaded Qwen3-TTS-Tokenizer-12Hz, of the full size, with random weights: for measuring, where the real weights cannot be had. It makes no speech.
if (args.Length is < 1 or > 2)
{
    Console.Error.WriteLine("usage: RandomCheckpoint FOLDER [SEED]");
    return 1;
}

string folder = args[0], full = Path.Combine(AppContext.BaseDirectory, "full");
int seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
Directory.CreateDirectory(folder);
File.Copy(Path.Combine(full, "full-config.json"), Path.Combine(folder, Qwen3Tts12HzConfig.FileName), overwrite: true);
File.Copy(Path.Combine(full, "full-preprocessor_config.json"), Path.Combine(folder, "preprocessor_config.json"), overwrite: true);
string weights = Path.Combine(folder, Qwen3Tts12Hz.WeightsFileName);
Dictionary<string, (long[] Shape, float[] Values)> tensors = Weights.Make(Path.Combine(full, "full-tensors.tsv"), seed);
Weights.Save(weights, tensors);

// The last convolution is scaled by what comes out, so that a wave has the level of speech (0.22, as the golden vectors) and hardly clips.
const string last = "decoder.decoder.6.conv.weight";
const double level = 0.22;
double rms = Level(folder);
float[] head = tensors[last].Values;
for (int i = 0; i < head.Length; i++)
{
    head[i] *= (float)(level / rms);
}

Weights.Save(weights, tensors);
Console.WriteLine(FormattableString.Invariant($"{weights}: {new FileInfo(weights).Length} bytes, level {Level(folder):0.000}"));
return 0;

static double Level(string folder)
{
    using Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(folder);
    const int frames = 4;
    var random = new Random(1);
    ushort[] codes = [.. Enumerable.Range(0, frames * model.Config.Layers).Select(_ => (ushort)random.Next(model.Config.CodebookSize))];
    double squares = 0;
    var executor = new FloatExecutor(model.Decoder);
    var input = new FloatTensor(frames, model.Config.Layers, Array.ConvertAll(codes, c => (float)c));
    FloatTensor? wave = null;
    executor.Run(frames, new Dictionary<string, FloatTensor> { ["codes"] = input }, (node, value) => wave = node.Name == "decoder.decoder.6" ? value : wave);
    foreach (float v in wave!.Data)
    {
        squares += (double)v * v;
    }

    return Math.Sqrt(squares / wave.Data.Length);
}
