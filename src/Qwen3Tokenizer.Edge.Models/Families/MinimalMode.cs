using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>The minimal mode of edge models: where a model's map comes from, and the encoder that searches only the map's entries.</summary>
public static class MinimalMode
{
    private const string Extension = ".q3m";

    /// <summary>
    /// The map of a model: the file of the model's name and the ending .q3m beside its configuration, else that of a built-in model of the same token space
    /// (edge-meter reads edge-light's tokens, and so also its minimal ones); null if there is neither.
    /// </summary>
    /// <exception cref="ModelFormatException">The file is damaged, or not a map for this model.</exception>
    public static MinimalMap? Load(EdgeModelConfig config)
    {
        string own = Path.ChangeExtension(config.Path, Extension);
        if (File.Exists(own))
        {
            MinimalMap map = Read(own);
            return map.BaseSpace == config.Space
                ? Checked(map, own, config)
                : throw new ModelFormatException($"{own}: base token space: is {map.BaseSpace}, but {config.Path} has {config.Space}.");
        }

        foreach (string name in BuiltInModels.Names)
        {
            string path = Path.ChangeExtension(BuiltInModels.PathOf(name), Extension);
            if (File.Exists(path) && Read(path) is { } map && map.BaseSpace == config.Space)
            {
                return Checked(map, path, config);
            }
        }

        return null;
    }

    /// <summary>An encoder's graph with its search restricted to the map's entries: its codes are minimal codes, and later layers search the residual that really remains.</summary>
    internal static Graph Encoder(Graph encoder, MinimalMap map)
    {
        var full = (QuantizeNode)encoder.Outputs[0];
        int layers = full.Shape.Channels, dim = full.Inputs[0].Shape.Channels;
        var codebooks = new float[layers * map.Entries * dim];
        for (int layer = 0; layer < layers; layer++)
        {
            ReadOnlySpan<ushort> entries = map.Layer(layer);
            for (int i = 0; i < entries.Length; i++)
            {
                full.Codebooks.Span.Slice(((layer * full.Entries) + entries[i]) * dim, dim).CopyTo(codebooks.AsSpan(((layer * map.Entries) + i) * dim));
            }
        }

        return new Graph(encoder.Name, new QuantizeNode(full.Name, full.Inputs[0], codebooks, layers, map.Entries));
    }

    private static MinimalMap Read(string path)
    {
        try
        {
            return MinimalMapFile.Read(path);
        }
        catch (TokenFormatException e)
        {
            throw new ModelFormatException(e.Message, e);
        }
    }

    private static MinimalMap Checked(MinimalMap map, string path, EdgeModelConfig config)
    {
        if (map.Layers < config.NumQuantizers)
        {
            throw new ModelFormatException($"{path}: layers: {map.Layers} are fewer than the {config.NumQuantizers} of {config.Path}.");
        }

        for (int layer = 0; layer < config.NumQuantizers; layer++)
        {
            if (map.Layer(layer)[^1] >= config.CodebookSize)
            {
                throw new ModelFormatException($"{path}: layer {layer}: entry {map.Layer(layer)[^1]} is not below the codebook size {config.CodebookSize} of {config.Path}.");
            }
        }

        return map;
    }
}
