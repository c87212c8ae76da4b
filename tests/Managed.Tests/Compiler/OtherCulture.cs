using System.Globalization;

namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>A culture that writes every number differently, made by hand: the tests run without culture data.</summary>
internal static class OtherCulture
{
    public static CultureInfo Create()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = "'";
        culture.NumberFormat.PercentDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "~";
        return culture;
    }
}
