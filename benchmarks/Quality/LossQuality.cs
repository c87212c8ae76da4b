using Qwen3Tokenizer.Edge.Audio;
using Qwen3Tokenizer.Edge.Audio.Metrics;
using Qwen3Tokenizer.Edge.Models.Families;

namespace Qwen3Tokenizer.Edge.Benchmarks.Quality;

/// <summary>What is heard of held-out speech when frames are lost on the way to the INT8 decoder, by what stands in for them.</summary>
public static class LossQuality
{
    private const int Seeds = 3;
    private const ushort ToSilence = 65535;
    private const ushort ToNoise = 65534;

    private static readonly (string Name, Func<CompiledModel, TokenClip, bool[], float[]> Decode)[] Ways =
    [
        ("zeros", Zeros),
        ("the last frame's codes again", Repeated),
        ("q3e_conceal_frame, silence", (model, clip, lost) => Concealed(model, clip, lost, ToSilence)),
        ("q3e_conceal_frame, noise", (model, clip, lost) => Concealed(model, clip, lost, ToNoise)),
    ];

    /// <summary>Prints the table.</summary>
    public static void Print(IReadOnlyList<string> wavs)
    {
        EdgeModel encoder = EdgeModel.Load("edge-light");
        List<(float[] Samples, TokenClip Tokens)> clips = [.. wavs.Select(wav => AudioFile.Read(wav).Resample(encoder.Config.SampleRate).ToMono()).Select(s => (s, EdgeCodec.Encode(encoder, s)))];
        Console.WriteLine($"| model | in place of a lost frame | {string.Join(" | ", LossPattern.All.Select(p => $"{p.Name} ({100 * Share(p, clips):F1} % lost): STOI, ESTOI, LSD dB"))} |");
        Console.WriteLine($"|---|---|{string.Concat(LossPattern.All.Select(_ => "---|"))}");
        foreach (string name in (string[])["edge-light", "edge-meter"])
        {
            using var model = new CompiledModel(name, traced: false);
            string whole = Figures(clips.Select(c => Scored(model, c.Samples, c.Tokens, model.Decode(c.Tokens.Codes, c.Tokens.Layers))));
            Console.WriteLine($"| {name} | nothing lost | {string.Join(" | ", LossPattern.All.Select(_ => whole))} |");
            foreach ((string way, var decode) in Ways)
            {
                Console.WriteLine($"| {name} | {way} | {string.Join(" | ", LossPattern.All.Select(p => Figures(Cases(p, clips).Select(c => Scored(model, c.Samples, c.Tokens, decode(model, c.Tokens, c.Lost))))))} |");
            }
        }
    }

    private static IEnumerable<(float[] Samples, TokenClip Tokens, bool[] Lost)> Cases(LossPattern pattern, List<(float[] Samples, TokenClip Tokens)> clips) =>
        from seed in Enumerable.Range(1, Seeds)
        from clip in Enumerable.Range(0, clips.Count)
        select (clips[clip].Samples, clips[clip].Tokens, pattern.Of(clips[clip].Tokens.Frames, (1000 * seed) + clip));

    private static double Share(LossPattern pattern, List<(float[] Samples, TokenClip Tokens)> clips)
    {
        bool[] all = [.. Cases(pattern, clips).SelectMany(c => c.Lost)];
        return all.Count(lost => lost) / (double)all.Length;
    }

    private static (double Stoi, double Extended, double Lsd) Scored(CompiledModel model, float[] samples, TokenClip tokens, float[] decoded)
    {
        int rate = model.Model.Config.SampleRate;
        float[] original = Resampler.Resample(samples, tokens.Rate.SampleRate, rate), heard = [.. EdgeCodec.Trim(model.Model, tokens, decoded)];
        int n = Math.Min(original.Length, heard.Length);
        ReadOnlySpan<float> x = original.AsSpan(0, n), y = heard.AsSpan(0, n);
        return (Stoi.Compute(x, y, rate), Stoi.ComputeExtended(x, y, rate), LogSpectralDistance.Compute(x, y, rate));
    }

    private static string Figures(IEnumerable<(double Stoi, double Extended, double Lsd)> scores)
    {
        var all = scores.ToArray();
        return $"{all.Average(s => s.Stoi):F4}, {all.Average(s => s.Extended):F4}, {all.Average(s => s.Lsd):F3}";
    }

    // The decoder is not called for a lost frame.
    private static float[] Zeros(CompiledModel model, TokenClip clip, bool[] lost)
    {
        ushort[] received = [.. Enumerable.Range(0, clip.Frames).Where(t => !lost[t]).SelectMany(t => clip.Frame(t).ToArray())];
        float[] heard = received.Length == 0 ? [] : model.Decode(received, clip.Layers);
        int frame = model.Model.Config.SamplesPerToken, at = 0;
        var samples = new float[clip.Frames * frame];
        for (int t = 0; t < clip.Frames; t++)
        {
            if (!lost[t])
            {
                heard.AsSpan(frame * at++, frame).CopyTo(samples.AsSpan(t * frame));
            }
        }

        return samples;
    }

    // Where there is none, as where a stream begins with a loss, it is concealed, which gives zeros.
    private static float[] Repeated(CompiledModel model, TokenClip clip, bool[] lost)
    {
        ushort[] codes = Marked(clip, lost, ToSilence);
        for (int t = 1; t < clip.Frames; t++)
        {
            if (lost[t])
            {
                codes.AsSpan((t - 1) * clip.Layers, clip.Layers).CopyTo(codes.AsSpan(t * clip.Layers));
            }
        }

        return model.Decode(codes, clip.Layers);
    }

    private static float[] Concealed(CompiledModel model, TokenClip clip, bool[] lost, ushort ending) => model.Decode(Marked(clip, lost, ending), clip.Layers);

    private static ushort[] Marked(TokenClip clip, bool[] lost, ushort ending)
    {
        ushort[] codes = clip.Codes.ToArray();
        for (int t = 0; t < clip.Frames; t++)
        {
            codes[t * clip.Layers] = lost[t] ? ending : codes[t * clip.Layers];
        }

        return codes;
    }
}
