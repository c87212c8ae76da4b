using Qwen3Tokenizer.Edge.Benchmarks.Quality;

namespace Qwen3Tokenizer.Edge.Tests.Quality;

/// <summary>The held-out clips measured through both decoders, once per test run and as they are asked for.</summary>
public sealed class HeldOutMeasurements : IDisposable
{
    private readonly Dictionary<string, IReadOnlyList<ClipQuality>> _measured = new(StringComparer.Ordinal);
    private readonly CompiledModel _encoder = new("edge-light");

    /// <summary>Every clip through edge-light's encoder and the decoder of <paramref name="model"/>.</summary>
    public IReadOnlyList<ClipQuality> this[string model]
    {
        get
        {
            if (!_measured.TryGetValue(model, out IReadOnlyList<ClipQuality>? clips))
            {
                _measured[model] = clips = Measure(model);
            }

            return clips;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _encoder.Dispose();

    private ClipQuality[] Measure(string model)
    {
        using CompiledModel? other = model == _encoder.Model.Name ? null : new CompiledModel(model);
        var quality = new HeldOutQuality(other ?? _encoder, _encoder);
        return [.. Directory.GetFiles(TestData.Path("heldout"), "*.wav").Order(StringComparer.Ordinal).Select(quality.Measure)];
    }
}
