using System.Buffers.Binary;
using System.Text.RegularExpressions;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>What an emitted library says about its models.</summary>
internal static partial class LibraryFacts
{
    private const long MaxBytes = 1L << 30;

    /// <summary>Whether a file begins like a shared library: ELF, PE, or Mach-O of 64 bits.</summary>
    public static bool IsLibrary(ReadOnlySpan<byte> head) =>
        head.StartsWith("\u007fELF"u8) || head.StartsWith("MZ"u8) || (head.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(head) == 0xFEEDFACF);

    /// <summary>Loads a library and reads the descriptors of its models.</summary>
    /// <exception cref="EmittedLibraryException">It is not an emitted library for this machine.</exception>
    /// <exception cref="CliException">It holds no model.</exception>
    public static Facts Of(string path)
    {
        long bytes = new FileInfo(path).Length;
        if (bytes > MaxBytes)
            throw new CliException($"{path}: {bytes} bytes are more than an emitted library has ({MaxBytes}).");

        string[] names = NamesIn(File.ReadAllBytes(path));
        using EmittedLibrary library = EmittedLibrary.Load(path);
        var models = new List<IReadOnlyDictionary<string, object?>>();
        foreach (string name in names)
        {
            if (Describe(library, name) is { } model)
                models.Add(model);
        }

        if (models.Count == 0)
            throw new CliException($"{path}: is an emitted library without a model.");
        return new Facts(new OrderedDictionary<string, object?>
        {
            ["kind"] = "library",
            ["file"] = path,
            ["bytes"] = bytes,
            ["interface_version"] = library.InterfaceVersion,
            ["models"] = models,
        });
    }

    private static OrderedDictionary<string, object?>? Describe(EmittedLibrary library, string name)
    {
        EmittedModel model;
        try
        {
            model = library.Model(name);
        }
        catch (EmittedLibraryException)
        {
            // A function, or a text that only looks like a model's symbol.
            return null;
        }

        var facts = new OrderedDictionary<string, object?>
        {
            ["name"] = model.Name,
            ["arithmetic_version"] = model.ArithmeticVersion,
            ["token_space"] = model.TokenSpaceHex,
            ["sample_rate"] = model.SampleRate,
            ["frame_samples"] = model.FrameSamples,
            ["hop_samples"] = model.HopSamples,
            ["delay_samples"] = model.DelaySamples,
            ["min_layers"] = model.MinLayers,
            ["max_layers"] = model.MaxLayers,
            ["used_layers"] = model.UsedLayers,
            ["codebook_size"] = model.CodebookSize,
            ["decoder_arena_bytes"] = model.DecoderArenaBytes,
            ["can_encode"] = model.CanEncode,
        };
        if (model.CanEncode)
        {
            facts["encoder_sample_rate"] = model.EncoderSampleRate;
            facts["encoder_frame_samples"] = model.EncoderFrameSamples;
            facts["encoder_delay_samples"] = model.EncoderDelaySamples;
            facts["encoder_layers"] = model.EncoderLayers;
            facts["encoder_arena_bytes"] = model.EncoderArenaBytes;
        }

        return facts;
    }

    /// <summary>Names that may be models: the interface has no list of them, but each is a symbol in the library's symbol table.</summary>
    private static string[] NamesIn(byte[] library)
    {
        string text = System.Text.Encoding.Latin1.GetString(library);
        return [.. SymbolPattern().Matches(text).Select(m => m.Groups[1].Value.Replace('_', '-')).Distinct().Order(StringComparer.Ordinal)];
    }

    [GeneratedRegex("q3e_([A-Za-z0-9_]{1,62})\0", RegexOptions.CultureInvariant)]
    private static partial Regex SymbolPattern();
}
