using System.Globalization;
using Qwen3Tokenizer.Edge.Compiler.Packages;
using Qwen3Tokenizer.Edge.Tests.Emitted;
using Qwen3Tokenizer.Edge.Tests.Oracle;

namespace Qwen3Tokenizer.Edge.Tests.Packages;

/// <summary>A copy of an output folder, as somebody has it who was given it, and what a program that uses it must say.</summary>
internal sealed class PackageFolder
{
    private readonly BuiltModel _built;

    public PackageFolder(BuiltModel built, string purpose)
    {
        _built = built;
        // Neither the folder's name nor its place may matter; Arduino wants the library's name.
        Path = built.NewScratchFolder(System.IO.Path.Combine($"package {purpose}", Name));
        foreach (string file in Directory.GetFiles(built.Build.Folder, "*", SearchOption.AllDirectories))
        {
            string copy = In(System.IO.Path.GetRelativePath(built.Build.Folder, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    public string Path { get; }

    public string Name => _built.Names.Descriptor;

    public string Stem => _built.Names.Stem;

    public string Model => _built.Names.Model;

    /// <summary>The program that uses the package.</summary>
    public static string Consumer => Tools.CFile("packages/consumer.c");

    /// <summary>Folder of the example's tokens.</summary>
    public string ExampleFolder => In($"examples/{PackageMetadata.ExampleName}");

    /// <summary>Macros that tell the program which model it uses.</summary>
    public string[] ConsumerMacros => [$"MODEL_HEADER=\"{Stem}.h\"", $"MODEL={Name}", $"ARENA_BYTES={_built.Names.ArenaMacro}"];

    public IEnumerable<string> ConsumerOptions => [.. ConsumerMacros.Select(m => "-D" + m), "-I" + ExampleFolder];

    /// <summary>A path in the folder.</summary>
    public string In(string relative) => System.IO.Path.Combine(Path, relative);

    /// <summary>A new folder beside it.</summary>
    public string Beside(string name) => Directory.CreateDirectory(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Path)!, name)).FullName;

    public string Text(string relative) => File.ReadAllText(In(relative));

    /// <summary>Requires that a program prints the samples that the integer oracle gives for the example's tokens.</summary>
    public void RequireSamples(string program)
    {
        short[] expected = FrameStream.Of(ExampleTokens.Of(_built.Source.Model).Codes).DecodeWith(new IntegerOracle(_built.Program));
        string[] lines = Tools.Run(program, [], Path).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal(expected, lines.Select(l => short.Parse(l, CultureInfo.InvariantCulture)));
        // The row is a voice, not silence.
        Assert.Contains(expected, s => s > 2000);
    }

    /// <summary>Compiles files of the package and the program that uses it, with include paths relative to the package; returns the program.</summary>
    public string Compile(string name, IEnumerable<string> options, IEnumerable<string> includes, IEnumerable<string> files)
    {
        string program = System.IO.Path.Combine(Beside(name), "app");
        Tools.Run("gcc", ["-O1", .. options, .. includes.Select(i => "-I" + i), .. files, .. ConsumerOptions, Consumer, "-o", program], Path);
        return program;
    }
}
