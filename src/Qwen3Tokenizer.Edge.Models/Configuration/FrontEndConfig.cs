namespace Qwen3Tokenizer.Edge.Models.Configuration;

/// <summary>The causal log-mel front-end of an edge encoder (edge-codec.md, section 1).</summary>
/// <param name="FftLength">Transform length in samples.</param>
/// <param name="WindowLength">Window length in samples, equal to the transform's.</param>
/// <param name="Hop">Samples between frames.</param>
/// <param name="LeftPad">Zeros before the first sample: transform length less one hop, so that a frame ends with its hop.</param>
/// <param name="MelBands">Number of mel bands.</param>
/// <param name="MelFloor">Least magnitude before the logarithm.</param>
/// <param name="MelScale">Always <c>htk</c>.</param>
/// <param name="MinFrequency">Lower edge of the mel range in Hz.</param>
/// <param name="MaxFrequency">Upper edge of the mel range in Hz.</param>
/// <param name="Spectrum">Always <c>magnitude</c>.</param>
/// <param name="Logarithm">Always <c>natural</c>.</param>
/// <param name="FilterNorm">Always <c>rows sum to 1</c>.</param>
public sealed record FrontEndConfig(
    int FftLength, int WindowLength, int Hop, int LeftPad, int MelBands, double MelFloor, string MelScale,
    double MinFrequency, double MaxFrequency, string Spectrum, string Logarithm, string FilterNorm)
{
    internal static FrontEndConfig Read(ConfigSection section, int sampleRate)
    {
        var config = new FrontEndConfig(
            section.Int("n_fft", 16, 65536),
            section.Int("win_length", 16, 65536),
            section.Int("hop", 1, 65536),
            section.Int("left_pad", 0, 65536),
            section.Int("n_mels", 1, 1024),
            section.Number("mel_floor", 1e-12, 1),
            section.Only("mel_scale", "htk"),
            section.Number("f_min", 0, sampleRate / 2.0),
            section.Number("f_max", 1, sampleRate / 2.0),
            section.Only("spectrum", "magnitude"),
            section.Only("log", "natural"),
            section.Only("filter_norm", "rows sum to 1"));
        if (!int.IsPow2(config.FftLength))
            throw section.Contradiction("n_fft", "is not a power of two");
        if (config.WindowLength != config.FftLength)
            throw section.Contradiction("win_length", $"differs from n_fft {config.FftLength}");
        if (config.Hop > config.FftLength)
            throw section.Contradiction("hop", $"exceeds n_fft {config.FftLength}");
        if (config.LeftPad != config.FftLength - config.Hop)
            throw section.Contradiction("left_pad", $"is not n_fft - hop = {config.FftLength - config.Hop}");
        if (config.MaxFrequency <= config.MinFrequency)
            throw section.Contradiction("f_max", "is not above f_min");
        return config;
    }
}
