using System.Globalization;
using Qwen3Tokenizer.Edge.Benchmarks.FullModel;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Models.Families;

// The decoder of a Qwen3-TTS-Tokenizer-12Hz folder as INT8 C: emits it, compiles full_decoder.c beside it, and measures every set of kernels on one core.
// With "noise" it also compares every operation with the float executor.
if (args.Length is < 2 or > 4)
{
    Console.Error.WriteLine("usage: FullModel MODEL_FOLDER OUTPUT_FOLDER [FRAMES [noise]]");
    return 1;
}

int frames = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 8;
using Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(args[0]);
string folder = Path.GetFullPath(args[1]);
ushort[] calibration = RandomCodes.Of(model, frames, 1), codes = RandomCodes.Of(model, frames, 2);
FullModelSource full = FullModelBuild.Emit(model, [calibration], new LoweringOptions(), WeightLayout.Blocked);
Directory.CreateDirectory(folder);
EmittedFolder.Write(folder, full.Source);
Console.WriteLine(FormattableString.Invariant(
    $"{model.Name}: {full.Source.Weights.Bytes} bytes of weights, arena {full.Plan.ArenaBytes} bytes and {full.Plan.FrameBytes} more for each further frame at once"));
string program = Measurement.Compile(folder, full.Source.Names);
if (args.Length > 3)
{
    Measurement.Noise(folder, full, codes);
}

Console.Write(Measurement.Speed(program, folder));
return 0;
