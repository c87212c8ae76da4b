using System.Globalization;
using System.Text;
using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler.Packages;

/// <summary>The row of tokens that the example decodes. No recording: an example ends up in somebody's firmware, and tokens of speech keep the licence of that speech.</summary>
/// <param name="Codes">Codes [frame][layer].</param>
/// <param name="About">What they are; one line.</param>
public sealed record ExampleTokens(ushort[][] Codes, string About)
{
    private const int GlideLayers = 16;
    private const int OtherFrames = 12;

    /// <summary>Token space of the built-in models.</summary>
    private static readonly TokenSpace GlideSpace = new(Convert.FromHexString("39ee2b1bf4155eeda2f12fab815793b3a374ac5aa2b18fc08ce8300d3533694c"));

    /// <summary>
    /// 1.2 s that no person spoke: a pulse train between 110 and 170 Hz through four formants that go from "ah" to "ee", encoded by edge-light with all its layers.
    /// </summary>
    private static readonly ushort[] Glide =
    [
        1827, 520, 917, 1950, 847, 705, 1031, 695, 1793, 1476, 1188, 1748, 867, 1542, 1861, 1913,
        256, 1691, 613, 1551, 1084, 1514, 1006, 1052, 549, 410, 1428, 155, 46, 298, 1119, 118,
        944, 33, 1882, 782, 141, 1048, 615, 1735, 44, 405, 423, 862, 943, 134, 84, 1257,
        944, 231, 565, 1551, 534, 855, 2029, 1986, 838, 870, 582, 1744, 227, 540, 1317, 443,
        944, 1378, 1882, 1068, 1284, 1906, 1609, 452, 919, 1175, 522, 510, 1136, 476, 852, 1430,
        944, 1378, 1882, 800, 168, 469, 205, 344, 1851, 1142, 768, 1585, 758, 1913, 1963, 1174,
        1447, 560, 419, 1694, 1137, 1532, 167, 1622, 2018, 1191, 210, 201, 469, 158, 1722, 61,
        1903, 872, 548, 765, 1, 1174, 1066, 2012, 2043, 1337, 1316, 146, 1462, 1697, 1003, 1312,
        1412, 1940, 1381, 1336, 2042, 1971, 442, 882, 1998, 190, 450, 1915, 534, 1708, 1313, 1944,
        2006, 409, 1432, 1528, 1314, 1262, 1374, 1683, 1664, 526, 1504, 45, 187, 432, 357, 2032,
        508, 1047, 73, 1518, 40, 1310, 1730, 1025, 1457, 1638, 859, 480, 366, 709, 1669, 1237,
        428, 456, 268, 331, 1207, 1325, 1629, 1724, 2023, 1553, 823, 362, 460, 33, 1169, 745,
        508, 444, 345, 1704, 824, 1842, 1640, 146, 1292, 335, 1055, 1919, 607, 1776, 1944, 1934,
        428, 1793, 1160, 920, 1064, 769, 870, 817, 1258, 94, 398, 330, 1995, 2021, 2, 1156,
        709, 883, 568, 885, 761, 1788, 1184, 182, 1879, 1513, 821, 297, 1737, 386, 1031, 8,
        1452, 903, 1617, 343, 1363, 1434, 29, 490, 398, 592, 899, 73, 133, 1998, 1110, 1039,
    ];

    /// <summary>Number of layers.</summary>
    public int Layers => Codes[0].Length;

    /// <summary>The layers of the glide that a model reads; for a model of another token space, codes that it has, which mean no particular sound.</summary>
    public static ExampleTokens Of(ModelDescription model)
    {
        int layers = model.UsedLayers;
        if (model.Space == GlideSpace && layers <= GlideLayers && Glide.All(c => c < model.CodebookSize))
        {
            return new ExampleTokens([.. Glide.Chunk(GlideLayers).Select(f => f[..layers])], "A synthetic voice that glides from \"ah\" to \"ee\"; nobody's recording.");
        }

        ushort Code(int frame, int layer) => (ushort)(131 * (frame + 1) * (layer + 1) % model.CodebookSize);
        return new ExampleTokens(
            [.. Enumerable.Range(0, OtherFrames).Select(f => Enumerable.Range(0, layers).Select(l => Code(f, l)).ToArray())], "Some codes of the model: no particular sound. Put tokens of your own here.");
    }

    /// <summary>The row as a C header.</summary>
    public string Header()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"/* {About} Codes [frame][layer], 80 ms a frame. */\n");
        text.Append(CultureInfo.InvariantCulture, $"#ifndef TOKENS_H\n#define TOKENS_H\n\n#include <stdint.h>\n\n#define TOKEN_FRAMES {Codes.Length}\n#define TOKEN_LAYERS {Layers}\n\n");
        text.Append("static const uint16_t tokens[TOKEN_FRAMES][TOKEN_LAYERS] = {\n");
        foreach (ushort[] frame in Codes)
        {
            text.Append(CultureInfo.InvariantCulture, $"    {{{string.Join(", ", frame)}}},\n");
        }

        return text.Append("};\n\n#endif\n").ToString();
    }
}
