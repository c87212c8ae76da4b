namespace Qwen3Tokenizer.Edge.Distillation.Reports;

/// <summary>
/// Colours for levels: 256 steps from near black over violet, red and orange to pale yellow, with lightness that grows evenly to the eye
/// (straight in OKLab, Ottosson 2020), so that a picture means the same in grey.
/// </summary>
public static class ColourMap
{
    /// <summary>Number of steps.</summary>
    public const int Steps = 256;

    /// <summary>Red, green and blue of each step.</summary>
    public static byte[] Palette { get; } = Make();

    /// <summary>The map as colour stops of a CSS gradient.</summary>
    public static string CssStops { get; } =
        string.Join(",", Enumerable.Range(0, 9).Select(i => "#" + Convert.ToHexStringLower(Palette.AsSpan(i * (Steps - 1) / 8 * PngImage.ColourBytes, PngImage.ColourBytes))));

    private static byte[] Make()
    {
        var palette = new byte[Steps * PngImage.ColourBytes];
        for (int i = 0; i < Steps; i++)
        {
            double t = i / (Steps - 1.0);
            double lightness = 0.13 + (0.84 * t);
            // Vivid in the middle, where there is room for it inside sRGB; the hue goes from violet through red to yellow.
            double chroma = 0.02 + (0.165 * Math.Pow(Math.Sin(Math.PI * Math.Min(1, (t * 0.92) + 0.03)), 0.8));
            double hue = (285 + (175 * Math.Pow(t, 0.9))) * Math.PI / 180;
            FromOklab(lightness, chroma * Math.Cos(hue), chroma * Math.Sin(hue), palette.AsSpan(i * PngImage.ColourBytes));
        }

        return palette;
    }

    private static void FromOklab(double lightness, double a, double b, Span<byte> rgb)
    {
        double l = Cube(lightness + (0.3963377774 * a) + (0.2158037573 * b));
        double m = Cube(lightness - (0.1055613458 * a) - (0.0638541728 * b));
        double s = Cube(lightness - (0.0894841775 * a) - (1.2914855480 * b));
        rgb[0] = Gamma((4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s));
        rgb[1] = Gamma((-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s));
        rgb[2] = Gamma((-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s));
    }

    private static double Cube(double x) => x * x * x;

    private static byte Gamma(double linear)
    {
        double x = Math.Clamp(linear, 0, 1);
        double encoded = x <= 0.0031308 ? 12.92 * x : (1.055 * Math.Pow(x, 1 / 2.4)) - 0.055;
        return (byte)Math.Round(255 * encoded);
    }
}
