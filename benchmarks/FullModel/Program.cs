using System.Globalization;
using Qwen3Tokenizer.Edge.Benchmarks.FullModel;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Compiler.Lowering;
using Qwen3Tokenizer.Edge.Models.Families;

// The decoder of a Qwen3-TTS-Tokenizer-12Hz folder as INT8 C, compiled with full_decoder.c:
//   speed  every set of kernels on one core
//   noise  every operation against the float executor
//   ort    in turns with ONNX Runtime in float32 on one core
if (args.Length != 4 || args[0] is not ("speed" or "noise" or "ort"))
{
    Console.Error.WriteLine("usage: FullModel speed|noise|ort MODEL_FOLDER OUTPUT_FOLDER CALIBRATION_FRAMES");
    return 1;
}

const int turns = 7, noiseFrames = 6;
int frames = int.Parse(args[3], CultureInfo.InvariantCulture);
using Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(args[1]);
string folder = Path.GetFullPath(args[2]);
FullModelSource full = FullModelBuild.Emit(model, [RandomCodes.Of(model, frames, 1)], new LoweringOptions(), WeightLayout.Blocked);
Directory.CreateDirectory(folder);
EmittedFolder.Write(folder, full.Source);
Console.WriteLine(FormattableString.Invariant(
    $"{model.Name}: {full.Source.Weights.Bytes} bytes of weights, arena {full.Plan.ArenaBytes} bytes and {full.Plan.FrameBytes} more for each further frame at once"));
if (args[0] == "noise")
{
    Measurement.Noise(folder, full, RandomCodes.Of(model, noiseFrames, 2));
    return 0;
}

string program = Measurement.Compile(folder, full.Source.Names);
if (args[0] == "speed")
{
    Console.Write(Measurement.Run(program, [], folder));
}
else
{
    OrtPeer.Compare(model, program, folder, turns);
}

return 0;
