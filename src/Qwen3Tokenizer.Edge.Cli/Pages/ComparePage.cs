using System.Numerics.Tensors;
using System.Text;
using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Cli.Speech;
using Qwen3Tokenizer.Edge.Cli.Terminal;
using Qwen3Tokenizer.Edge.Distillation.Reports;

namespace Qwen3Tokenizer.Edge.Cli.Pages;

/// <summary>The comparison of an original and its reconstruction as one HTML page that refers to nothing outside itself.</summary>
internal static class ComparePage
{
    private const double QuietestScale = 1e-3;

    /// <summary>Draws the page; the same comparison gives the same bytes.</summary>
    public static byte[] Render(Comparison c)
    {
        string title = $"{c.Name}: original and reconstruction";
        string page = $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{Html.Text(title)}</title>
            <style>
            {Html.Style}
            </style>
            </head>
            <body>
            <header>
              <p class="kicker">Qwen3Tokenizer.Edge</p>
              <h1>{Html.Text(c.Name)}</h1>
              <p class="lead">Encoded to {c.Clip.Rate.FramesPerSecond:0.##} frames of tokens a second by <b>{Html.Text(c.Encoder.Name)}</b>{MinimalText(c)}, decoded by <b>{Html.Text(c.Model.Name)}</b> ({EngineText(c.Decoded.Engine)}).</p>
            </header>
            <main>
            <section class="cards">
            {Cards(c)}
            </section>
            <section>
              <div class="heading"><h2>Listen and look</h2><button class="switch" type="button">Switch at the same moment</button></div>
              <div class="pair">
            {Panels(c)}
              </div>
              <p class="note legend"><span>−{SpectrogramPicture.RangeDb:0} dB</span><i></i><span>loudest</span><span class="tail">Both pictures share one scale. Everything is compared at {Units.Rate(c.Rate)}, the rate of {Html.Text(c.Model.Name)}.</span></p>
            </section>
            <section>
              <h2>Codes <small>[{c.Clip.Layers} layers, {c.Clip.Frames} frames]</small></h2>
              <img class="codes" style="--layers:{c.Clip.Layers}" alt="The codes, one cell each" src="{Html.DataUri("image/png", CodesPicture.Draw(c.Clip))}">
              <p class="note">All that is stored: one cell a code of {c.Clip.BitsPerCode} bits, one column every {1000 / c.Clip.Rate.FramesPerSecond:0.#} ms, the first layer on top.</p>
            </section>
            <section>
              <h2>Level by band</h2>
            {BandChart.Draw(c.Bands)}
              <p class="note">Reconstruction minus original in third-octave bands, in dB. Bars up: the reconstruction is louder. Pale bars are bands too quiet to be heard.</p>
            </section>
            <section>
              <h2>Quality</h2>
            {QualityTable.Draw(c.Quality)}
            </section>
            <section class="limits">
              <h2>What to expect</h2>
              <p>{KindLimit(c)} {ModelLimit(c)} Tokens are speech: whoever holds them can hear them, so privacy comes from encryption.</p>
            </section>
            </main>
            <footer>q3edge {VersionText.Value} · token space {c.Clip.Space.ToString()[..16]}…</footer>
            <script>
            {Html.Script}
            </script>
            </body>
            </html>

            """;
        return Encoding.UTF8.GetBytes(page);
    }

    private static string MinimalText(Comparison c) =>
        c.Minimal ? $" in <b>minimal mode</b> ({c.Encoder.Edge!.MinimalMap!.Entries} of {c.Encoder.Facts.CodebookSize} entries of every codebook)" : "";

    private static string EngineText(string engine) => engine == Engines.Native ? "the INT8 library, integers only" : "in 32-bit float";

    private static string KindLimit(Comparison c) => c.Model.Full is null
        ? "The edge codecs model <b>one voice with one pitch at a time</b>: not music, not choirs, not two people at once."
        : "The full-size model is the reference that the edge codecs are held against; it runs in floating point on a desktop.";

    /// <summary>What was measured for the built-in models on clips that they were not trained on; nothing is claimed of other models.</summary>
    private static string ModelLimit(Comparison c) => c.Model.Name switch
    {
        "edge-light" => "On 43 unseen clips edge-light reached a mean STOI of 0.83 with 16 layers and 0.79 with 4; with music, effects or noise behind the voice it was 0.57 to 0.74.",
        "edge-light-2" => "On 50 unseen clips edge-light-2 reached a mean STOI of 0.91 with 16 layers and 0.86 with 4; with music, effects or noise behind the voice it was 0.78 and 0.68.",
        "edge-meter" => "On 43 unseen clips edge-meter, made for the smallest boards, reached a mean STOI of 0.77: intelligible, not beautiful.",
        _ => "",
    };

    private static string Cards(Comparison c)
    {
        double ratio = (double)c.OriginalBytes / c.TokenBytes;
        return Card("Size", $"{-c.SizeReduction:+0.0%;−0.0%}", $"{Units.Bytes(c.OriginalBytes)} to {Units.Bytes(c.TokenBytes)}, {(ratio < 10 ? $"{ratio:0.0}" : $"{ratio:0}")} to 1", "strong")
            + Card("Bit rate", Units.BitRate(Tokens.BitRate(c.Clip)), $"{c.Clip.Layers} × {c.Clip.BitsPerCode} bits × {c.Clip.Rate.FramesPerSecond:0.##} frames/s")
            + Card("Codes", $"{c.Clip.Layers} × {c.Clip.Frames}", "layers × frames")
            + Card("Duration", Units.Duration(c.Seconds), $"decoded in {c.Decoded.Elapsed.TotalSeconds:0.000} s")
            + Card("STOI", c.Quality.Stoi is { } stoi ? $"{stoi:0.00}" : "–", "intelligibility, 0 to 1");
    }

    private static string Card(string name, string value, string detail, string kind = "") =>
        $"<div class=\"card {kind}\"><h2>{name}</h2><p>{Html.Text(value)}</p><small>{Html.Text(detail)}</small></div>\n";

    private static string Panels(Comparison c)
    {
        double amplitude = Math.Max(QuietestScale, Math.Max(Peak(c.Original), Peak(c.Decoded.Samples)));
        Spectrogram original = SpectrogramPicture.Measure(c.Original, c.Rate), decoded = SpectrogramPicture.Measure(c.Decoded.Samples, c.Rate);
        double loudest = Math.Max(SpectrogramPicture.Peak(original), SpectrogramPicture.Peak(decoded));
        return SignalPanel.Draw("original", "original", "Original", Units.Bytes(c.OriginalBytes), c.Original, c.Rate, amplitude, original, loudest)
            + SignalPanel.Draw("decoded", "decoded", "Reconstruction", $"from {Units.Bytes(c.TokenBytes)}", c.Decoded.Samples, c.Rate, amplitude, decoded, loudest);
    }

    private static double Peak(float[] samples) => Math.Abs(TensorPrimitives.MaxMagnitude<float>(samples));
}
