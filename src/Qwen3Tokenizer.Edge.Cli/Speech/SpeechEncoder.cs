using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>Speech to tokens by one of the engines that the model has.</summary>
internal sealed class SpeechEncoder : IDisposable
{
    private readonly EmittedLibrary? _library;
    private readonly EmittedModel? _emitted;
    private readonly Qwen3TtsTokenizer? _full;
    private readonly int _window;

    private SpeechEncoder(SpeechModel model, EmittedLibrary? library, bool minimal = false)
    {
        (Model, _library, Minimal) = (model, library, minimal);
        _emitted = library?.Model(model.Name);
    }

    private SpeechEncoder(SpeechModel model, Qwen3TtsTokenizer full, int window) => (Model, _full, _window) = (model, full, window);

    /// <summary>The model that encodes.</summary>
    public SpeechModel Model { get; }

    /// <summary>What encodes: <c>float</c>, <c>native</c> or <c>ort</c>.</summary>
    public string Engine => _full is not null ? _full.Engine : _emitted is null ? Engines.Float : Engines.Native;

    /// <summary>Whether it encodes in minimal mode.</summary>
    public bool Minimal { get; }

    /// <summary>Makes ready to encode: the native engine is built here if it is not in the cache yet.</summary>
    /// <param name="model">A model with an encoder.</param>
    /// <param name="request">The engine asked for: of an edge model float, whose tokens are exact, where none was.</param>
    /// <param name="minimal">Whether to search only the entries of the model's minimal map; float only.</param>
    /// <exception cref="CompilerNotFoundException">The native engine was asked for, and there is no C compiler.</exception>
    /// <exception cref="CliException">The native engine was asked for minimal tokens, or the model has no minimal map.</exception>
    public static SpeechEncoder Open(SpeechModel model, EngineRequest request, bool minimal)
    {
        request.RequireEncoder(model, minimal);
        if (model.Full is { } full)
            return new SpeechEncoder(model, FullModels.Open(full, request), request.EncoderWindow);
        if (request.Engine is null or Engines.Float)
            return new SpeechEncoder(model, null, minimal);
        BuildResult build = LibraryBuilder.Cached(model.Edge!);
        EmittedLibrary library = EmittedLibrary.Load(build.LibraryPath);
        try
        {
            return new SpeechEncoder(model, library);
        }
        catch
        {
            library.Dispose();
            throw;
        }
    }

    /// <summary>Encodes a clip.</summary>
    /// <param name="samples">Mono samples at the model's rate, full scale +-1; the native engine rounds them to PCM16.</param>
    /// <param name="layers">Layers to keep, 1 to the model's number.</param>
    /// <param name="progress">Told the share done, 0..1.</param>
    public TokenClip Encode(ReadOnlySpan<float> samples, int layers, IProgress<double>? progress = null)
    {
        if (_full is not null)
            return _full.Encode(samples, _full.SampleRate, new EncodeOptions { NumQuantizers = layers, EncoderWindow = _window, Progress = progress }).AudioCodes[0];
        if (_emitted is null)
            return Minimal ? EdgeCodec.EncodeMinimal(Model.Edge!, samples, layers, progress) : EdgeCodec.Encode(Model.Edge!, samples, layers, progress);
        ReadOnlySpan<ushort> codes = Native(_emitted, samples, layers, progress);
        return new TokenClip(Model.Facts.Space, layers, Model.Facts.BitsPerCode, Model.Facts.Rate, codes, samples.Length, Model.Facts.Delay);
    }

    public void Dispose()
    {
        _library?.Dispose();
        _full?.Dispose();
    }

    private static ReadOnlySpan<ushort> Native(EmittedModel model, ReadOnlySpan<float> samples, int layers, IProgress<double>? progress)
    {
        using Encoder encoder = model.CreateEncoder();
        var pcm = new short[model.EncoderFrameSamples];
        (int whole, int rest) = Math.DivRem(samples.Length, pcm.Length);
        var codes = new ushort[checked((whole + model.EncoderFlushFrames) * layers)];
        for (int t = 0; t < whole; t++)
        {
            ToPcm16(samples.Slice(t * pcm.Length, pcm.Length), pcm);
            encoder.EncodeFrame(pcm, codes.AsSpan(t * layers, layers));
            progress?.Report((t + 1.0) / (whole + 1));
        }

        ToPcm16(samples[^rest..], pcm);
        int flushed = encoder.Flush(pcm.AsSpan(0, rest), codes.AsSpan(whole * layers), layers);
        return codes.AsSpan(0, (whole + flushed) * layers);
    }

    private static void ToPcm16(ReadOnlySpan<float> samples, Span<short> pcm)
    {
        for (int i = 0; i < samples.Length; i++)
            pcm[i] = WavWriter.ToPcm16(samples[i]);
    }
}
