using System.Text.Json;
using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>The same as JSON, with the figures of every clip. What a clip does not have is null.</summary>
internal static class MeasureJson
{
    /// <summary>Writes the object.</summary>
    public static void Write(Stream output, IReadOnlyList<Speech> clips, IReadOnlyList<SystemScores> scores, Differences differences)
    {
        int[] all = [.. Enumerable.Range(0, clips.Count)];
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartArray("clips");
        foreach (Speech clip in clips)
        {
            json.WriteStartObject();
            json.WriteString("name", clip.Name);
            json.WriteNumber("seconds", Math.Round(clip.Seconds, 4));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("systems");
        foreach (SystemScores s in scores)
        {
            json.WriteStartObject();
            json.WriteString("name", s.System.Name);
            json.WriteString("arithmetic", s.System.Arithmetic);
            json.WriteNumber("layers", s.System.Layers);
            json.WriteNumber("rate", s.Rate);
            json.WriteNumber("bits_per_second", Math.Round(s.BitsPerSecond, 1));
            for (int f = 0; f < Figures.All.Count; f++)
            {
                WriteInterval(json, Figures.All[f].Name, s.Mean(f, all), s.Values[f]);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("differences");
        foreach ((SystemScores a, SystemScores b) in differences.Pairs)
        {
            json.WriteStartObject();
            json.WriteString("first", a.System.Label);
            json.WriteString("second", b.System.Label);
            for (int f = 0; f < Figures.All.Count; f++)
            {
                WriteInterval(json, Figures.All[f].Name, a.Minus(b, f, all), []);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Writes a mean, its interval and the values that it is of.</summary>
    public static void WriteInterval(Utf8JsonWriter json, string name, MeanInterval value, ReadOnlySpan<double> clips)
    {
        json.WriteStartObject(name);
        Number("mean", value.Mean);
        Number("low", value.Low);
        Number("high", value.High);
        json.WriteNumber("count", value.Count);
        if (!clips.IsEmpty)
        {
            json.WriteStartArray("clips");
            foreach (double clip in clips)
            {
                if (double.IsFinite(clip))
                {
                    json.WriteNumberValue(Math.Round(clip, 6));
                }
                else
                {
                    json.WriteNullValue();
                }
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();

        void Number(string key, double number)
        {
            if (double.IsFinite(number))
            {
                json.WriteNumber(key, Math.Round(number, 6));
            }
            else
            {
                json.WriteNull(key);
            }
        }
    }
}
