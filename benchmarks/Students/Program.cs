using System.Globalization;
using Qwen3Tokenizer.Edge;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Benchmarks.Students;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Safetensors;
using Qwen3Tokenizer.Edge.Reference.Sessions;

// dotnet run -c Release --project benchmarks/Students -- measure | alerts | digits MODEL...: see README.md of this folder.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string folder = Directory.CreateTempSubdirectory("q3e-students-").FullName;
try
{
    Options options = Options.Parse(args);
    Action<Options, string> run = options.Verb switch
    {
        "measure" => Measure.Run,
        "alerts" => Alerts.Run,
        _ => Digits.Run,
    };
    run(options, folder);
    return 0;
}
catch (Exception e) when (e is ArgumentException or BuildException or ModelFormatException or TokenFormatException or AudioFormatException or DeviceException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
