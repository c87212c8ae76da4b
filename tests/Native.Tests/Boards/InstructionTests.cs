using System.Globalization;
using System.Runtime.InteropServices;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Boards;

/// <summary>Instructions that kernels and a whole decoder execute, counted under QEMU.</summary>
public sealed class InstructionTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private const double FramesPerSecond = 12.5;

    [Theory]
    [InlineData("cortex-a72", 0.33)]
    [InlineData("cortex-a76", 0.095)]
    public void A_matrix_with_its_requantization_stays_within_its_instructions(string processor, double most)
    {
        const int Rows = 16, Inputs = 128, Outputs = 512, Times = 4;
        ArmTarget target = ArmTarget.Of(processor);
        string kernels = Tools.RepositoryPath("native/kernels"), folder = models.Light.Scratch, program = models.Light.InScratch($"linear-count-{processor}");
        string[] files = [Tools.CFile("arm/linear_count.c"), .. Directory.GetFiles(kernels, "*.c")];
        Tools.Run(target.CompilerName, [.. target.Options, "-I", Tools.RepositoryPath("native/include"), "-I", kernels, .. files, "-o", program], folder);

        long Of(int times) => target.Count(program, [.. ((int[])[target.BestSet]).Select(Text), "s8", .. ((int[])[Rows, Inputs, Outputs, times]).Select(Text)], folder);
        double perMac = (Of(1 + Times) - Of(1)) / ((double)Times * Rows * Inputs * Outputs);

        Assert.InRange(perMac, 1.0 / 64, most);
    }

    [Fact]
    public void A_second_of_speech_takes_a_Cortex_A72_at_most_a_hundred_million_instructions()
    {
        const int Frames = 8, First = 8;
        BuiltModel built = models.Light;
        ArmTarget target = ArmTarget.Of("cortex-a72");
        string program = target.Link(built, "conformance", [], [.. built.Library, built.ConformanceProgram]);

        // Voiced speech out of the conformance vectors; the start of the program is in both runs.
        TokenClip clip = TokenFile.Read(Path.Combine(built.Build.Folder, "conformance", "tokens.q3t"));
        long Of(int frames)
        {
            string codes = $"count-{Text(frames)}.codes";
            File.WriteAllBytes(built.InScratch(codes), MemoryMarshal.AsBytes(clip.Codes.Slice(First * clip.Layers, frames * clip.Layers)).ToArray());
            return target.Count(program, ["decode", codes, Text(clip.Layers), "count.pcm"], built.Scratch);
        }

        double perSecond = (Of(Frames) - Of(1)) / (double)(Frames - 1) * FramesPerSecond;

        Assert.InRange(perSecond, 10e6, 100e6);
    }

    [Fact]
    public void The_library_for_a_Raspberry_Pi_4_has_at_most_12_MB()
    {
        BuiltModel built = models.Light;
        var board = Compiler.Boards.Board.Load("rpi4");
        string library = built.InScratch("rpi4.so");
        Tools.Run(board.Toolchain.Compiler, [.. Tools.Strict, .. board.CompilerFlags, "-fPIC", "-fvisibility=hidden", "-DQ3E_SHARED_BUILD", "-shared", .. built.IncludeOptions, .. built.Library, "-o", library], built.Scratch);

        Assert.InRange(new FileInfo(library).Length, 10_000_000, 12_000_000);
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
