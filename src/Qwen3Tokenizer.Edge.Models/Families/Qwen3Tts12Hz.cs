using System.Security.Cryptography;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Models.Families;

/// <summary>
/// The full-size reference model, Qwen3-TTS-Tokenizer-12Hz: configuration and graphs. Weights that are used as stored stay in the memory-mapped checkpoint; codebooks and Snake
/// exponentials are folded once. Graphs are built when first asked for, may be run by any number of executors at once, and are valid until <see cref="Dispose"/>.
/// </summary>
public sealed class Qwen3Tts12Hz : IDisposable
{
    /// <summary>The checkpoint's file name in a model folder.</summary>
    public const string WeightsFileName = "model.safetensors";

    private readonly SafetensorsFile _file;
    private readonly WeightSource _weights;
    private readonly Lazy<Graph> _decoder;
    private readonly Lazy<TokenSpace> _space;
    private readonly Dictionary<int, Graph> _encoders = [];
    private readonly Lock _lock = new();

    private Qwen3Tts12Hz(string folder, Qwen3Tts12HzConfig config, SafetensorsFile file)
    {
        (Folder, Config, _file, _weights) = (folder, config, file, new WeightSource(file));
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        _decoder = new Lazy<Graph>(() => Built(() => Qwen3Tts12HzDecoder.Build(config, _weights, Name)));
        _space = new Lazy<TokenSpace>(HashCodebooks);
    }

    /// <summary>The model's folder as given.</summary>
    public string Folder { get; }

    /// <summary>The folder's name.</summary>
    public string Name { get; }

    /// <summary>The configuration.</summary>
    public Qwen3Tts12HzConfig Config { get; }

    /// <summary>The checkpoint, open and mapped.</summary>
    public SafetensorsFile Checkpoint => _file;

    /// <summary>Input "codes" [1, layers], -1 for an absent layer, to output "samples" [a frame's samples, 1] within -1..1.</summary>
    /// <exception cref="ModelFormatException">A tensor is missing or wrong; the message names it, with the expected and the found shape.</exception>
    public Graph Decoder => _decoder.Value;

    /// <summary>
    /// SHA-256 over the encoder's codebooks as stored: for each layer, the semantic one first, the bytes of <c>embed_sum</c> and of <c>cluster_usage</c>, of the layers that <c>encode</c> returns.
    /// </summary>
    public TokenSpace Space => _space.Value;

    /// <summary>What whoever handles its tokens needs to know.</summary>
    public CodecFacts Facts => new(Name, Config.Path, Space, Config.Rate, Config.Layers, 1, Config.CodebookSize, Config.BitsPerCode, 0, true, null);

    /// <summary>Whether <paramref name="path"/> is a folder with a configuration in it, which is how such a model is told from an edge model.</summary>
    public static bool IsFolder(string path) => File.Exists(Path.Combine(path, Qwen3Tts12HzConfig.FileName));

    /// <summary>Opens a model folder as downloaded: <c>config.json</c> and <c>model.safetensors</c>.</summary>
    /// <exception cref="ModelFormatException">A file is missing or wrong; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Qwen3Tts12Hz Load(string folder)
    {
        string path = Path.Combine(folder, Qwen3Tts12HzConfig.FileName), weights = Path.Combine(folder, WeightsFileName);
        foreach (string needed in (ReadOnlySpan<string>)[path, weights])
        {
            if (!File.Exists(needed))
            {
                throw new ModelFormatException($"{needed}: is missing; a Qwen3-TTS-Tokenizer-12Hz folder has {Qwen3Tts12HzConfig.FileName} and {WeightsFileName}.");
            }
        }

        Qwen3Tts12HzConfig config = Qwen3Tts12HzConfig.Load(path);
        return new Qwen3Tts12Hz(folder, config, SafetensorsFile.Open(weights));
    }

    /// <summary>
    /// Input "samples" [a frame's samples, 1] to outputs "codes.semantic" [1, 1] and, with more than one layer, "codes.acoustic" [1, layers - 1].
    /// </summary>
    /// <param name="window">
    /// Rows (25 a second) that a query of the transformer sees, its own included; 0 for all of the past. The reference sees all of the past whatever its configuration says
    /// (tests/data/qwen3-golden/README.md, section 7.1); memory and time per frame then grow with the clip.
    /// </param>
    /// <exception cref="ModelFormatException">A tensor is missing or wrong; the message names it, with the expected and the found shape.</exception>
    public Graph Encoder(int window = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(window);
        lock (_lock)
        {
            if (!_encoders.TryGetValue(window, out Graph? graph))
            {
                graph = Built(() => Qwen3Tts12HzEncoder.Build(Config, _weights, Name, window));
                _encoders.Add(window, graph);
            }

            return graph;
        }
    }

    /// <summary>Closes the checkpoint; the graphs are invalid from then on.</summary>
    public void Dispose() => _file.Dispose();

    private Graph Built(Func<Graph> build)
    {
        try
        {
            return build();
        }
        catch (GraphException e)
        {
            throw new ModelFormatException($"{Config.Path}: {e.Message}", e);
        }
    }

    private TokenSpace HashCodebooks()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int layer = 0; layer < Config.Layers; layer++)
        {
            string codebook = layer == 0
                ? "encoder.quantizer.semantic_residual_vector_quantizer.layers.0.codebook"
                : $"encoder.quantizer.acoustic_residual_vector_quantizer.layers.{layer - 1}.codebook";
            hash.AppendData(_file.Bytes($"{codebook}.embed_sum"));
            hash.AppendData(_file.Bytes($"{codebook}.cluster_usage"));
        }

        return new TokenSpace(hash.GetHashAndReset());
    }
}
