using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler.Counting;

namespace Qwen3Tokenizer.Edge.Benchmarks.M4;

/// <summary>What a board with a Cortex-M4 executes: exact counts of instructions, and cycles after a model.</summary>
public static class Measurement
{
    /// <summary>Clock that the share of real time refers to, Hz.</summary>
    public const double Clock = 80e6;

    /// <summary>A kernel of one shape.</summary>
    /// <param name="Kernel">Name.</param>
    /// <param name="In">Inputs, or channels.</param>
    /// <param name="Out">Outputs, or channels.</param>
    /// <param name="Rows">Rows.</param>
    /// <param name="Macs">Multiply-accumulates (LayerNorm: values).</param>
    /// <param name="Instructions">Instructions of one call.</param>
    public sealed record Shape(string Kernel, int In, int Out, int Rows, long Macs, long Instructions)
    {
        /// <summary>Instructions for one multiply-accumulate.</summary>
        public double PerMac => (double)Instructions / Macs;
    }

    /// <summary>A decoder over a run of frames.</summary>
    /// <param name="Frames">Frames of 80 ms.</param>
    /// <param name="Crc">Checksum of the samples, hexadecimal.</param>
    /// <param name="PerSecond">Instructions for a second of speech.</param>
    /// <param name="WorstFrame">Instructions of the costliest q3e_decode_frame.</param>
    /// <param name="CyclesPerSecond">Modelled cycles for a second of speech.</param>
    /// <param name="StackBytes">Deepest use of the stack.</param>
    /// <param name="Functions">Where the instructions go.</param>
    public sealed record Decoding(int Frames, string Crc, double PerSecond, long WorstFrame, double CyclesPerSecond, int StackBytes, IReadOnlyList<CycleModel.Cost> Functions)
    {
        /// <summary>Share of real time at <see cref="Clock"/>.</summary>
        public double RealTime => CyclesPerSecond / Clock;
    }

    /// <summary>Runs the kernels of shapes.c.</summary>
    public static List<Shape> Shapes(Firmware firmware, Emulator emulator, string optimisation)
    {
        string program = firmware.WithKernels("shapes.elf", [.. Firmware.CortexM4, optimisation], [Path.Combine(firmware.Repository, "benchmarks", "M4", "shapes.c")]);
        Emulator.Counted run = emulator.Count(program);
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Zip(run.Spans, Parse)];

        static Shape Parse(string line, long instructions)
        {
            string[] words = line.Split(' ');
            int Number(int at) => int.Parse(words[at], CultureInfo.InvariantCulture);
            return new Shape(words[0], Number(1), Number(2), Number(3), Number(4), instructions);
        }
    }

    /// <summary>Decodes codes [frame][layer] with a program made by <see cref="Firmware.Decoder"/>.</summary>
    public static Decoding Decode(Firmware firmware, Emulator emulator, string program, TokenClip clip)
    {
        const string Codes = "measured.codes";
        using (var file = new BinaryWriter(File.Create(Path.Combine(firmware.Folder, Codes))))
        {
            foreach (ushort code in clip.Codes)
            {
                file.Write(code);
            }
        }

        Emulator.Counted run = emulator.Count(program, [Codes, clip.Layers.ToString(CultureInfo.InvariantCulture)]);
        string[] words = run.Output.Trim().Split(' ');
        List<CycleModel.Cost> functions = CycleModel.Of(Disassembly.Parse(firmware.Tool("arm-none-eabi-objdump", ["-d", "--no-show-raw-insn", program])), run.Profile);
        double seconds = run.Spans.Count / clip.Rate.FramesPerSecond;
        return new Decoding(run.Spans.Count, words[2], run.Spans.Sum() / seconds, run.Spans.Max(), functions.Sum(f => f.Cycles) / seconds, int.Parse(words[4], CultureInfo.InvariantCulture), functions);
    }
}
