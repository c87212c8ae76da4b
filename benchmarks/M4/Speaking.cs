using System.Buffers.Binary;
using Qwen3Tokenizer.Edge.Compiler.Counting;

namespace Qwen3Tokenizer.Edge.Benchmarks.M4;

/// <summary>A firmware image that says all of its alerts (native/firmware/alerts_main.c), counted.</summary>
/// <param name="Pcm">Samples of all alerts, 16 bits little-endian.</param>
/// <param name="Frames">Frames of 80 ms.</param>
/// <param name="Sounding">Those with a sample of at least -60 dB of full scale.</param>
/// <param name="PerSecond">Instructions of q3e_decode_frame for a second of sounding frames.</param>
/// <param name="WorstFrame">Instructions of the costliest frame.</param>
/// <param name="CyclesPerSecond">Modelled cycles for a second of speech, all frames.</param>
/// <param name="Stores">Stores at or above 64 KiB of RAM.</param>
public sealed record Speaking(byte[] Pcm, int Frames, int Sounding, double PerSecond, long WorstFrame, double CyclesPerSecond, int Stores)
{
    private const double FramesPerSecond = 12.5;
    private const int Silence = 33;

    /// <summary>Runs an image.</summary>
    /// <param name="firmware">Tools; its folder takes the samples.</param>
    /// <param name="emulator">The emulator.</param>
    /// <param name="program">The image, full path.</param>
    /// <param name="cortexM3">Whether its processor is a Cortex-M3; the emulated one is a Cortex-M4, which executes the same instructions.</param>
    public static Speaking Of(Firmware firmware, Emulator emulator, string program, bool cortexM3 = false)
    {
        const uint Ram = 0x20000000;
        const string File = "alerts.pcm";
        Directory.CreateDirectory(firmware.Folder);
        Emulator.Counted run = emulator.Count(program, ["pcm", File], Ram + (64 * 1024), Ram + (256 * 1024));
        byte[] pcm = System.IO.File.ReadAllBytes(Path.Combine(firmware.Folder, File));
        int frameBytes = pcm.Length / run.Spans.Count;
        bool Sounds(int frame)
        {
            for (int at = frame * frameBytes; at < (frame + 1) * frameBytes; at += 2)
            {
                if (Math.Abs((int)BinaryPrimitives.ReadInt16LittleEndian(pcm.AsSpan(at))) >= Silence)
                {
                    return true;
                }
            }

            return false;
        }

        long[] sounding = [.. run.Spans.Where((_, frame) => Sounds(frame))];
        List<CycleModel.Cost> functions = CycleModel.Of(Disassembly.Parse(firmware.Tool("arm-none-eabi-objdump", ["-d", "--no-show-raw-insn", program])), run.Profile, cortexM3);
        return new Speaking(
            pcm, run.Spans.Count, sounding.Length, sounding.Average() * FramesPerSecond, run.Spans.Max(), functions.Sum(f => f.Cycles) * FramesPerSecond / run.Spans.Count, run.Stores.Count);
    }
}
