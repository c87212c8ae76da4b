using Qwen3Tokenizer.Edge.Interchange;

namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>Codes as .rvq, which has no header: layers and bits are the caller's and are taken from the input's length here, now and then layers that no caller may ask for.</summary>
public sealed class RvqTarget : CodesTarget
{
    /// <inheritdoc/>
    public override string Name => "rvq";

    /// <inheritdoc/>
    public override string Header => "the length is that of whole frames (there is no header)";

    /// <inheritdoc/>
    // Two bytes for a code of one or more, in an array that doubles (up to four times its final length) and is cut, and once more transposed.
    public override int BytesPerInputByte => 12;

    /// <inheritdoc/>
    public override int FixedBytes => 60_000;

    /// <inheritdoc/>
    public override byte[] Valid(Random random)
    {
        // Read below takes the shape from the length: a number of frames is looked for whose length gives this shape back.
        int layers = random.Next(1, 6), bits = random.Next(8, 17), first = RandomCodes.Frames(random);
        for (int frames = first; frames < first + 45; frames++)
        {
            if (ShapeOf((int)CodePacking.PackedBytes((long)layers * frames, bits)) == (layers, bits))
                return Written(random, layers, bits, frames);
        }
        return Written(random, 16, 11, 8 * random.Next(1, 200));
    }

    /// <inheritdoc/>
    public override byte[] Repaired(Random random)
    {
        byte[] bytes = Valid(random);
        for (int n = random.Next(0, 6); n > 0; n--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        if (random.Next(4) == 0)
            bytes = bytes[..random.Next(bytes.Length)];
        return bytes;
    }

    /// <inheritdoc/>
    public override ReadOutcome Read(byte[] input)
    {
        (int layers, int bits) = ShapeOf(input.Length);
        try
        {
            return Accept(RvqCodes.Read(new MemoryStream(input), layers, bits, Name));
        }
        catch (ArgumentOutOfRangeException) when (layers > Q3tHeader.MaxLayers)
        {
            return ReadOutcome.RefusedInHeader;
        }
        catch (TokenFormatException e)
        {
            return e.Message.StartsWith("rvq: length", StringComparison.Ordinal) ? ReadOutcome.RefusedInHeader : ReadOutcome.RefusedAfterHeader;
        }
    }

    /// <inheritdoc/>
    protected override CodeMatrix Again(string path, CodeMatrix codes)
    {
        RvqCodes.Write(path, codes, CodePacking.MaxBits);
        return RvqCodes.Read(path, codes.Layers, CodePacking.MaxBits);
    }

    /// <inheritdoc/>
    protected override CodeMatrix Again(MemoryStream stream, CodeMatrix codes)
    {
        RvqCodes.Write(stream, codes, CodePacking.MaxBits);
        stream.Position = 0;
        return RvqCodes.Read(stream, codes.Layers, CodePacking.MaxBits);
    }

    private static byte[] Written(Random random, int layers, int bits, int frames)
    {
        using var stream = new MemoryStream();
        RvqCodes.Write(stream, new CodeMatrix(layers, RandomCodes.Codes(random, layers * frames, bits)), bits);
        return stream.ToArray();
    }

    private static (int Layers, int Bits) ShapeOf(int length) => length % 176 == 0 ? (16, 11) : length % 97 == 0 ? (65, 11) : (1 + (length % 5), 8 + (length % 9));
}
