using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Audio;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>A signal: player, waveform, spectrogram.</summary>
public static class SignalPanel
{
    /// <summary>Draws a panel.</summary>
    /// <param name="id">Name in the page, of its own.</param>
    /// <param name="kind">Which it is: <c>original</c> or <c>decoded</c>.</param>
    /// <param name="title">What people read.</param>
    /// <param name="detail">Where the signal comes from.</param>
    /// <param name="samples">The signal.</param>
    /// <param name="rate">Samples per second.</param>
    /// <param name="amplitude">Amplitude that fills the waveform's height.</param>
    /// <param name="power">The spectrogram.</param>
    /// <param name="peak">Power of the brightest colour.</param>
    public static string Draw(string id, string kind, string title, string detail, float[] samples, int rate, double amplitude, Spectrogram power, double peak)
    {
        using var wav = new MemoryStream();
        WavWriter.WritePcm16(wav, samples, rate);
        return $"""
            <article class="panel {kind}">
              <h3><span class="dot"></span>{Html.Text(title)} <small>{Html.Text(detail)}</small></h3>
              <audio id="{id}" controls preload="auto" src="{Html.DataUri("audio/wav", wav.ToArray())}"></audio>
              <div class="plot">
                <div class="axis-y"></div>
                <div class="track" data-for="{id}" title="Click to play from here">{WaveformSvg.Draw(samples, amplitude)}<i class="head"></i></div>
                <div class="axis-y">{FrequencyTicks(rate)}</div>
                <div class="track" data-for="{id}" title="Click to play from here"><img class="spectrogram" alt="Spectrogram: {Html.Text(title)}" src="{Html.DataUri("image/png", SpectrogramPicture.Draw(power, peak))}"><i class="head"></i></div>
                <div class="unit">kHz</div>
                <div class="axis-x">{TimeTicks((double)samples.Length / rate)}</div>
              </div>
            </article>
            """;
    }

    private static string FrequencyTicks(int rate)
    {
        int step = rate > 16000 ? 4000 : rate > 8000 ? 2000 : 1000;
        var ticks = new StringBuilder();
        for (int hertz = 0; hertz <= rate / 2; hertz += step)
            ticks.Append(CultureInfo.InvariantCulture, $"<span style=\"bottom:{200.0 * hertz / rate:0.##}%\">{hertz / 1000}</span>");
        return ticks.ToString();
    }

    private static string TimeTicks(double seconds)
    {
        double step = new[] { 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60 }.First(s => seconds / s <= 7 || s == 60);
        var ticks = new StringBuilder();
        // The last tick keeps clear of the edge, where its label would not fit.
        for (int i = 0; i * step <= seconds * 0.97; i++)
        {
            string label = i == 0 ? "0" : step >= 30 ? $"{(int)(i * step) / 60}:{(int)(i * step) % 60:00}" : $"{i * step:0.##} s";
            ticks.Append(CultureInfo.InvariantCulture, $"<span style=\"left:{100 * i * step / seconds:0.##}%\">{label}</span>");
        }

        return ticks.ToString();
    }
}
