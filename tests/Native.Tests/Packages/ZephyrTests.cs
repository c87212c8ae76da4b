using System.Globalization;
using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Tests.Emitted;

namespace Qwen3Tokenizer.Edge.Tests.Packages;

/// <summary>
/// The output folder as a Zephyr module: its Kconfig through the library that Zephyr uses, its CMakeLists through functions that do what Zephyr's do (c/packages/zephyr).
/// </summary>
public sealed partial class ZephyrTests(BuiltModels models) : IClassFixture<BuiltModels>
{
    [Theory, InlineData("edge-light"), InlineData("edge-meter")]
    public void The_manifest_names_the_module_and_files_that_exist(string model)
    {
        var package = new PackageFolder(models[model], "zephyr manifest");
        // The two levels of a mapping that module.yml has, which is all of YAML that it uses.
        string[] lines = [.. package.Text("zephyr/module.yml").Split('\n').Where(l => l.Length > 0 && l[0] != '#')];
        Assert.All(lines, l => Assert.Matches(Entry(), l));
        Assert.Equal([$"name: {package.Name}", "build:", "  cmake: zephyr", "  kconfig: zephyr/Kconfig"], lines);

        Assert.True(File.Exists(package.In("zephyr/CMakeLists.txt")));
        Assert.True(File.Exists(package.In("zephyr/Kconfig")));
        Assert.Matches("^[a-z0-9_]+$", package.Name);
    }

    [Theory]
    [InlineData("", "is not set", "")]
    [InlineData("CONFIG_Q3E_EDGE_METER=y", "=y", "is not set")]
    [InlineData("CONFIG_Q3E_EDGE_METER=y\nCONFIG_Q3E_EDGE_METER_WEIGHTS_AS_C=y", "=y", "=y")]
    [InlineData("CONFIG_Q3E_EDGE_METER_WEIGHTS_AS_C=y", "is not set", "")]
    [InlineData("CONFIG_BIG_ENDIAN=y\nCONFIG_Q3E_EDGE_METER=y", "", "")]
    public void The_options_are_off_until_asked_for_and_depend_on_each_other(string asked, string option, string arrays)
    {
        var package = new PackageFolder(models.Meter, $"zephyr options {Guid.NewGuid():N}");

        string configuration = File.ReadAllText(Configure(package.Beside("app"), asked, package));

        // Empty: the option cannot be seen.
        Assert.Equal(option, State(configuration, "CONFIG_Q3E_EDGE_METER"));
        Assert.Equal(arrays, State(configuration, "CONFIG_Q3E_EDGE_METER_WEIGHTS_AS_C"));
    }

    [Fact]
    public void Both_modules_are_linked_whole_into_one_image()
    {
        var meter = new PackageFolder(models.Meter, "zephyr image");
        var light = new PackageFolder(models.Light, "zephyr image");
        string app = meter.Beside("app"), build = Path.Combine(app, "build");
        string configuration = Configure(app, "CONFIG_Q3E_EDGE_METER=y\nCONFIG_Q3E_EDGE_LIGHT=y\nCONFIG_Q3E_EDGE_METER_WEIGHTS_AS_C=y", light, meter);

        Tools.Run(
            "cmake",
            [
                "-S", Tools.CFile("packages/zephyr"), "-B", build, "-DCMAKE_BUILD_TYPE=Release", $"-DDOTCONFIG={configuration}", $"-DMODULES={light.Path};{meter.Path}",
                $"-DAPP_SOURCE={PackageFolder.Consumer}", $"-DAPP_INCLUDE={meter.ExampleFolder}", $"-DAPP_DEFINITIONS={string.Join(';', meter.ConsumerMacros)}",
            ],
            app);
        Tools.Run("cmake", ["--build", build, "--parallel", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)], app);

        meter.RequireSamples(Path.Combine(build, "app"));
        string[] objects = [.. Directory.GetFiles(build, "*_weights.*.o", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.Equal(["edge_light_weights.S.o", "edge_meter_weights.c.o"], objects);
    }

    /// <summary>Writes the configuration that the options asked for lead to; returns its path.</summary>
    private static string Configure(string app, string asked, params PackageFolder[] modules)
    {
        // Zephyr's own option, and a menu a module as its build writes it.
        string menus = string.Concat(modules.Select(m => $"menu \"{m.Name}\"\nosource \"{m.In("zephyr/Kconfig")}\"\nendmenu\n"));
        File.WriteAllText(Path.Combine(app, "Kconfig"), $"config BIG_ENDIAN\n\tbool \"big-endian\"\n\n{menus}");
        string configuration = Path.Combine(app, ".config");
        File.WriteAllText(configuration, asked + "\n");
        Tools.Run("/usr/bin/python3", ["-m", "olddefconfig", "Kconfig"], app);
        return configuration;
    }

    private static string State(string configuration, string name) => Regex.Match(configuration, $"^(?:# )?{name}(?: (is not set)|(=y))$", RegexOptions.Multiline) is { Success: true } m ? m.Groups[1].Value + m.Groups[2].Value : "";

    [GeneratedRegex(@"^(  )?[a-z]+:( [\w/]+)?$")]
    private static partial Regex Entry();
}
