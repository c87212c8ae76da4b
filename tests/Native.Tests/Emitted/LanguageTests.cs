namespace Qwen3Tokenizer.Edge.Tests.Emitted;

/// <summary>What is emitted converts explicitly, its headers are C++, and two models fit into one image.</summary>
public sealed class LanguageTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    // What a kernel's reader wants spelled out: every narrowing, every shadow, every missing prototype.
    private static readonly string[] Stricter = ["-Wconversion", "-Wsign-conversion", "-Wshadow", "-Wstrict-prototypes", "-Wmissing-prototypes", "-Wundef", "-Wcast-qual", "-Wvla"];

    [Theory, InlineData("gcc"), InlineData("clang")]
    public void Kernels_and_network_convert_and_declare_explicitly(string compiler)
    {
        foreach (BuiltModel built in (BuiltModel[])[models.Light, models.Meter])
        {
            string[] files = [.. built.Kernels, .. built.Networks];
            Assert.Equal(files.Length, Tools.Objects(compiler, built, $"stricter-{compiler}", [.. Tools.Strict, .. Stricter, "-O2"], files).Length);
        }
    }

    [Theory, InlineData("gcc"), InlineData("clang")]
    public void Every_header_compiles_by_itself_as_C99_and_as_Cpp11(string compiler)
    {
        foreach (BuiltModel built in (BuiltModel[])[models.Light, models.Meter])
        {
            foreach (string header in Directory.GetFiles(Path.Combine(built.Build.Folder, "include"), "*.h"))
            {
                Tools.Run(compiler, ["-x", "c", "-fsyntax-only", .. Tools.Strict, .. built.IncludeOptions, "-include", header, "/dev/null"], built.Scratch);
                Tools.Run(compiler, ["-x", "c++", "-fsyntax-only", "-std=c++11", .. Tools.Strict[1..], .. built.IncludeOptions, "-include", header, "/dev/null"], built.Scratch);
            }
        }
    }

    [Theory, InlineData("gcc", "g++"), InlineData("clang", "clang++")]
    public void Both_models_in_one_image_decode_independently_from_Cpp11(string compiler, string cppCompiler)
    {
        BuiltModel light = models.Light, meter = models.Meter;
        // One set of kernels: those of the two folders are the same files.
        Assert.All(light.Kernels.Zip(meter.Kernels), pair => Assert.Equal(File.ReadAllBytes(pair.First), File.ReadAllBytes(pair.Second)));
        string[] objects =
        [
            .. Tools.Objects(compiler, light, $"image-{compiler}", ["-std=c99", "-O2"], light.Library),
            .. Tools.Objects(compiler, meter, $"image-{compiler}", ["-std=c99", "-O2"], [.. meter.Networks, meter.Weights]),
        ];
        string program = light.InScratch($"two-models-{compiler}");
        Tools.Run(cppCompiler, ["-std=c++11", .. Tools.Strict[1..], "-Wold-style-cast", .. light.IncludeOptions, .. meter.IncludeOptions, Tools.CFile("emitted/two_models.cpp"), .. objects, "-o", program], light.Scratch);

        FrameStream stream = FrameStream.Golden(3, BuiltModel.SpaceLayers);
        stream.Write(program + ".frames");
        Tools.Run(program, [program + ".frames", program + ".light", program + ".meter"], light.Scratch);
        Assert.Equal(light.GoldenSamples(3), FrameStream.ReadSamples(program + ".light"));
        Assert.Equal(meter.GoldenSamples(3), FrameStream.ReadSamples(program + ".meter"));
    }
}
