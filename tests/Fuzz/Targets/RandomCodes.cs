namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>Shapes and codes for the token formats.</summary>
internal static class RandomCodes
{
    /// <summary>Mostly a few frames; one file in a hundred is long enough for several of a reader's blocks.</summary>
    public static int Frames(Random random) => random.Next(100) == 0 ? random.Next(1, 3000) : random.Next(1, 40);

    public static int Layers(Random random) => random.Next(10) == 0 ? random.Next(1, 65) : random.Next(1, 17);

    public static ushort[] Codes(Random random, int count, int bits)
    {
        var codes = new ushort[count];
        for (int i = 0; i < count; i++)
            codes[i] = (ushort)random.Next(1 << bits);
        return codes;
    }
}
