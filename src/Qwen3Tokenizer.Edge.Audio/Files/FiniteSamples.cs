namespace Qwen3Tokenizer.Edge.Audio;

/// <summary>Refuses samples that are not finite numbers: one NaN would spread through every filter and every layer.</summary>
internal static class FiniteSamples
{
    public static void Check(ReadOnlySpan<float> samples, int channel, long first, string name)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            if (!float.IsFinite(samples[i]))
                throw new AudioFormatException($"{name}: sample {first + i} of channel {channel} is {samples[i]}, not a finite number.");
        }
    }
}
