using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Interchange;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>
/// Codes in other programs' files, told by their ending: .npy, .csv, .rvq. They hold full codes and nothing else; the token space, the rate and the delay are the model's,
/// and what is left is asked for by options.
/// </summary>
internal static class CodeFile
{
    /// <summary>The endings, for help texts.</summary>
    public const string Endings = ".npy, .csv or .rvq";

    private const string Npy = ".npy";
    private const string Csv = ".csv";
    private const string Rvq = ".rvq";

    /// <summary>Whether a path ends like one of these files.</summary>
    public static bool Is(string path) => EndingOf(path) is Npy or Csv or Rvq;

    /// <summary>A clip as the bytes of the file that a path's ending asks for.</summary>
    /// <param name="clip">A clip of full codes.</param>
    /// <param name="path">A path for which <see cref="Is"/> holds.</param>
    public static byte[] ToBytes(TokenClip clip, string path)
    {
        var codes = CodeMatrix.Of(clip);
        using var stream = new MemoryStream();
        switch (EndingOf(path))
        {
            case Npy:
                NpyCodes.Write(stream, codes);
                break;
            case Csv:
                CsvCodes.Write(stream, codes);
                break;
            default:
                RvqCodes.Write(stream, codes, clip.BitsPerCode);
                break;
        }

        return stream.ToArray();
    }

    /// <summary>Reads the codes.</summary>
    /// <param name="path">A path for which <see cref="Is"/> holds.</param>
    /// <param name="source">The model whose codes they are.</param>
    /// <param name="fileLayers">Layers that a .rvq file was written with; null for all of the model's. Of the others, which say it themselves, it is checked.</param>
    /// <exception cref="CliException">There is no such file, it cannot be read, or it has other layers than said.</exception>
    /// <exception cref="TokenFormatException">It is not such a file, or has layers or codes that the model does not have.</exception>
    public static CodeMatrix Read(string path, CodecFacts source, int? fileLayers)
    {
        InputFile.Require(path);
        if (fileLayers is { } asked && (asked < 1 || asked > source.Layers))
            throw new CliException($"--file-layers {asked}: codes of {source.Name} have 1 to {source.Layers} layers.");
        CodeMatrix codes;
        try
        {
            codes = EndingOf(path) switch
            {
                Npy => NpyCodes.Read(path, CodeOrder.LayersFirst),
                Csv => CsvCodes.Read(path),
                _ => RvqCodes.Read(path, fileLayers ?? source.Layers, source.BitsPerCode),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"{path}: cannot be read: {e.Message}");
        }

        if (codes.Layers != (fileLayers ?? codes.Layers))
            throw new CliException($"{path}: has {codes.Layers} layers, not the {fileLayers} of --file-layers.");
        if (codes.Layers > source.Layers)
            throw new TokenFormatException($"{path}: layers: {codes.Layers} are more than the {source.Layers} of {source.Name}{(EndingOf(path) == Npy ? "; the array must be [layers, frames]" : "")}.");
        int wrong = codes.Codes.IndexOfAnyExceptInRange((ushort)0, (ushort)(source.CodebookSize - 1));
        if (wrong >= 0)
            throw new TokenFormatException($"{path}: code of frame {wrong / codes.Layers}, layer {wrong % codes.Layers}: {codes.Codes[wrong]} is not below the codebook size {source.CodebookSize} of {source.Name}.");
        return codes;
    }

    /// <summary>Reads the codes and adds what the file does not say.</summary>
    /// <param name="path">A path for which <see cref="Is"/> holds.</param>
    /// <param name="source">The model whose codes they are.</param>
    /// <param name="fileLayers">Layers that a .rvq file was written with; null for all of the model's.</param>
    /// <param name="samples">Length of the original in samples at the rate of <paramref name="source"/>; null for all that the decoded frames give.</param>
    /// <exception cref="CliException">As for <see cref="Read"/>, or the frames cannot stand for so many samples.</exception>
    /// <exception cref="TokenFormatException">As for <see cref="Read"/>.</exception>
    public static TokenClip ReadClip(string path, CodecFacts source, int? fileLayers, long? samples)
    {
        CodeMatrix codes = Read(path, source, fileLayers);
        long most = (long)codes.Frames * source.Rate.SamplesPerFrame;
        if (samples is { } asked && (asked < 0 || asked > most))
            throw new CliException($"--samples {asked}: the {codes.Frames} frames of {path} stand for 0 to {most} samples.");
        return codes.ToClip(source.Space, source.BitsPerCode, source.Rate, samples, source.Delay);
    }

    /// <summary>The model whose codes the files of a model's users hold: the built-in encoder of the same token space, or else the model itself.</summary>
    public static CodecFacts SourceOf(CodecFacts model) =>
        model.CanEncode ? model : TokenEncoders.BuiltIn(model.Space)?.Facts ?? model;

    private static string EndingOf(string path) => Path.GetExtension(path).ToLowerInvariant();
}
