namespace Qwen3Tokenizer.Edge.Distillation.Corpora;

/// <summary>How training segments are drawn. The defaults are those with which the shipped codec was trained.</summary>
public sealed record SegmentOptions
{
    /// <summary>Seed of the run.</summary>
    public ulong Seed { get; init; }

    /// <summary>Length of a segment in frames of tokens (80 ms, 1280 samples each), at least 1.</summary>
    public int Tokens { get; init; } = 16;

    /// <summary>Samples before the segment's start that are given with it, 0 or more.</summary>
    public int LeftSamples { get; init; } = 704;

    /// <summary>Whether recordings under the GNU GPL take part.</summary>
    public bool IncludeGpl { get; init; }

    /// <summary>Whether synthesised voices take part.</summary>
    public bool IncludeSynthetic { get; init; } = true;

    /// <summary>Voices that take part, or null for all.</summary>
    public Func<string, bool>? Voices { get; init; }

    /// <summary>A voice's weight is its minutes to this power, times its factor.</summary>
    public double MinutesPower { get; init; } = 0.75;

    /// <summary>Factors of the weights of voices whose name begins with the key; of several keys the longest counts.</summary>
    public IReadOnlyDictionary<string, double> VoiceFactors { get; init; } = DefaultVoiceFactors;

    /// <summary>Factor of the weights of voices that are others at another speed, besides <see cref="VoiceFactors"/>.</summary>
    public double VariedFactor { get; init; } = 0.7;

    /// <summary>Root mean square below which a segment is drawn again, full scale 1.</summary>
    public double MinRms { get; init; } = 0.008;

    /// <summary>Draws until a quiet segment is taken all the same, at least 1.</summary>
    public int Tries { get; init; } = 8;

    /// <summary>Part of the quiet segments that is taken at the first try.</summary>
    public double QuietShare { get; init; } = 0.03;

    /// <summary>Lowest gain, dB.</summary>
    public double MinGainDb { get; init; } = -14;

    /// <summary>Highest gain, dB. With both 0 the level stays as recorded.</summary>
    public double MaxGainDb { get; init; } = 8;

    /// <summary>Peak that a gain may lift a segment to, full scale 1.</summary>
    public double PeakLimit { get; init; } = 0.98;

    /// <summary>Root mean square of the white noise that is added, so that no segment is digital silence.</summary>
    public double Dither { get; init; } = 1e-5;

    /// <summary>Studio voices more, game dialogue less, as with the shipped codec; telephone-band and synthesised voices half.</summary>
    public static IReadOnlyDictionary<string, double> DefaultVoiceFactors { get; } = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        ["ast"] = 1.5, ["msu"] = 1.5, ["fillets"] = 0.6, ["tel-"] = 0.5, ["espeak"] = 0.5, ["flite"] = 0.5, ["festival"] = 0.5,
    };
}
