using System.Text.Json;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Tests.Models.Qwen3Tts;

/// <summary>The golden vectors of the full-size model's family (tests/data/qwen3-golden): two small models with random weights, and what the authors' own code made of them.</summary>
internal static class Qwen3Golden
{
    private static readonly Lazy<Qwen3Tts12Hz> TinyModel = new(() => Qwen3Tts12Hz.Load(Folder("tiny")));
    private static readonly Lazy<Qwen3Tts12Hz> MediumModel = new(() => Qwen3Tts12Hz.Load(Folder("medium")));

    public static Qwen3Tts12Hz Model(string name) => (name == "tiny" ? TinyModel : MediumModel).Value;

    public static string Folder(string model) => TestData.Path($"qwen3-golden/{model}");

    /// <summary>Cases by kind: those with samples to encode, and those with codes to decode.</summary>
    public static TheoryData<string, string> Cases(string file)
    {
        var cases = new TheoryData<string, string>();
        foreach (string model in (ReadOnlySpan<string>)["tiny", "medium"])
        {
            using JsonDocument list = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(model), "cases", "cases.json")));
            foreach (JsonElement entry in list.RootElement.GetProperty("cases").EnumerateArray())
            {
                string name = entry.GetProperty("name").GetString()!;
                if (File.Exists(Path.Combine(Folder(model), "cases", name, file)))
                {
                    cases.Add(model, name);
                }
            }
        }

        return cases;
    }

    public static Npy Array(string model, string name, string file) => Npy.LoadTestData($"qwen3-golden/{model}/cases/{name}/{file}");

    public static ushort[] Codes(string model, string name, string file = "codes.npy") => System.Array.ConvertAll(Array(model, name, file).Longs, c => checked((ushort)c));
}
