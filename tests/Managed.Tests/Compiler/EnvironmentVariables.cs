namespace Qwen3Tokenizer.Edge.Tests.Compiler;

/// <summary>Tests that change environment variables: they belong to the whole process, so nothing may run beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EnvironmentVariables
{
    public const string Name = "environment variables";

    /// <summary>Sets a variable until disposed.</summary>
    internal sealed class Scope : IDisposable
    {
        private readonly string _variable;
        private readonly string? _before;

        public Scope(string variable, string? value)
        {
            (_variable, _before) = (variable, Environment.GetEnvironmentVariable(variable));
            Environment.SetEnvironmentVariable(variable, value);
        }

        public void Dispose() => Environment.SetEnvironmentVariable(_variable, _before);
    }
}
