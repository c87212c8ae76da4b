using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>Makes an emitted folder a package of every build system that firmware is built with: the same sources, one small manifest each.</summary>
public static class PackageFiles
{
    /// <summary>Writes manifests, licences, the example and the bill of materials. Comes last: the bill of materials lists every file that is there.</summary>
    /// <param name="folder">The folder, as <see cref="EmittedFolder.Write"/> and the build left it.</param>
    /// <param name="weights">Licence and origin of the weights.</param>
    /// <param name="source">What was emitted of it.</param>
    /// <exception cref="BuildException">A file that comes with the tool is missing.</exception>
    public static void Write(string folder, WeightsLicence weights, ModelSource source)
    {
        PackageMetadata package = PackageMetadata.Of(folder, weights, source);
        foreach (string licence in package.LicenceFiles)
        {
            EmittedFolder.Text(folder, licence, ToolFile.Text(licence));
        }

        EmittedFolder.Text(folder, "CMakeLists.txt", CMakeProject.Print(package));
        EmittedFolder.Text(folder, "Makefile", MakeProject.Print(package));
        if (package.HasWeightsC)
        {
            WriteForFirmware(folder, package);
        }

        EmittedFolder.Text(folder, SpdxDocument.FileName(package), SpdxDocument.Print(folder, package));
    }

    // Their compilers need the weights as C arrays; a model that is too large for those is too large for what they build.
    private static void WriteForFirmware(string folder, PackageMetadata package)
    {
        // Arduino searches src only: what is included from there is one line each, not a second copy.
        foreach (string header in package.PublicHeaders)
        {
            EmittedFolder.Text(folder, $"src/{Path.GetFileName(header)}", $"/* For build systems that search src only, such as Arduino's. */\n#include \"../{header}\"\n");
        }

        EmittedFolder.Text(folder, "zephyr/module.yml", ZephyrModule.Manifest(package));
        EmittedFolder.Text(folder, "zephyr/CMakeLists.txt", ZephyrModule.CMake(package));
        EmittedFolder.Text(folder, "zephyr/Kconfig", ZephyrModule.Kconfig(package));
        EmittedFolder.Text(folder, "library.json", PlatformIoLibrary.Print(package));
        EmittedFolder.Text(folder, "library.properties", ArduinoLibrary.Properties(package));
        EmittedFolder.Text(folder, $"examples/{PackageMetadata.ExampleName}/{PackageMetadata.ExampleName}.ino", ArduinoLibrary.Sketch(package));
        EmittedFolder.Text(folder, $"examples/{PackageMetadata.ExampleName}/tokens.h", package.Example.Header());
        EmittedFolder.Text(folder, CmsisPack.FileName(package), CmsisPack.Print(package));
    }
}
