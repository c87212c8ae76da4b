using System.Security.Cryptography;
using Qwen3Tokenizer.Edge.Models.Configuration;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Models.Nodes;
using Qwen3Tokenizer.Edge.Models.Safetensors;
using Qwen3Tokenizer.Edge.Reference;

namespace Qwen3Tokenizer.Edge.Distillation.Teachers;

/// <summary>
/// A Qwen3-TTS-Tokenizer-12Hz folder as teacher, through the reference: ONNX Runtime on the CPU or a GPU, or the graph in C#. The engine uses all cores for one clip, so that calls wait for each other.
/// </summary>
public sealed class FullTeacher : ITeacher
{
    private readonly Qwen3TtsTokenizer _tokenizer;
    private readonly Lock _lock = new();

    /// <summary>Opens a teacher.</summary>
    /// <param name="folder">The model's folder: config.json and model.safetensors.</param>
    /// <param name="device">As for <see cref="Qwen3TtsTokenizer.FromPretrained"/>.</param>
    /// <param name="note">Told in one sentence about a choice that the user may want to know; null for nobody.</param>
    /// <exception cref="ModelFormatException">A file is missing or wrong; the message names it.</exception>
    /// <exception cref="ArgumentException">The device makes no sense.</exception>
    public FullTeacher(string folder, string device = "auto", Action<string>? note = null)
    {
        Qwen3Tts12Hz model = Qwen3Tts12Hz.Load(folder);
        try
        {
            using FileStream checkpoint = File.OpenRead(model.Checkpoint.Path);
            Hash = Convert.ToHexStringLower(SHA256.HashData(checkpoint));
            Facts = model.Facts;

            // Copied: the nodes' weights are gone when the model is closed, these outlive it.
            Codebooks = [.. model.Encoder().Nodes.OfType<QuantizeNode>().Select(q => new CodebookGroup(q.Shape.Channels, q.Entries, q.Inputs[0].Shape.Channels, q.Codebooks.ToArray()))];
            _tokenizer = Qwen3TtsTokenizer.Of(model, device, new TokenizerOptions { Note = note });
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public CodecFacts Facts { get; }

    /// <inheritdoc/>
    public string Hash { get; }

    /// <inheritdoc/>
    public IReadOnlyList<CodebookGroup> Codebooks { get; }

    /// <inheritdoc/>
    public ushort[] Encode(ReadOnlySpan<float> samples)
    {
        lock (_lock)
        {
            return _tokenizer.Encode(samples, Facts.Rate.SampleRate).AudioCodes[0].Codes.ToArray();
        }
    }

    /// <inheritdoc/>
    public float[] Decode(ReadOnlySpan<ushort> codes)
    {
        lock (_lock)
        {
            return _tokenizer.Decode(codes, Facts.Layers).Waves[0];
        }
    }

    /// <summary>Closes the model.</summary>
    public void Dispose() => _tokenizer.Dispose();
}
