using System.Globalization;
using System.Runtime.InteropServices;

namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>Any compiler at any optimisation level gives the stored checksums, also where fused multiply-add could round floating point differently.</summary>
[Collection(EmittedCollection.Name)]
public sealed class CompilerMatrixTests(BuiltModels models)
{
    // Fused multiply-add is an option of x86-64 and a part of every ARMv8.
    private static readonly string[] Fused = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? ["-mfma"] : [];

    private static readonly string[][] Levels = [["-O0"], ["-O2"], ["-Os"], ["-O3", "-march=native", .. Fused, "-ffp-contract=fast"]];

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (string model in (string[])["edge-light", "edge-meter"])
            foreach (string compiler in Tools.Compilers)
                cases.Add(model, compiler);
        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Every_optimisation_level_gives_the_stored_checksums(string model, string compiler) =>
        Tools.Each(Levels, level => RequireStoredChecksums(models[model], compiler, level, models[model].Weights));

    [Theory, MemberData(nameof(Cases))]
    public void Weights_as_C_arrays_give_the_stored_checksums(string model, string compiler) =>
        RequireStoredChecksums(models[model], compiler, ["-O1"], models[model].WeightsAsC);

    private static void RequireStoredChecksums(BuiltModel built, string compiler, string[] options, string weights)
    {
        string name = $"crc-{compiler}{string.Concat(options)}{Path.GetExtension(weights)}";
        string program = Tools.Link(compiler, built, name, [.. Tools.Strict, .. options], [.. built.Kernels, built.Network, weights, built.ConformanceProgram]);
        // The program prints what it got by frames, by frames and hops in turn, and with few layers; it fails when they are not the stored ones.
        string[] words = Tools.Run(program, [], built.Scratch).Trim().Split(' ');
        (uint all, uint few) = built.StoredChecksums();
        uint[] got = [.. words[1..].Select(word => uint.Parse(word, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        Assert.Equal(new[] { all, all, few }, got);
        Assert.Equal(all, built.Build.ConformanceCrc);
    }
}
