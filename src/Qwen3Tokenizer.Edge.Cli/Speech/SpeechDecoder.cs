using System.Diagnostics;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Compiler;
using Qwen3Tokenizer.Edge.Models.Families;
using Qwen3Tokenizer.Edge.Reference;
using Qwen3Tokenizer.Edge.Runtime;

namespace Qwen3Tokenizer.Edge.Cli.Speech;

/// <summary>Speech that a decoder gave.</summary>
/// <param name="Samples">Mono, full scale +-1, trimmed by the delay: as long as the original.</param>
/// <param name="Rate">Samples per second.</param>
/// <param name="Engine">What decoded: <c>native</c>, <c>float</c> or <c>ort</c>.</param>
/// <param name="Clipped">Samples at or beyond full scale, which PCM16 cuts off.</param>
/// <param name="Elapsed">Time of the decoding alone, without loading or building.</param>
internal sealed record DecodedSpeech(float[] Samples, int Rate, string Engine, int Clipped, TimeSpan Elapsed)
{
    /// <summary>Seconds of computing for a second of speech: below 1 is faster than real time.</summary>
    public double RealTimeFactor => Elapsed.TotalSeconds * Rate / Math.Max(Samples.Length, 1);
}

/// <summary>Tokens to speech by one of the engines that the model has.</summary>
internal sealed class SpeechDecoder : IDisposable
{
    // Frames that the native engine decodes at once.
    private const int FramesAtOnce = 16;

    private readonly SpeechModel _model;
    private readonly Qwen3TtsTokenizer? _full;
    private readonly EmittedLibrary? _library;
    private readonly EmittedModel? _emitted;

    private SpeechDecoder(SpeechModel model, EmittedLibrary? library, string? name = null)
    {
        (_model, _library) = (model, library);
        _emitted = library?.Model(name ?? model.Name);
    }

    private SpeechDecoder(SpeechModel model, Qwen3TtsTokenizer full) => (_model, _full) = (model, full);

    /// <summary>Makes ready to decode: the native engine is built here if it is not in the cache yet.</summary>
    /// <param name="model">The model.</param>
    /// <param name="request">The engine asked for: where none was, of an edge model native, or float where there is no compiler; of a full-size model ONNX Runtime, or float without it.</param>
    public static SpeechDecoder Open(SpeechModel model, EngineRequest request)
    {
        request.RequireDecoder(model);
        if (model.Full is { } full)
            return request.Engine == Engines.Native ? OfLibrary(model, FullModelBuilder.Cached(full).LibraryPath, FullModelBuild.CachedName) : new SpeechDecoder(model, FullModels.Open(full, request));
        if (request.Engine == Engines.Float)
            return new SpeechDecoder(model, library: null);
        try
        {
            BuildResult build = LibraryBuilder.Cached(model.Edge!);
            return OfLibrary(model, build.LibraryPath);
        }
        catch (CompilerNotFoundException e) when (request.Engine is null)
        {
            Failure.Warn($"{e.Message} Decoding in float instead.");
            return new SpeechDecoder(model, library: null);
        }
    }

    /// <summary>Decodes with a library that was built already.</summary>
    public static SpeechDecoder OfLibrary(SpeechModel model, string libraryPath) => OfLibrary(model, libraryPath, model.Name);

    private static SpeechDecoder OfLibrary(SpeechModel model, string libraryPath, string name)
    {
        EmittedLibrary library = EmittedLibrary.Load(libraryPath);
        try
        {
            return new SpeechDecoder(model, library, name);
        }
        catch
        {
            library.Dispose();
            throw;
        }
    }

    /// <summary>Decodes a clip.</summary>
    /// <param name="clip">Tokens of the model's space, full or minimal.</param>
    /// <param name="name">The clip's name for messages.</param>
    /// <exception cref="TokenFormatException">The model cannot decode these tokens.</exception>
    public DecodedSpeech Decode(TokenClip clip, string name)
    {
        clip = RequireDecodable(_model, clip, name);
        return WorkProgress.Run($"Decoding {name}", progress =>
        {
            long start = Stopwatch.GetTimestamp();
            float[] samples = Samples(clip, progress);
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            int clipped = samples.Count(x => x is >= short.MaxValue / 32768f or <= -1);
            return new DecodedSpeech(samples, _model.SampleRate, Engine, clipped, elapsed);
        });
    }

    private string Engine => _full is not null ? _full.Engine : _emitted is null ? Engines.Float : Engines.Native;

    private float[] Samples(TokenClip clip, WorkProgress progress)
    {
        if (_full is not null)
            return _full.Decode(clip, new DecodeOptions { Progress = progress }).Waves[0];
        float[] whole = _emitted is null ? EdgeCodec.Decode(_model.Edge!, clip, progress: progress) : Native(_emitted, clip, progress);

        // A full-size model has no delay: only the last frame may be longer than what is left of the original.
        return _model.Edge is { } edge ? [.. EdgeCodec.Trim(edge, clip, whole)] : whole[..(int)Math.Min(clip.SamplesAt(_model.SampleRate), whole.Length)];
    }

    /// <summary>Refuses tokens that a model cannot decode, in the name of their file; minimal ones become full ones.</summary>
    public static TokenClip RequireDecodable(SpeechModel model, TokenClip clip, string name)
    {
        try
        {
            return model.ToFull(clip);
        }
        catch (TokenFormatException e)
        {
            bool foreign = clip.Space != model.Facts.Space && !model.IsMinimal(clip);
            string advice = foreign && ModelChoice.BuiltInOf(clip.Space).Model is { } maker ? $" They are {maker}'s: --model {maker}." : "";
            throw new TokenFormatException($"{name}: {e.Message}{advice}", e);
        }
    }

    public void Dispose()
    {
        _library?.Dispose();
        _full?.Dispose();
    }

    private static float[] Native(EmittedModel model, TokenClip clip, WorkProgress progress)
    {
        using Decoder decoder = model.CreateDecoder(FramesAtOnce);
        int layers = Math.Min(clip.Layers, model.MaxLayers);
        var codes = new ushort[FramesAtOnce * layers];
        var pcm = new short[FramesAtOnce * model.FrameSamples];
        var samples = new float[checked(clip.Frames * model.FrameSamples)];
        for (int t = 0; t < clip.Frames; t += FramesAtOnce)
        {
            int frames = Math.Min(FramesAtOnce, clip.Frames - t);
            for (int f = 0; f < frames; f++)
                clip.Frame(t + f)[..layers].CopyTo(codes.AsSpan(f * layers));
            decoder.DecodeFrames(codes.AsSpan(0, frames * layers), layers, pcm);
            Span<float> part = samples.AsSpan(t * model.FrameSamples, frames * model.FrameSamples);
            for (int i = 0; i < part.Length; i++)
                part[i] = pcm[i] / 32768f;
            progress.Report((t + frames) / (double)clip.Frames);
        }

        return samples;
    }
}
