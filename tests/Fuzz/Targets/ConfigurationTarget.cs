using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>Configuration files of edge models (JSON): the built-in ones with changed values, removed, doubled and foreign fields.</summary>
public sealed class ConfigurationTarget : FuzzTarget
{
    // Stands for half a surrogate pair, which a JSON tree cannot hold but a file can.
    private const string HalfPair = "\"@half@\"";

    private static readonly string[] Values =
    [
        "null", "true", "false", "{}", "[]", "[[[]]]", "\"\"", "\"erf\"", "\"x\"", "0", "-1", "1", "2", "3", "15", "17", "100", "1e400", "1e-400", "0.5", "2147483647", "2147483648",
        "-9223372036854775809", HalfPair, "\"" + "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff" + "\"", "12.500", "1E2",
    ];

    private readonly TemporaryFile _file = new(".json");
    private readonly string[] _models = [.. BuiltInModels.Names.Select(n => File.ReadAllText(BuiltInModels.PathOf(n)))];

    /// <inheritdoc/>
    public override string Name => "json";

    /// <inheritdoc/>
    public override string Header => "the text is one JSON object; its fields are then checked";

    /// <inheritdoc/>
    // A document's tokens, and a set of the names of each object, which must not occur twice.
    public override int BytesPerInputByte => 8;

    /// <inheritdoc/>
    public override int FixedBytes => 60_000;

    /// <inheritdoc/>
    public override byte[] Valid(Random random)
    {
        JsonObject model = Model(random);
        if (random.Next(2) == 0)
            model["model"] = Encoding.ASCII.GetString(RandomText(random));
        // White space says nothing.
        return Encoding.UTF8.GetBytes(model.ToJsonString(new JsonSerializerOptions { WriteIndented = random.Next(2) == 0 }));
    }

    /// <inheritdoc/>
    public override byte[] Repaired(Random random)
    {
        JsonObject model = Model(random);
        for (int n = random.Next(0, 3); n > 0; n--)
            Change(model, random);
        string text = model.ToJsonString().Replace("@half@", "\\ud800", StringComparison.Ordinal);
        if (random.Next(20) == 0)
        {
            string nested = string.Concat(Enumerable.Repeat("[", random.Next(100))) + "1";
            text = text[..^1] + $",\"{(random.Next(2) == 0 ? "model" : "more")}\":{nested}{new string(']', nested.Length - 1)}}}";
        }
        text = random.Next(1000) switch
        {
            0 => text.PadRight((1 << 20) + random.Next(-1, 2)),
            < 10 => "[" + text + "]",
            _ => text,
        };
        return Encoding.UTF8.GetBytes(text);
    }

    /// <inheritdoc/>
    public override ReadOutcome Read(byte[] input)
    {
        File.WriteAllBytes(_file.Path, input);
        try
        {
            EdgeModelConfig config = EdgeModelConfig.Load(_file.Path);
            return config.BitsPerCode is >= 1 and <= 16 && config.Rate.SamplesPerFrame > 0 && config.WeightsPath.Length > 0 && config.CanEncode == (config.Quantizer is not null && config.Encoder is not null)
                ? ReadOutcome.Accepted : throw new InvalidOperationException("a configuration outside its ranges");
        }
        catch (ModelFormatException e)
        {
            string what = e.Message[(_file.Path.Length + 2)..];
            return what.StartsWith("root: ", StringComparison.Ordinal) || what.StartsWith("length: ", StringComparison.Ordinal) ? ReadOutcome.RefusedInHeader : ReadOutcome.RefusedAfterHeader;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }

    private JsonObject Model(Random random) => JsonNode.Parse(_models[random.Next(_models.Length)])!.AsObject();

    private static byte[] RandomText(Random random)
    {
        var text = new byte[random.Next(1, 200)];
        for (int i = 0; i < text.Length; i++)
            text[i] = (byte)random.Next('a', 'z' + 1);
        return text;
    }

    private static void Change(JsonObject model, Random random)
    {
        // Any object of the file, the outermost included; then any of its fields.
        List<JsonObject> objects = [model, .. model.Select(p => p.Value).OfType<JsonObject>()];
        JsonObject parent = objects[random.Next(objects.Count)];
        if (parent.Count == 0)
            return;
        (string name, JsonNode? old) = parent.ElementAt(random.Next(parent.Count));
        switch (random.Next(6))
        {
            case 0:
                parent.Remove(name);
                break;
            case 1:
                parent[name] = new string('s', random.Next(199, 203));
                break;
            case 2 or 3 when old is JsonValue number && number.TryGetValue(out double value) && Math.Abs(value) < 1e300:
                double changed = random.Next(5) switch { 0 => value + 1, 1 => value - 1, 2 => value * 2, 3 => Math.Floor(value / 2), _ => Mutator.Edge(random) };
                parent[name] = changed == Math.Floor(changed) && Math.Abs(changed) < 1e15 ? (long)changed : changed;
                break;
            default:
                parent[name] = JsonNode.Parse(Values[random.Next(Values.Length)]);
                break;
        }
    }
}
