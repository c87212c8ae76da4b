using Qwen3Tokenizer.Edge.Compiler.Emission;

namespace Qwen3Tokenizer.Edge.Compiler.Verification;

/// <summary>The tokens that every target must agree on: real speech, then any codes at all.</summary>
internal static class ConformanceVectors
{
    /// <summary>Takes the beginning of a clip and adds random codes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="speech">A clip of its tokens.</param>
    /// <param name="realFrames">Frames of the clip, at most.</param>
    /// <param name="randomFrames">Frames of random codes.</param>
    public static TokenClip Of(ModelDescription model, TokenClip speech, int realFrames, int randomFrames)
    {
        int real = Math.Min(realFrames, speech.Frames), layers = speech.Layers;
        var codes = new ushort[(real + randomFrames) * layers];
        speech.Codes[..(real * layers)].CopyTo(codes);

        // The generator of the noise source: the vectors must not depend on a library's Random.
        uint s = 12345;
        for (int i = real * layers; i < codes.Length; i++)
        {
            s = unchecked((s * 1664525u) + 1013904223u);
            codes[i] = (ushort)((s >> 8) % (uint)model.CodebookSize);
        }

        return new TokenClip(speech.Space, layers, speech.BitsPerCode, speech.Rate, codes, (long)(codes.Length / layers) * speech.Rate.SamplesPerFrame, speech.Delay);
    }
}
