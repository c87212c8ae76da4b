using System.Globalization;
using System.Xml.Linq;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>How many lines of the readers a test run covered, from its Cobertura report.</summary>
internal static class ReaderCoverage
{
    private const double Least = 0.95;

    /// <summary>Files that read what comes from outside. Writers, and what only libsndfile's formats need, are not among them.</summary>
    private static readonly (string Reader, string[] Files)[] Readers =
    [
        ("wav", ["ByteSource.cs", "ChannelBuffer.cs", "FiniteSamples.cs", "WavFormat.cs", "WavReader.cs", "WavSamples.cs"]),
        ("q3t", ["CodePacking.cs", "Crc32.cs", "Q3tHeader.cs", "Q3tReader.cs", "Q3tSection.cs", "Q3tTrailer.cs", "TokenFile.cs"]),
        ("safetensors", ["DType.cs", "SafetensorsFile.cs", "SafetensorsHeader.cs", "TensorInfo.cs"]),
        ("json", ["ConfigSection.cs", "DecoderConfig.cs", "EdgeModelConfig.cs", "EmbeddingsConfig.cs", "EncoderConfig.cs", "FrontEndConfig.cs", "QuantizerConfig.cs"]),
        ("npy", ["NpyCodes.cs", "NpyHeader.cs", "CodeBuffer.cs", "CodeMatrix.cs"]),
        ("csv", ["CsvCodes.cs", "CsvLines.cs"]),
        ("rvq", ["RvqCodes.cs"]),
    ];

    public static int Print(string path)
    {
        // A line belongs to several classes where there are closures: it is covered if any of them ran it.
        Dictionary<string, Dictionary<int, bool>> files = new(StringComparer.Ordinal);
        foreach (XElement type in XDocument.Load(path).Descendants("class"))
        {
            string file = Path.GetFileName(((string)type.Attribute("filename")!).Replace('\\', '/'));
            if (!files.TryGetValue(file, out Dictionary<int, bool>? lines))
                files[file] = lines = [];
            foreach (XElement line in type.Elements("lines").Elements("line"))
            {
                int number = (int)line.Attribute("number")!;
                lines[number] = lines.GetValueOrDefault(number) || (long)line.Attribute("hits")! > 0;
            }
        }
        bool enough = true;
        foreach ((string reader, string[] names) in Readers)
        {
            int covered = 0, all = 0;
            foreach (string name in names)
            {
                if (!files.TryGetValue(name, out Dictionary<int, bool>? lines))
                {
                    Console.Error.WriteLine($"{path}: {name} is missing.");
                    return 1;
                }
                covered += lines.Values.Count(hit => hit);
                all += lines.Count;
                string missed = string.Join(' ', lines.Where(l => !l.Value).Select(l => l.Key).Order());
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-24}{lines.Values.Count(hit => hit),4} of {lines.Count,4}{(missed.Length > 0 ? "   not: " + missed : "")}"));
            }
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{reader,-12}{covered} of {all} lines, {(double)covered / all:P1}"));
            enough &= covered >= Least * all;
        }
        return enough ? 0 : 1;
    }
}
