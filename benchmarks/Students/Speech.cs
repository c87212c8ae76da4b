namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>Speech that systems are judged on.</summary>
/// <param name="Name">File name, or what is said.</param>
/// <param name="Samples">Mono samples at <see cref="Rate"/>.</param>
/// <param name="Tokens">Tokens that were made of it earlier and are decoded instead of new ones, by models of their space; else null.</param>
internal sealed record Speech(string Name, float[] Samples, TokenClip? Tokens = null)
{
    /// <summary>Rate of the originals and of everything that is judged, Hz.</summary>
    public const int Rate = 16000;

    /// <summary>Length in seconds.</summary>
    public double Seconds => (double)Samples.Length / Rate;
}
