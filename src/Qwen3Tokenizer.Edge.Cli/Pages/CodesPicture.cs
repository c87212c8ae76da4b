using Qwen3Tokenizer.Edge.Distillation.Reports;

namespace Qwen3Tokenizer.Edge.Cli.Pages;

/// <summary>Codes as a picture: a column per frame, a row per layer from the top, colour for the code's number.</summary>
internal static class CodesPicture
{
    /// <summary>Draws a clip's codes as PNG, one pixel a code.</summary>
    public static byte[] Draw(TokenClip clip)
    {
        var pixels = new byte[clip.Layers * clip.Frames];
        int shift = Math.Max(0, clip.BitsPerCode - 8);
        for (int t = 0; t < clip.Frames; t++)
        {
            ReadOnlySpan<ushort> codes = clip.Frame(t);
            for (int l = 0; l < codes.Length; l++)
                pixels[(l * clip.Frames) + t] = (byte)(codes[l] >> shift);
        }

        return PngImage.Encode(clip.Frames, pixels, ColourMap.Palette);
    }
}
