using System.Globalization;
using Qwen3Tokenizer.Edge.Fuzzing;

const string Usage = """
    fuzz all|NAME [--inputs 200000] [--seed 1] [--out FOLDER]   runs the readers (wav q3t safetensors json npy csv rvq)
    fuzz emit-native FOLDER                                     builds both models for the C fuzzer (native/run.sh)
    fuzz coverage FILE.cobertura.xml                            lines of the readers that a test run covered
    """;

int inputs = 200_000, seed = 1;
string folder = "fuzz-failures";
var words = new List<string>();
for (int i = 0; i < args.Length; i++)
{
    string value = i + 1 < args.Length ? args[i + 1] : "";
    switch (args[i])
    {
        case "--inputs" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out inputs) && inputs > 0:
        case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out seed):
            i++;
            break;
        case "--out" when value.Length > 0:
            folder = value;
            i++;
            break;
        default:
            words.Add(args[i]);
            break;
    }
}

switch (words)
{
    case ["emit-native", var target]:
        return NativeFuzzer.Emit(target);
    case ["coverage", var file]:
        return ReaderCoverage.Print(file);
    case [var name] when name == "all" || AllTargets.Make().Any(t => t.Name == name):
        return ReaderFuzzer.Run(name, inputs, seed, folder);
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
