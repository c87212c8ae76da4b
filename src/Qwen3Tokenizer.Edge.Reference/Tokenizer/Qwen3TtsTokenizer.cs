using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Reference;

/// <summary>
/// Speech to tokens and back, as people know it from Python's <c>Qwen3TTSTokenizer</c>: a Qwen3-TTS-Tokenizer-12Hz folder as downloaded, or an edge model, behind one interface. Audio of any rate
/// and number of channels is mixed to mono and resampled to the model's rate. Not thread-safe: one call at a time; streams that were opened are independent of each other and of the calls.
/// </summary>
public sealed class Qwen3TtsTokenizer : IDisposable
{
    private const int LeastRate = 4000;
    private const int HighestRate = 192_000;

    private readonly ITokenizerModel _model;

    private Qwen3TtsTokenizer(ITokenizerModel model) => _model = model;

    /// <summary>The model's name.</summary>
    public string Name => _model.Facts.Name;

    /// <summary>What computes: <c>float</c> or <c>ort</c>.</summary>
    public string Engine => _model.Engine;

    /// <summary>Where: <c>cpu</c>, or <c>cuda:N</c>.</summary>
    public string Device => _model.Device;

    /// <summary>Samples a second of the audio that the model takes and gives.</summary>
    public int SampleRate => _model.Facts.Rate.SampleRate;

    /// <summary>Samples that a frame stands for, at <see cref="SampleRate"/>.</summary>
    public int SamplesPerFrame => _model.Facts.Rate.SamplesPerFrame;

    /// <summary>Layers (codebooks).</summary>
    public int NumQuantizers => _model.Facts.Layers;

    /// <summary>The token space of the model's tokens.</summary>
    public TokenSpace Space => _model.Facts.Space;

    /// <summary>Frames a second.</summary>
    public FrameRate Rate => _model.Facts.Rate;

    /// <summary>Bits a code.</summary>
    public int BitsPerCode => _model.Facts.BitsPerCode;

    /// <summary>Fewest layers that the decoder takes.</summary>
    public int MinQuantizers => _model.Facts.MinLayers;

    /// <summary>Opens a model.</summary>
    /// <param name="model">A Qwen3-TTS-Tokenizer-12Hz folder, a built-in edge model's name, or an edge model's file.</param>
    /// <param name="deviceMap"><c>auto</c> (the GPU when it works, else the CPU), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>. Edge models run on the CPU whatever it says but <c>cuda</c>.</param>
    /// <param name="options">How to compute.</param>
    /// <exception cref="Models.Safetensors.ModelFormatException">A file is missing or wrong; the message names it.</exception>
    /// <exception cref="ArgumentException">The device map or an option makes no sense for the model.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static Qwen3TtsTokenizer FromPretrained(string model, string deviceMap = "auto", TokenizerOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        options ??= TokenizerOptions.Default;
        if (!Qwen3Tts12Hz.IsFolder(model))
        {
            return new Qwen3TtsTokenizer(new EdgeTokenizerModel(ExecutorChoice.RequireFloat(EdgeModel.Load(model), deviceMap, options)));
        }

        Qwen3Tts12Hz full = Qwen3Tts12Hz.Load(model);
        try
        {
            return Of(full, deviceMap, options);
        }
        catch
        {
            full.Dispose();
            throw;
        }
    }

    /// <summary>Takes a full-size model that is open already, and closes it at the end.</summary>
    /// <inheritdoc cref="FromPretrained"/>
    public static Qwen3TtsTokenizer Of(Qwen3Tts12Hz model, string deviceMap = "auto", TokenizerOptions? options = null) =>
        new(new FullTokenizerModel(model, ExecutorChoice.For(model, deviceMap, options ?? TokenizerOptions.Default)));

    /// <summary>Encodes an audio file: WAV, or with libsndfile FLAC, OGG, MP3. Nothing but a local path is understood.</summary>
    /// <exception cref="AudioFormatException">The file cannot be understood.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ArgumentException">The clip has no samples, is too long for an encoder without a window, or an option is out of its range.</exception>
    public EncodedAudio Encode(string path, EncodeOptions? options = null, CancellationToken cancellation = default) =>
        Encode([AudioFile.Read(path)], options, cancellation);

    /// <summary>Encodes a WAV from a stream.</summary>
    /// <inheritdoc cref="Encode(string, EncodeOptions?, CancellationToken)"/>
    public EncodedAudio Encode(Stream wav, EncodeOptions? options = null, CancellationToken cancellation = default) =>
        Encode([WavReader.Read(wav, "stream")], options, cancellation);

    /// <summary>Encodes mono samples, full scale +-1, used without normalization or clipping.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="sampleRate">Samples a second, at least 1.</param>
    /// <param name="options">How to encode.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <exception cref="ArgumentException">There are no samples, too many for an encoder without a window, or an option is out of its range.</exception>
    public EncodedAudio Encode(ReadOnlySpan<float> samples, int sampleRate, EncodeOptions? options = null, CancellationToken cancellation = default) =>
        Encode([AudioClip.FromMono(samples.ToArray(), sampleRate)], options, cancellation);

    /// <summary>Encodes files, each alone unless <see cref="EncodeOptions.Batch"/> says otherwise.</summary>
    /// <inheritdoc cref="Encode(string, EncodeOptions?, CancellationToken)"/>
    public EncodedAudio EncodeFiles(IReadOnlyList<string> paths, EncodeOptions? options = null, CancellationToken cancellation = default) =>
        Encode([.. paths.Select(AudioFile.Read)], options, cancellation);

    /// <summary>Encodes an audio file given as base64 text (WAV). The reference takes any long text for base64; here only this method does.</summary>
    /// <exception cref="FormatException">The text is not base64.</exception>
    /// <exception cref="AudioFormatException">The file cannot be understood.</exception>
    public EncodedAudio EncodeBase64(string base64, EncodeOptions? options = null, CancellationToken cancellation = default)
    {
        using var stream = new MemoryStream(Convert.FromBase64String(base64), writable: false);
        return Encode(stream, options, cancellation);
    }

    /// <summary>Downloads a WAV with a client of the caller's and encodes it. The reference fetches any text that looks like an address; here only this method does, with the caller's limits.</summary>
    /// <param name="address">An http or https address.</param>
    /// <param name="client">The client; its <see cref="HttpClient.MaxResponseContentBufferSize"/> limits the download.</param>
    /// <param name="options">How to encode.</param>
    /// <param name="cancellation">Ends the download and the work.</param>
    /// <exception cref="ArgumentException">The address is not http or https.</exception>
    /// <exception cref="HttpRequestException">The download failed.</exception>
    /// <exception cref="AudioFormatException">The file cannot be understood.</exception>
    public async Task<EncodedAudio> EncodeUrlAsync(Uri address, HttpClient client, EncodeOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(client);
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"Address '{address}' is not an absolute http or https address.", nameof(address));
        }

        byte[] wav = await client.GetByteArrayAsync(address, cancellation).ConfigureAwait(false);
        using var stream = new MemoryStream(wav, writable: false);
        return Encode(stream, options, cancellation);
    }

    /// <summary>Encodes clips, each alone unless <see cref="EncodeOptions.Batch"/> says otherwise.</summary>
    /// <exception cref="ArgumentException">A clip has no samples or is too long for an encoder without a window, or an option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The work was ended.</exception>
    public EncodedAudio Encode(IReadOnlyList<AudioClip> clips, EncodeOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= EncodeOptions.Default;
        RequireLayers(options.NumQuantizers, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegative(options.EncoderWindow, nameof(options));
        float[][] samples = [.. clips.Select(c => Resampler.Resample(c.ToMono(), c.SampleRate, SampleRate))];
        int empty = Array.FindIndex(samples, s => s.Length == 0);
        if (empty >= 0)
        {
            throw new ArgumentException($"Clip {empty} has no samples.", nameof(clips));
        }

        int longest = samples.Length == 0 ? 0 : samples.Max(s => s.Length);
        bool padded = options.Batch == BatchMode.AsReference && samples.Length > 1;
        return new EncodedAudio(Each(samples, options.Progress, (s, progress) =>
        {
            EncodeOptions own = options with { Progress = progress };
            return padded ? _model.EncodePadded(s, longest, own, cancellation) : _model.Encode(s, own, cancellation);
        }));
    }

    /// <summary>Decodes what an encoder gave.</summary>
    /// <inheritdoc cref="Decode(IReadOnlyList{TokenClip}, DecodeOptions?, CancellationToken)"/>
    public DecodedAudio Decode(EncodedAudio encoded, DecodeOptions? options = null, CancellationToken cancellation = default) => Decode(encoded.AudioCodes, options, cancellation);

    /// <summary>Decodes one clip of tokens.</summary>
    /// <inheritdoc cref="Decode(IReadOnlyList{TokenClip}, DecodeOptions?, CancellationToken)"/>
    public DecodedAudio Decode(TokenClip clip, DecodeOptions? options = null, CancellationToken cancellation = default) => Decode([clip], options, cancellation);

    /// <summary>Decodes a token file, <c>.q3t</c>.</summary>
    /// <inheritdoc cref="Decode(IReadOnlyList{TokenClip}, DecodeOptions?, CancellationToken)"/>
    public DecodedAudio DecodeFile(string path, DecodeOptions? options = null, CancellationToken cancellation = default) => Decode([TokenFile.Read(path)], options, cancellation);

    /// <summary>Decodes bare codes of this model, frame-major [frames, layers]; every sample that they give comes back.</summary>
    /// <param name="codes">Frames * <paramref name="layers"/> codes.</param>
    /// <param name="layers">Codes a frame.</param>
    /// <param name="options">How to decode.</param>
    /// <param name="cancellation">Ends the work.</param>
    /// <inheritdoc cref="Decode(IReadOnlyList{TokenClip}, DecodeOptions?, CancellationToken)"/>
    public DecodedAudio Decode(ReadOnlySpan<ushort> codes, int layers, DecodeOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        long samples = Math.Max(0, ((long)codes.Length / layers * SamplesPerFrame) - _model.Facts.Delay);
        return Decode(new TokenClip(Space, layers, BitsPerCode, Rate, codes, samples, _model.Facts.Delay), options, cancellation);
    }

    /// <summary>Decodes clips of tokens, each alone: in a causal decoder what else is in a batch changes nothing.</summary>
    /// <returns>As many samples per clip as its original had.</returns>
    /// <exception cref="TokenFormatException">The tokens are of another token space, or a code is outside the codebook.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="OperationCanceledException">The work was ended.</exception>
    public DecodedAudio Decode(IReadOnlyList<TokenClip> clips, DecodeOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= DecodeOptions.Default;
        RequireLayers(options.NumQuantizers, _model.Facts.MinLayers, nameof(options));
        if (options.TargetSampleRate is not 0 and (< LeastRate or > HighestRate))
        {
            throw new ArgumentOutOfRangeException(nameof(options), $"TargetSampleRate {options.TargetSampleRate} is not within {LeastRate} to {HighestRate} Hz.");
        }

        TokenClip[] wanted = [.. clips.Select(c => options.NumQuantizers == 0 ? c : c.KeepLayers(Math.Min(options.NumQuantizers, c.Layers)))];
        foreach (TokenClip clip in wanted)
        {
            _model.RequireDecodable(clip);
        }

        int rate = options.TargetSampleRate == 0 ? SampleRate : options.TargetSampleRate;
        return new DecodedAudio(
            Each(wanted, options.Progress, (clip, progress) => Resampler.Resample(_model.Decode(clip, options with { Progress = progress }, cancellation), SampleRate, rate)), rate);
    }

    /// <summary>Begins a stream of samples at <see cref="SampleRate"/> with an encoder of its own, whose states go when the stream is disposed; dispose it before the tokenizer.</summary>
    /// <param name="window">As <see cref="EncodeOptions.EncoderWindow"/>; without one the stream ends after 5 minutes.</param>
    /// <exception cref="NotSupportedException">The model is an edge model, which the emitted library streams.</exception>
    public Qwen3TtsEncoding OpenEncoder(int window) => _model.OpenEncoder(window) ?? throw NoStream();

    /// <summary>Begins a stream of codes with a decoder of its own, whose states go when the stream is disposed; dispose it before the tokenizer.</summary>
    /// <exception cref="NotSupportedException">The model is an edge model, which the emitted library streams.</exception>
    public Qwen3TtsDecoding OpenDecoder() => _model.OpenDecoder() ?? throw NoStream();

    /// <summary>Closes the model.</summary>
    public void Dispose() => _model.Dispose();

    private static TResult[] Each<TItem, TResult>(TItem[] items, IProgress<double>? progress, Func<TItem, IProgress<double>?, TResult> work)
    {
        var results = new TResult[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            results[i] = work(items[i], progress is null ? null : new PartOf(progress, i, items.Length));
        }

        return results;
    }

    private void RequireLayers(int layers, int least, string parameter)
    {
        if (layers != 0 && (layers < least || layers > NumQuantizers))
        {
            throw new ArgumentOutOfRangeException(parameter, $"NumQuantizers {layers} is not within {least} to {NumQuantizers}, the layers of model '{Name}'.");
        }
    }

    private NotSupportedException NoStream() => new($"Model '{Name}' is an edge model: stream it with the emitted library (Qwen3Tokenizer.Edge.Runtime).");

    // A clip's share of a batch.
    private sealed class PartOf(IProgress<double> whole, int index, int count) : IProgress<double>
    {
        public void Report(double value) => whole.Report((index + value) / count);
    }
}
