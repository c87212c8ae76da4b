namespace Qwen3Tokenizer.Edge.Fuzzing;

/// <summary>Every reader of files from outside.</summary>
public static class AllTargets
{
    /// <summary>New targets; the caller disposes them.</summary>
    public static IReadOnlyList<FuzzTarget> Make() =>
        [new WavTarget(), new Q3tTarget(), new SafetensorsTarget(), new ConfigurationTarget(), new NpyTarget(), new CsvTarget(), new RvqTarget()];
}
