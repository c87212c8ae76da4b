using System.Globalization;
using Qwen3Tokenizer.Edge;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Benchmarks.M4;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Calibration;
using Qwen3Tokenizer.Edge.Compiler.Counting;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Models.Families;

// dotnet run --project benchmarks/M4 [-- OPTION [CLIP.wav]]: edge-meter and its kernels on an emulated Cortex-M4, as the tables of RESULTS.md. OPTION is
// the compiler's optimisation, -O2 when none is given. With --image FILE.elf [HZ] instead: the test image of `q3edge build --board meter-m4` says all
// of its alerts; HZ is the board's clock, 80 MHz when none is given, and after it `cortex-m3` for meter-m3's.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["--image", var image, ..])
{
    double clock = args.Length > 2 ? double.Parse(args[2]) : Measurement.Clock;
    DirectoryInfo runs = Directory.CreateTempSubdirectory("q3e-m4-");
    try
    {
        var tools = new Firmware(Directory.GetCurrentDirectory(), runs.FullName);
        var speaking = Speaking.Of(tools, new Emulator(tools), Path.GetFullPath(image), args.Contains("cortex-m3"));
        Console.WriteLine($"| frames | not silent | instructions for a second of them | worst frame | modelled cycles a second, all frames | of real time at {clock / 1e6} MHz | stores above 64 KiB |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        Console.WriteLine($"| {speaking.Frames} | {speaking.Sounding} | {speaking.PerSecond / 1e6:F2} M | {speaking.WorstFrame} | {speaking.CyclesPerSecond / 1e6:F2} M | {speaking.CyclesPerSecond / clock:F3} | {speaking.Stores} |");
        return 0;
    }
    finally
    {
        runs.Delete(recursive: true);
    }
}

string root = Directory.GetCurrentDirectory(), optimisation = args.Length > 0 ? args[0] : "-O2";
string wav = args.Length > 1 ? args[1] : Path.Combine("src", "Qwen3Tokenizer.Edge.Models", "Data", "clips", "quickstart.wav");
if (!File.Exists(Path.Combine(root, "boards", "meter-m4", "stm32f405.ld")) || !File.Exists(wav))
{
    Console.Error.WriteLine($"{wav}: is not there; run from the project's root or name a clip.");
    return 1;
}

DirectoryInfo folder = Directory.CreateTempSubdirectory("q3e-m4-");
try
{
    EdgeModel light = EdgeModel.Load("edge-light"), meter = EdgeModel.Load("edge-meter");
    string emitted = Path.Combine(folder.FullName, "emitted");
    BuildResult host = HostBuild.Build(meter, Path.Combine(folder.FullName, "host"));
    (_, _, ModelSource source) = HostBuild.Emit(meter, CalibrationClips.Load(light), layout: WeightLayout.Pairs);
    EmittedFolder.Write(emitted, source);
    File.Copy(Path.Combine(host.Folder, "conformance", "vectors.h"), Path.Combine(emitted, "conformance", "vectors.h"));

    var firmware = new Firmware(root, Path.Combine(folder.FullName, "firmware"));
    var emulator = new Emulator(firmware);
    string program = firmware.Decoder("decoder.elf", emitted, source.Names, [.. Firmware.CortexM4, optimisation]);
    Emulator.Result conformance = emulator.Run(Emulator.CortexM4, program);
    TokenClip clip = EdgeCodec.Encode(light, AudioFile.Read(wav).Resample(light.Config.SampleRate).ToMono());
    Measurement.Decoding decoding = Measurement.Decode(firmware, emulator, program, clip);
    Firmware.Footprint size = firmware.Size(program);

    Console.WriteLine($"{firmware.Tool("arm-none-eabi-gcc", ["--version"]).Split('\n')[0]}, {firmware.Tool("qemu-system-arm", ["--version"]).Split('\n')[0]}, {optimisation}");
    Console.WriteLine($"conformance: {(conformance.Status == 0 ? "agrees" : "DIFFERS")} (host {host.ConformanceCrc:x8})");
    Console.WriteLine();
    Console.WriteLine("| kernel | in | out | rows | instructions | for one multiply-accumulate |");
    Console.WriteLine("|---|---|---|---|---|---|");
    foreach (Measurement.Shape s in Measurement.Shapes(firmware, emulator, optimisation))
    {
        Console.WriteLine($"| {s.Kernel} | {s.In} | {s.Out} | {s.Rows} | {s.Instructions} | {s.PerMac:F3} |");
    }

    Console.WriteLine();
    Console.WriteLine("| frames | instructions for a second of speech | worst frame | modelled cycles a second | of real time at 80 MHz | flash, bytes | RAM with stack, bytes | stack used, bytes |");
    Console.WriteLine("|---|---|---|---|---|---|---|---|");
    Console.WriteLine($"| {decoding.Frames} | {decoding.PerSecond / 1e6:F2} M | {decoding.WorstFrame} | {decoding.CyclesPerSecond / 1e6:F2} M | {decoding.RealTime:F3} | {size.Flash} | {size.Ram} | {decoding.StackBytes} |");
    Console.WriteLine();
    Console.WriteLine("| function | share of the instructions, % |");
    Console.WriteLine("|---|---|");
    long all = decoding.Functions.Sum(f => f.Instructions);
    foreach (CycleModel.Cost f in decoding.Functions.Take(16))
    {
        Console.WriteLine($"| {f.Function} | {100.0 * f.Instructions / all:F1} |");
    }

    return conformance.Status == 0 ? 0 : 2;
}
finally
{
    folder.Delete(recursive: true);
}
