using System.Globalization;
using System.Runtime.Intrinsics.X86;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Every set of kernels gives the samples of the portable set.</summary>
public sealed class KernelSetTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    private static readonly string[] Sanitizers = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"];

    // As .NET sees the processor, which the library asks by itself.
    private static readonly int Best = Avx512BW.VL.IsSupported && HasVnni() ? 2 : Avx2.IsSupported ? 1 : 0;

    [Theory, InlineData("gcc", 100_000), InlineData("clang", 3_000)]
    public void Every_kernel_equals_the_portable_one_bit_for_bit(string compiler, int cases)
    {
        string kernels = Tools.RepositoryPath("native/kernels"), program = models.Light.InScratch($"x86-selftest-{compiler}");
        string[] files = [.. Directory.GetFiles(Tools.CFile("x86"), "*.c"), .. Directory.GetFiles(kernels, "*.c")];
        // The many cases run fast, the few under the sanitizers.
        string[] options = compiler == "gcc" ? ["-O2"] : Sanitizers;
        Tools.Run(compiler, [.. Tools.Strict, .. options, "-I", Tools.RepositoryPath("native/include"), "-I", kernels, .. files, "-o", program], models.Light.Scratch);
        string[] lines = Tools.Run(program, [cases.ToString(CultureInfo.InvariantCulture)], models.Light.Scratch).TrimEnd().Split('\n');
        Assert.Equal($"best set of this processor: {Best}", lines[0]);
        Assert.Equal(21, lines.Length - 1);
        Assert.All(lines[1..], line => Assert.True(long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture) >= (long)cases * Best, line));
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void Every_set_of_kernels_gives_the_stored_checksums(string model) => Tools.Each(Tools.Compilers, compiler =>
    {
        BuiltModel built = models[model];
        string[] options = [.. Tools.Strict, .. compiler == "gcc" ? ["-O3"] : Sanitizers, .. built.ModelOptions];
        string program = Tools.Link(compiler, built, $"kernel-sets-{compiler}", options, [.. built.Library, Tools.CFile("x86/emitted/kernel_sets.c")]);
        string expected = string.Concat(Enumerable.Range(0, Best + 2).Select(set => $"{set} {built.StoredChecksums().All:x8} {built.StoredChecksums().Concealed:x8}\n"));
        Assert.Equal(expected, Tools.Run(program, [], built.Scratch));
    });

    /// <summary>In arenas of the exact size: fast and under the sanitizers, then under valgrind, to which memory from malloc is undefined.</summary>
    [Fact]
    public void The_encoder_gives_the_stored_checksum_with_every_set_of_kernels()
    {
        BuiltModel light = models.Light;
        string expected = string.Concat(Enumerable.Range(0, Best + 2).Select(set => $"{set} {light.StoredChecksums().Encoder:x8}\n"));
        Tools.Each(Tools.Compilers, compiler =>
        {
            string[] options = [.. Tools.Strict, .. compiler == "gcc" ? ["-O3"] : Sanitizers, .. light.ModelOptions];
            string program = Tools.Link(compiler, light, $"encoder-sets-{compiler}", options, [.. light.Library, Tools.CFile("x86/emitted/encoder_sets.c")]);
            Assert.Equal(expected, Tools.Run(program, [], light.Scratch));
        });
        // valgrind shows its programs a processor with AVX2 and without AVX-512.
        string seen = string.Concat(Enumerable.Range(0, Math.Min(Best, 1) + 2).Select(set => $"{set} {light.StoredChecksums().Encoder:x8}\n"));
        Assert.Equal(seen, Tools.Run("valgrind", ["-q", "--error-exitcode=9", "--leak-check=full", light.InScratch("encoder-sets-gcc")], light.Scratch));
    }

    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void A_portable_build_calls_its_kernels_directly_and_gives_the_stored_checksums(string model)
    {
        BuiltModel built = models[model];
        string program = Tools.Link("gcc", built, "portable-only", [.. Tools.Strict, "-O2", "-DQ3E_PORTABLE_ONLY"], [.. built.Library, built.ConformanceProgram]);
        built.RequireStoredChecksums(program);
        Assert.DoesNotContain("q3e_kernel_sets", Tools.Run("nm", [program], built.Scratch), StringComparison.Ordinal);
    }

    // .NET has no class for AVX-512 VNNI: leaf 7, ecx, bit 11.
    private static bool HasVnni() => (X86Base.CpuId(7, 0).Ecx & (1 << 11)) != 0;
}
