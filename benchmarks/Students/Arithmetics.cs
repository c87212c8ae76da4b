namespace Qwen3Tokenizer.Edge.Benchmarks.Students;

/// <summary>A model as the systems that the command line asks for.</summary>
internal static class Arithmetics
{
    /// <summary>For each number of layers the float decoder, the compiled library, or both.</summary>
    public static IEnumerable<SpeechSystem> Of(StudentModel model, IEnumerable<int> layers, Options options)
    {
        foreach (int count in layers)
        {
            if (options.Float)
            {
                yield return new EdgeSystem(model, count, null);
            }

            if (options.Int8)
            {
                yield return new EdgeSystem(model, count, model.Library);
            }
        }
    }
}
