namespace Qwen3Tokenizer.Edge.Runtime;

/// <summary>Refuses a descriptor in one sentence that names the model, the file and the fault.</summary>
internal sealed class DescriptorJudge(string name, string path)
{
    /// <summary>The refusal.</summary>
    /// <param name="what">The fault, a clause of which the descriptor is the subject.</param>
    public EmittedLibraryException Invalid(string what) => new($"The descriptor of model \"{name}\" in '{path}' {what}.");

    /// <summary>Refuses a field whose value is out of its range.</summary>
    /// <exception cref="EmittedLibraryException">The condition does not hold.</exception>
    public void Require(bool holds, string field, uint value, string range)
    {
        if (!holds)
            throw Invalid($"has {field} {value}, which must be {range}");
    }
}
