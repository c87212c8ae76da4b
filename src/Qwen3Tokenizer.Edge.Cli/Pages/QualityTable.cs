using System.Text;
using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Cli.Pages;

/// <summary>The quality figures, each with a line that says what it means.</summary>
internal static class QualityTable
{
    /// <summary>Draws the table.</summary>
    public static string Draw(SpeechQuality quality)
    {
        (string Name, string Value, string Unit, string Meaning)[] rows =
        [
            ("STOI", Format(quality.Stoi, "0.000"), "", "Intelligibility from 0 to 1: how well the loudness contours of 15 bands survive."),
            ("ESTOI", Format(quality.Estoi, "0.000"), "", "The stricter form of STOI, which compares whole spectra over time."),
            ("Log-spectral distance", Format(quality.LogSpectralDistanceDb, "0.00"), "dB", "Mean difference of the fine spectra in the louder moments, 0 for identical signals."),
            ("Mel distance", Format(quality.MelDistance, "0.000"), "Np", "Mean difference of the spectral envelopes in natural logarithms (1 Np = 8.7 dB); nearer to what is heard."),
            ("Pitch error", Format(quality.PitchMedianCents, "0.0"), "cents", "Median difference of the melody; 100 cents are a semitone."),
            ("Gross pitch errors", Format(100 * quality.PitchGrossErrorRate, "0.0"), "%", "Voiced moments whose pitch is off by more than two semitones."),
            ("Voicing error", Format(100 * quality.VoicingErrorRate, "0.0"), "%", "Moments that are voiced in only one of the two signals."),
            ("SI-SDR", Format(quality.SiSdrDb, "0.0"), "dB", "Means nothing here and is shown only because people ask: it compares waveforms sample by sample, and a vocoder does not keep phase."),
        ];
        var table = new StringBuilder("<dl class=\"quality\">");
        foreach ((string name, string value, string unit, string meaning) in rows)
        {
            string mute = name == "SI-SDR" ? " class=\"mute\"" : "";
            table.Append($"<div{mute}><dt>{name}</dt><dd class=\"value\">{value}<small>{(value == NoFigure ? "" : unit)}</small></dd><dd>{meaning}</dd></div>");
        }

        return table.Append("</dl>").ToString();
    }

    private const string NoFigure = "–";

    private static string Format(double? value, string format) => value?.ToString(format) ?? NoFigure;
}
