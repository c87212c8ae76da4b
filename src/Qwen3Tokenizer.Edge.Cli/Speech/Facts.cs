using System.Numerics.Tensors;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Distillation.Reports;
using Qwen3Tokenizer.Edge.Interchange;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Graphs;
using Qwen3Tokenizer.Edge.Models.Safetensors;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>What a file says about itself, in the order in which a reader wants it.</summary>
/// <param name="Values">Names in snake_case, as they stand in JSON.</param>
internal sealed record Facts(IReadOnlyDictionary<string, object?> Values)
{
    /// <summary>Name of the table of codes, [layer][frame].</summary>
    public const string CodesKey = "codes";

    /// <summary>Finds out what a file is, by its first bytes where it has a magic, and reads it.</summary>
    /// <param name="path">A file, or the name of a built-in model.</param>
    /// <param name="codes">Whether a token file's codes are wanted.</param>
    public static Facts Of(string path, bool codes)
    {
        if (!File.Exists(path) && BuiltInModels.TryResolve(path, out _))
            return OfModel(path);

        if (Qwen3Tts12Hz.IsFolder(path))
            return codes ? throw new CliException($"{path}: is a model, not a token or code file; only those have codes.") : OfFullModel(path);

        InputFile.Require(path);
        Kind kind = KindOf(path);
        if (codes && kind != Kind.Tokens)
            throw new CliException($"{path}: is not a token or code file, only those have codes.");
        return kind switch
        {
            Kind.Tokens => OfTokens(path, codes),
            Kind.Model => OfModel(path),
            Kind.Library => LibraryFacts.Of(path),
            _ => OfAudio(path),
        };
    }

    private static Facts OfTokens(string path, bool codes)
    {
        TokenClip clip = Tokens.Read(path);
        long bytes = new FileInfo(path).Length;
        (string? model, bool minimal) = ModelChoice.BuiltInOf(clip.Space);
        var values = new OrderedDictionary<string, object?>
        {
            ["kind"] = "tokens",
            ["file"] = path,
            ["token_space"] = clip.Space.ToString(),
            ["model"] = model,
            ["minimal"] = minimal,
            ["layers"] = clip.Layers,
            ["frames"] = clip.Frames,
            ["bits_per_code"] = clip.BitsPerCode,
            ["frames_per_second"] = clip.Rate.FramesPerSecond,
            ["samples"] = clip.Samples,
            ["sample_rate"] = clip.Rate.SampleRate,
            ["delay_samples"] = clip.Delay,
            ["seconds"] = (double)clip.Samples / clip.Rate.SampleRate,
            ["bits_per_second"] = Tokens.BitRate(clip),
            ["bytes"] = bytes,
        };
        if (codes)
            values[CodesKey] = Table(clip.Codes.ToArray(), clip.Layers);
        return new Facts(values);
    }

    /// <summary>Reads the bare codes of another program.</summary>
    /// <param name="path">A path that ends like one.</param>
    /// <param name="modelName">The model whose codes they are.</param>
    /// <param name="fileLayers">Layers that a .rvq file was written with; null for all of the model's.</param>
    /// <param name="codes">Whether the codes are wanted.</param>
    public static Facts OfCodes(string path, string modelName, int? fileLayers, bool codes)
    {
        using var model = SpeechModel.Load(modelName);
        CodecFacts source = CodeFile.SourceOf(model.Facts);
        CodeMatrix matrix = CodeFile.Read(path, source, fileLayers);
        var values = new OrderedDictionary<string, object?>
        {
            ["kind"] = "codes",
            ["file"] = path,
            ["layers"] = matrix.Layers,
            ["frames"] = matrix.Frames,
            ["largest_code"] = (int)matrix.Codes.ToArray().Max(),
            ["bytes"] = new FileInfo(path).Length,
            ["taken_as_codes_of"] = source.Name,
            ["bits_per_code"] = source.BitsPerCode,
            ["frames_per_second"] = source.Rate.FramesPerSecond,
            ["seconds"] = matrix.Frames / source.Rate.FramesPerSecond,
            ["bits_per_second"] = matrix.Layers * source.BitsPerCode * source.Rate.FramesPerSecond,
        };
        if (codes)
            values[CodesKey] = Table(matrix.Codes.ToArray(), matrix.Layers);
        return new Facts(values);
    }

    // [layer][frame] of frame-major codes.
    private static int[][] Table(ushort[] codes, int layers) =>
        [.. Enumerable.Range(0, layers).Select(l => Enumerable.Range(0, codes.Length / layers).Select(t => (int)codes[(t * layers) + l]).ToArray())];

    private static Facts OfModel(string path)
    {
        // Loading it checks everything that using it would.
        var model = EdgeModel.Load(path);
        EdgeModelConfig config = model.Config;
        using SafetensorsFile weights = SafetensorsFile.Open(config.WeightsPath);
        return new Facts(new OrderedDictionary<string, object?>
        {
            ["kind"] = "model",
            ["file"] = config.Path,
            ["model"] = config.Model,
            ["token_space"] = config.Space.ToString(),
            ["encodes"] = config.CanEncode,
            ["tokens_from"] = config.TokensFrom,
            ["sample_rate"] = config.SampleRate,
            ["frames_per_second"] = config.TokenRate,
            ["layers"] = config.NumQuantizers,
            ["min_layers"] = model.MinLayers,
            ["codebook_size"] = config.CodebookSize,
            ["bits_per_code"] = config.BitsPerCode,
            ["minimal_token_space"] = model.MinimalMap?.Space.ToString(),
            ["minimal_bits_per_code"] = model.MinimalMap?.BitsPerCode,
            ["delay_samples"] = config.DelaySamples,
            ["parameters"] = weights.Tensors.Values.Sum(tensor => tensor.Elements),
            ["tensors"] = weights.Tensors.Count,
            ["weights_bytes"] = new FileInfo(config.WeightsPath).Length,
            ["weights_sha256"] = Convert.ToHexStringLower(model.WeightsHash),
            ["card"] = RunFacts.CardPathOf(config.Path) is var card && File.Exists(card) ? card : null,
        });
    }

    private static Facts OfFullModel(string path)
    {
        // Building the graphs checks every tensor that using them would.
        using Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(path);
        (Graph encoder, Graph decoder) = (model.Encoder(), model.Decoder);
        CodecFacts facts = model.Facts;
        return new Facts(new OrderedDictionary<string, object?>
        {
            ["kind"] = "model",
            ["file"] = facts.Path,
            ["model"] = Qwen3Tts12HzConfig.ModelType,
            ["token_space"] = facts.Space.ToString(),
            ["encodes"] = true,
            ["sample_rate"] = facts.Rate.SampleRate,
            ["frames_per_second"] = facts.Rate.FramesPerSecond,
            ["layers"] = facts.Layers,
            ["min_layers"] = facts.MinLayers,
            ["codebook_size"] = facts.CodebookSize,
            ["bits_per_code"] = facts.BitsPerCode,
            ["delay_samples"] = facts.Delay,
            ["encoder_window_in_configuration"] = model.Config.Encoder.Window,
            ["decoder_window"] = model.Config.Decoder.Window,
            ["encoder_macs_a_second"] = encoder.MultiplyAccumulates * facts.Rate.FramesPerSecond,
            ["decoder_macs_a_second"] = decoder.MultiplyAccumulates * facts.Rate.FramesPerSecond,
            ["parameters"] = model.Checkpoint.Tensors.Values.Sum(tensor => tensor.Elements),
            ["tensors"] = model.Checkpoint.Tensors.Count,
            ["weights_bytes"] = new FileInfo(model.Checkpoint.Path).Length,
        });
    }

    private static Facts OfAudio(string path)
    {
        SpeechInput input = SpeechInput.Read(path);
        double peak = 0, power = 0;
        for (int c = 0; c < input.Clip.Channels; c++)
        {
            peak = Math.Max(peak, Math.Abs(TensorPrimitives.MaxMagnitude<float>(input.Clip.Channel(c))));
            power += TensorPrimitives.SumOfSquares<float>(input.Clip.Channel(c)) / ((double)input.Clip.Length * input.Clip.Channels);
        }

        return new Facts(new OrderedDictionary<string, object?>
        {
            ["kind"] = "audio",
            ["file"] = path,
            ["sample_rate"] = input.Clip.SampleRate,
            ["channels"] = input.Clip.Channels,
            ["samples"] = input.Clip.Length,
            ["seconds"] = input.Clip.Duration,
            ["bytes"] = input.FileBytes,
            ["peak_db"] = Json.Finite(20 * Math.Log10(peak)),
            ["rms_db"] = Json.Finite(10 * Math.Log10(power)),
            ["remarks"] = input.Remarks.Count == 0 ? null : string.Join("; ", input.Remarks),
        });
    }

    private static Kind KindOf(string path)
    {
        Span<byte> head = stackalloc byte[4];
        try
        {
            using FileStream stream = File.OpenRead(path);
            head = head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path}: cannot be read: {e.Message}");
        }

        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (head.StartsWith("Q3T"u8) || extension == ".q3t")
            return Kind.Tokens;
        if (LibraryFacts.IsLibrary(head))
            return Kind.Library;
        return extension is ".json" or ".safetensors" ? Kind.Model : Kind.Audio;
    }

    private enum Kind
    {
        Audio,
        Tokens,
        Model,
        Library,
    }
}
