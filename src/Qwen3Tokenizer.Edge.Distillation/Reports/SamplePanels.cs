using System.Globalization;
using System.Numerics.Tensors;
using System.Text;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;

namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>Held-out clips to listen to: the original beside what the model makes of it.</summary>
internal static class SamplePanels
{
    /// <summary>Clips shown at most.</summary>
    public const int MostClips = 8;

    // What a page that is sent around may weigh.
    private const int MostCharacters = 6_000_000;
    private const double MostSeconds = 3.2;
    private const int Columns = 450;
    private const double QuietestScale = 1e-3;

    // Beside all layers a number that a slow link carries.
    private const int FewLayers = 4;

    /// <summary>Draws as many clips as the page may hold.</summary>
    public static string Draw(HeldOutFigures figures)
    {
        var text = new StringBuilder();
        for (int i = 0; i < figures.Layers[^1].Heard.Length; i++)
        {
            string clip = Clip(figures, i);
            if (text.Length + clip.Length > MostCharacters)
            {
                break;
            }

            text.Append(clip);
        }

        return text.ToString();
    }

    private static string Clip(HeldOutFigures figures, int index)
    {
        HeldOutClip clip = figures.Clips[index];
        int rate = figures.Rate;
        float[] original = Cut(HeldOutFigures.Original(clip, rate), rate);
        (LayerFigures Layers, float[] Samples)[] decoded = [.. figures.Layers.Where(l => l == figures.Layers[^1] || l.Layers == FewLayers).Reverse().Select(l => (l, Cut(l.Heard[index], rate)))];
        float[][] signals = [original, .. decoded.Select(d => d.Samples)];
        Spectrogram[] pictures = [.. signals.Select(s => SpectrogramPicture.Measure(s, rate, Columns))];
        double amplitude = Math.Max(QuietestScale, signals.Max(s => Math.Abs(TensorPrimitives.MaxMagnitude<float>(s)))), loudest = pictures.Max(SpectrogramPicture.Peak);
        string name = string.Create(CultureInfo.InvariantCulture, $"clip{index}");
        string synthesised = clip.Recording.Synthetic ? ", synthesised" : "";
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<section class=\"clip\">\n<div class=\"heading\"><h3>{Html.Text(clip.Name)} <small>voice {Html.Text(clip.Recording.Voice)}{synthesised}, {Html.Text(clip.Recording.Licence)}</small></h3><button class=\"switch\" type=\"button\">Switch at the same moment</button></div>\n<div class=\"pair\">\n");
        text.Append(SignalPanel.Draw($"{name}-original", "original", "Original", Seconds(original, rate), original, rate, amplitude, pictures[0], loudest));
        for (int d = 0; d < decoded.Length; d++)
        {
            (LayerFigures layers, float[] samples) = decoded[d];
            string title = layers.Layers == 1 ? "1 layer" : string.Create(CultureInfo.InvariantCulture, $"{layers.Layers} layers");
            text.Append(SignalPanel.Draw(string.Create(CultureInfo.InvariantCulture, $"{name}-{layers.Layers}"), "decoded", title, Figures(layers.Clips[index]), samples, rate, amplitude, pictures[d + 1], loudest));
        }

        return text.Append("</div>\n</section>\n").ToString();
    }

    private static string Figures(SpeechQuality q)
    {
        string[] known =
        [
            .. q.Stoi is { } stoi ? [string.Create(CultureInfo.InvariantCulture, $"STOI {stoi:0.00}")] : Array.Empty<string>(),
            .. q.LogSpectralDistanceDb is { } lsd ? [string.Create(CultureInfo.InvariantCulture, $"LSD {lsd:0.0} dB")] : Array.Empty<string>(),
            .. q.PitchMedianCents is { } cents ? [string.Create(CultureInfo.InvariantCulture, $"pitch {cents:0} cents")] : Array.Empty<string>(),
        ];
        return string.Join(", ", known);
    }

    private static string Seconds(float[] samples, int rate) => string.Create(CultureInfo.InvariantCulture, $"{(double)samples.Length / rate:0.0} s");

    private static float[] Cut(float[] samples, int rate) => samples[..Math.Min(samples.Length, (int)(MostSeconds * rate))];
}
