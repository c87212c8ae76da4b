using System.Globalization;
using Qwen3Tokenizer.Edge.Distillation.Engine;
using Qwen3Tokenizer.Edge.Distillation.Students;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Distillation.Training;

/// <summary>
/// All that a run needs to go on exactly: weights, both moments, the moving average and the number of steps, as a safetensors file. What is drawn at random depends on seed and step alone, so that no
/// generator has a state.
/// </summary>
public static class Checkpoint
{
    /// <summary>Writes a checkpoint; it appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">What the run is (settings, corpus, teacher): a checkpoint of another run is refused.</param>
    /// <param name="state">How far it is.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="extra">Further state by name.</param>
    public static void Save(string path, string identity, string state, TensorStore weights, AdamW optimizer, params IReadOnlyList<(string Name, float[] Values)> extra)
    {
        var writer = new SafetensorsWriter();
        writer.SetMetadata("format", "q3edge-checkpoint-1");
        writer.SetMetadata("identity", identity);
        writer.SetMetadata("state", state);
        writer.SetMetadata("optimizer_steps", optimizer.Steps.ToString(CultureInfo.InvariantCulture));
        foreach ((string name, TensorStore.Tensor tensor) in weights.Tensors)
        {
            writer.AddFloat32($"weight/{name}", tensor.Shape, tensor.Values);
        }

        foreach ((string name, float[] first, float[] second, float[] average) in optimizer.State)
        {
            writer.AddFloat32($"first/{name}", [first.Length], first);
            writer.AddFloat32($"second/{name}", [second.Length], second);
            writer.AddFloat32($"average/{name}", [average.Length], average);
        }

        foreach ((string name, float[] values) in extra)
        {
            writer.AddFloat32($"extra/{name}", [values.Length], values);
        }

        writer.Save(path);
    }

    /// <summary>Puts a checkpoint's weights into a store before graphs are built from it: what a graph derives from weights that do not train is then right.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">What the run is.</param>
    /// <param name="weights">Receives them.</param>
    /// <exception cref="ModelFormatException">The file is no checkpoint, or one of another run.</exception>
    public static void ReadWeights(string path, string identity, TensorStore weights)
    {
        const string Prefix = "weight/";
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Require(file, identity);
        foreach ((string name, TensorInfo info) in file.Tensors.Where(t => t.Key.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            weights.Set(name[Prefix.Length..], [.. info.Shape], file.ToFloat32(name));
        }
    }

    /// <summary>Puts a checkpoint's values into the arrays of a run that was set up in the same way.</summary>
    /// <param name="path">The file.</param>
    /// <param name="identity">What the run is.</param>
    /// <param name="weights">All weights.</param>
    /// <param name="optimizer">The optimizer.</param>
    /// <param name="extra">Further state by name, to be filled.</param>
    /// <returns>How far it is.</returns>
    /// <exception cref="ModelFormatException">The file is no checkpoint, or one of another run.</exception>
    public static string Load(string path, string identity, TensorStore weights, AdamW optimizer, params IReadOnlyList<(string Name, float[] Values)> extra)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        Require(file, identity);
        foreach ((string name, TensorStore.Tensor tensor) in weights.Tensors)
        {
            Restore(file, $"weight/{name}", tensor.Values);
        }

        foreach ((string name, float[] first, float[] second, float[] average) in optimizer.State)
        {
            Restore(file, $"first/{name}", first);
            Restore(file, $"second/{name}", second);
            Restore(file, $"average/{name}", average);
        }

        foreach ((string name, float[] values) in extra)
        {
            Restore(file, $"extra/{name}", values);
        }

        optimizer.Steps = long.TryParse(Text(file, "optimizer_steps"), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new ModelFormatException($"{path}: optimizer_steps: \"{Text(file, "optimizer_steps")}\" is not a whole number.");
        return Text(file, "state");
    }

    private static string Text(SafetensorsFile file, string key) =>
        file.Metadata.TryGetValue(key, out string? value) ? value : throw new ModelFormatException($"{file.Path}: {key}: is missing; this is no checkpoint of q3edge.");

    private static void Require(SafetensorsFile file, string identity)
    {
        if (Text(file, "identity") is var found && found != identity)
        {
            throw new ModelFormatException($"{file.Path}: identity: the checkpoint belongs to another run ({found}), this one is {identity}.");
        }
    }

    private static void Restore(SafetensorsFile file, string name, float[] values)
    {
        float[] stored = file.ToFloat32(name);
        if (stored.Length != values.Length)
        {
            throw new ModelFormatException($"{file.Path}: {name}: has {stored.Length} values, {values.Length} were expected.");
        }

        stored.CopyTo(values, 0);
    }
}
