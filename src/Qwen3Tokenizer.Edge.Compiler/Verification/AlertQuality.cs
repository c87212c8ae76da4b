using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Compiler.Alerts;
using Qwen3Tokenizer.Edge.Compiler.Reports;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Compiler.Verification;

/// <summary>STOI of every alert: what the compiled library decodes against the recording that the tokens were made from.</summary>
internal static class AlertQuality
{
    /// <summary>Measures.</summary>
    /// <param name="alerts">The alerts.</param>
    /// <param name="decode">The compiled library: all samples of a clip, the delay included.</param>
    /// <param name="notices">Receives a sentence for what could not be done.</param>
    public static List<AlertReport> Of(AlertSet alerts, Func<TokenClip, short[]> decode, ICollection<string> notices)
    {
        bool speaks = CCompiler.PathOf(SpokenText.Program) is not null;
        int silent = alerts.Alerts.Count(a => a.Row.Source is AlertSource.Spoken);
        if (!speaks && silent > 0)
        {
            notices.Add($"The STOI of {silent} alerts was not measured, because {SpokenText.Program}, whose speech it compares them with, is not installed: apt-get install {SpokenText.Program}.");
        }

        return [.. alerts.Alerts.Select(a => Of(alerts.Model, a, decode, speaks))];
    }

    private static AlertReport Of(EdgeModel model, Alert alert, Func<TokenClip, short[]> decode, bool speaks)
    {
        (float[]? original, string reference) = Original(alert, model.Config.SampleRate, speaks);
        double? stoi = null;
        if (original is not null)
        {
            ArraySegment<short> decoded = EdgeCodec.Trim(model, alert.Tokens, decode(alert.Tokens));
            int length = Math.Min(original.Length, decoded.Count);
            double value = Stoi.Compute(original.AsSpan(0, length), [.. decoded[..length].Select(s => s / 32768f)], model.Config.SampleRate);
            stoi = double.IsFinite(value) ? Math.Round(value, 4) : null;
            reference += stoi is null ? ", with less than 0.4 s of speech" : "";
        }

        return new AlertReport(alert.Row.Id, alert.Row.Name, alert.Row.Language, Math.Round(alert.Tokens.Rate.SecondsOf(alert.Tokens.Frames), 2), stoi, reference);
    }

    private static (float[]? Samples, string Reference) Original(Alert alert, int rate, bool speaks)
    {
        switch (alert.Row.Source)
        {
            case AlertSource.Recording recording:
                return (AudioFile.Read(recording.Path).Resample(rate).ToMono(), "its recording");
            case AlertSource.Spoken spoken when speaks:
                return Spoken(alert, spoken, rate);
            case AlertSource.Spoken:
                return (null, $"none: {SpokenText.Program} is not installed");
            default:
                return (null, "none: it was given as tokens");
        }
    }

    private static (float[]? Samples, string Reference) Spoken(Alert alert, AlertSource.Spoken spoken, int rate)
    {
        try
        {
            // At the rate of the tokens, where its ends were cut before it became tokens.
            float[] said = SpokenText.Render(spoken, alert.Tokens.Rate.SampleRate);
            return said.Length == alert.Tokens.Samples
                ? (Resampler.Resample(said, alert.Tokens.Rate.SampleRate, rate), $"its text spoken by {SpokenText.Program}")
                : (null, $"none: {SpokenText.Program} speaks its text otherwise here than when its tokens were made");
        }
        catch (BuildException e)
        {
            // The tokens are there: the alert can be built without the voice that once spoke it.
            return (null, $"none: {e.Message.TrimEnd('.')}");
        }
    }
}
