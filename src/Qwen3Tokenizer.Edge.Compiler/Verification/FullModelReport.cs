using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Qwen3Tokenizer.Edge.Compiler.Verification;

/// <summary>The report of a full-size decoder's build: sizes, the checksum, and for every operation its bits and its ratio to the noise against float.</summary>
internal static class FullModelReport
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    /// <summary>report.json.</summary>
    public static string Print(FullModelSource full, string compiler, uint crc, IReadOnlyList<LayerNoise> layers)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteString("tool", HostBuild.Tool);
            json.WriteString("model", full.Source.Model.Name);
            json.WriteString("token_space", full.Source.Model.Space.ToString());
            json.WriteString("compiler", compiler);
            json.WriteNumber("sample_rate", full.Source.Model.SampleRate);
            json.WriteNumber("macs_per_frame", full.Graph.MultiplyAccumulates);
            json.WriteNumber("weight_bytes", full.Source.Weights.Bytes);
            json.WriteNumber("arena_bytes", full.Plan.ArenaBytes);
            json.WriteNumber("arena_bytes_per_further_frame", full.Plan.FrameBytes);
            json.WriteNumber("state_bytes", full.Plan.StateBytes);
            json.WriteString("conformance_crc32", crc.ToString("x8", CultureInfo.InvariantCulture));
            json.WriteStartArray("layers");
            foreach (LayerNoise layer in layers)
            {
                json.WriteStartObject();
                json.WriteString("operation", layer.Operation);
                json.WriteString("node", layer.Node);
                json.WriteNumber("bits", layer.Bits);
                json.WriteNumber("sqnr_db", Math.Round(layer.Sqnr, 2));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
