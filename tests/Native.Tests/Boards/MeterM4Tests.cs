using System.Globalization;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Benchmarks.M4;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Compiler.Emission;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>The metering board, emulated: the same samples as on this machine, within its memory and its budget of instructions.</summary>
public sealed class MeterM4Tests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private const int Cases = 300;

    [Theory, InlineData("-O2"), InlineData("-Os"), InlineData("-O3")]
    public void Every_kernel_equals_the_portable_one_on_the_target(string optimisation)
    {
        var meter = new MeterFirmware(models, "kernels" + optimisation);
        string program = meter.Firmware.WithKernels(
            "selftest.elf", [.. Firmware.CortexM4, optimisation, "-Wl,--defsym=stack_bytes=0x2000"], Directory.GetFiles(Tools.CFile("m4"), "*.c"));

        Emulator.Result result = meter.Emulator.Run(Emulator.CortexM4, program, Cases.ToString(CultureInfo.InvariantCulture));

        string[] lines = result.Output.TrimEnd().Split('\n');
        Assert.True(result.Status == 0, result.Output);
        Assert.Equal(12, lines.Length);
        Assert.All(lines, line => Assert.True(line.Split(' ') is ["ok", var n, ..] && int.Parse(n, CultureInfo.InvariantCulture) >= Cases, line));
    }

    [Theory]
    [InlineData("-O2", WeightLayout.Pairs)]
    [InlineData("-Os", WeightLayout.Pairs)]
    [InlineData("-O3", WeightLayout.Pairs)]
    [InlineData("-O2", WeightLayout.Rows)]
    public void The_samples_on_a_Cortex_M4_are_those_of_this_machine(string optimisation, WeightLayout layout)
    {
        var meter = new MeterFirmware(models, $"m4{optimisation}{layout}");
        RequireStoredChecksum(meter, Emulator.CortexM4, meter.Decoder("decoder.elf", layout, [.. Firmware.CortexM4, optimisation]));
    }

    /// <summary>A Cortex-M3 lacks the DSP extension.</summary>
    [Theory]
    [InlineData("-mcpu=cortex-m3", "-O2", WeightLayout.Rows)]
    [InlineData("-mcpu=cortex-m3", "-Os", WeightLayout.Pairs)]
    [InlineData("-mcpu=cortex-m4", "-DQ3E_PORTABLE_ONLY", WeightLayout.Pairs)]
    public void The_portable_kernels_give_the_same_samples_on_a_Cortex_M3_and_on_an_M4(string processor, string option, WeightLayout layout)
    {
        var meter = new MeterFirmware(models, $"portable{processor}{option}{layout}");
        string optimisation = option.StartsWith("-O", StringComparison.Ordinal) ? option : "-O1";
        string program = meter.Decoder("decoder.elf", layout, processor, "-mthumb", optimisation, option);
        RequireStoredChecksum(meter, processor == "-mcpu=cortex-m3" ? Emulator.CortexM3 : Emulator.CortexM4, program);
    }

    [Fact]
    public void The_kernels_of_the_Cortex_M4_do_not_run_on_a_Cortex_M3()
    {
        var meter = new MeterFirmware(models, "fault");
        string program = meter.Decoder("decoder.elf", WeightLayout.Pairs, [.. Firmware.CortexM4, "-O2"]);
        Emulator.Result result = meter.Emulator.Run(Emulator.CortexM3, program);
        Assert.Equal(70, result.Status);
        Assert.Contains("fault", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Host_kernels_read_weights_in_pairs()
    {
        var meter = new MeterFirmware(models, "host");
        string emitted = meter.Emit(WeightLayout.Pairs);
        string[] includes = [.. ((string[])["include", "src", "src/kernels", "conformance"]).Select(f => "-I" + Path.Combine(emitted, f))];
        string program = Path.Combine(meter.Firmware.Folder, "kernel-sets");
        string[] files = [.. Directory.GetFiles(Path.Combine(emitted, "src/kernels"), "*.c"), Path.Combine(emitted, "src/edge_meter.c"), Path.Combine(emitted, "src/edge_meter_weights.S"), Tools.CFile("x86/emitted/kernel_sets.c")];
        Tools.Run("gcc", [.. Tools.Strict, "-O2", .. models.Meter.ModelOptions, .. includes, .. files, "-o", program], meter.Firmware.Folder);
        Assert.All(Tools.Run(program, [], meter.Firmware.Folder).TrimEnd().Split('\n'), line => Assert.EndsWith($" {meter.Crc:x8} {meter.ConcealedCrc:x8}", line, StringComparison.Ordinal));
    }

    [Fact]
    public void A_second_of_speech_stays_within_its_budget_and_the_64_KiB()
    {
        var meter = new MeterFirmware(models, "budget");
        string program = meter.Decoder("decoder.elf", WeightLayout.Pairs, [.. Firmware.CortexM4, "-O2"]);
        string wav = Path.Combine(Path.GetDirectoryName(BuiltInModels.PathOf(BuiltInModels.Default))!, "clips", "quickstart.wav");
        TokenClip clip = EdgeCodec.Encode(models.Light.Model, AudioFile.Read(wav).Resample(models.Light.Model.Config.SampleRate).ToMono());

        Measurement.Decoding decoding = Measurement.Decode(meter.Firmware, meter.Emulator, program, clip);
        Firmware.Footprint size = meter.Firmware.Size(program);

        Assert.Equal(clip.Frames, decoding.Frames);
        Assert.InRange(decoding.PerSecond, 1e6, 12.2e6);
        Assert.InRange(decoding.WorstFrame, 100_000, 1_100_000);
        Assert.InRange(decoding.RealTime, 0.05, 0.23);
        Assert.InRange(decoding.StackBytes, 1, 4096);
        Assert.InRange(size.Flash, 300_000, 512 * 1024);
        Assert.InRange(size.Ram, 16_832 + 4096, 64 * 1024);
    }

    [Fact]
    public void Nothing_is_stored_above_the_64_KiB_that_the_emulator_does_not_enforce()
    {
        const uint Ram = 0x20000000;
        var meter = new MeterFirmware(models, "stores");
        string program = meter.Decoder("decoder.elf", WeightLayout.Pairs, [.. Firmware.CortexM4, "-O2"]);
        Assert.Empty(meter.Emulator.Count(program, watchFrom: Ram + (64 * 1024), watchTo: Ram + (256 * 1024)).Stores);
        // The watch itself works: below the limit the same run does store.
        Assert.NotEmpty(meter.Emulator.Count(program, watchFrom: Ram, watchTo: Ram + 4096).Stores);
    }

    [Theory, InlineData("0x800", "less than 4 KiB"), InlineData("0x10000", "RAM")]
    public void The_linker_refuses_a_stack_that_is_too_small_or_does_not_fit(string bytes, string why)
    {
        var meter = new MeterFirmware(models, "stack" + bytes);
        BuildException failure = Assert.Throws<BuildException>(() => meter.Decoder("decoder.elf", WeightLayout.Pairs, [.. Firmware.CortexM4, "-O2", "-Wl,--defsym=stack_bytes=" + bytes]));
        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernels_keep_their_instructions_for_a_multiply_accumulate()
    {
        var meter = new MeterFirmware(models, "shapes");
        List<Measurement.Shape> shapes = Measurement.Shapes(meter.Firmware, meter.Emulator, "-O2");
        Assert.Equal(18, shapes.Count);
        Assert.All(shapes.Where(s => s.Kernel.StartsWith("linear", StringComparison.Ordinal)), s => Assert.True(s.PerMac <= Limit(s), $"{s}: {s.PerMac:F3}"));
        Assert.All(shapes.Where(s => s.Kernel == "depthwise_s16"), s => Assert.True(s.PerMac <= 6, $"{s}: {s.PerMac:F3}"));

        // More rows share what a row alone has to load.
        static double Limit(Measurement.Shape s) => s.Rows switch { 1 => 1.25, 4 => 1.10, _ => 0.95 };
    }

    private static void RequireStoredChecksum(MeterFirmware meter, string machine, string program)
    {
        Emulator.Result result = meter.Emulator.Run(machine, program);
        // By frames, then by hops.
        Assert.Equal($"{meter.Crc:x8}\n{meter.Crc:x8}\n", result.Output);
        Assert.Equal(0, result.Status);
    }
}
